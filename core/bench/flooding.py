"""A flood of strangers at a port, poured in a process of its own. Knows no torch, so that it begins at once."""

import socket
import time
from multiprocessing.synchronize import Event
from typing import Final

CONNECTIONS: Final = 500
BODY: Final = 1 << 30  # bytes
PIECE: Final = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"


def flood(port: int, pours: Event) -> None:
    """Connect, begin requests and never end them, and pour a gigabyte in, again and again, until this process ends."""
    head = f"POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    while True:
        held: list[socket.socket] = []
        try:
            for n in range(CONNECTIONS):
                held.append(socket.create_connection(("127.0.0.1", port), timeout=5))
                if n % 2:
                    held[-1].sendall(head.encode())
            pours.set()
            held[0].sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
            for _ in range(BODY // len(PIECE)):
                held[0].sendall(PIECE)
        except OSError:
            pass  # hung up on, as it should be
        time.sleep(1)
        for connection in held:
            connection.close()
