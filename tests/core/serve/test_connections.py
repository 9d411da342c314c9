"""Who says nothing is hung up on, and what nobody wants to hear is not read to its end."""

import socket
from contextlib import ExitStack, suppress

import pytest

from core.serve import door
from tests.core.serve.conftest import TOKEN, Running, Start

WAIT = 30  # seconds, before a test counts as hung
CHUNK = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
STRANGERS = {
    "no token": {"Authorization": "Bearer x"},
    "another host": {"Host": "evil.example"},
    "a form": {"Content-Type": "text/plain"},
    "no such address": {"path": "/nowhere"},
}


def connect(running: Running, stack: ExitStack) -> socket.socket:
    return stack.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=WAIT))


def is_hung_up_on(connection: socket.socket) -> bool:
    with suppress(ConnectionResetError):
        return connection.recv(1) == b""
    return True


@pytest.mark.parametrize("who", STRANGERS)
def test_a_gigabyte_that_is_refused_is_not_read(who: str, start: Start) -> None:
    running = start()
    headers = {"Host": f"127.0.0.1:{running.port}", "Authorization": f"Bearer {TOKEN}"}
    headers |= {"Content-Type": "application/json", "Transfer-Encoding": "chunked", **STRANGERS[who]}
    path = headers.pop("path", "/api/chat")
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    sent = 0
    with ExitStack() as stack, suppress(ConnectionResetError, BrokenPipeError):
        connection = connect(running, stack)
        connection.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode())
        while sent < 1 << 30:
            connection.sendall(CHUNK)
            sent += len(CHUNK)
    assert sent < 100 << 20


@pytest.mark.parametrize("said", [b"", b"POST /api/chat HTTP/1.1\r\nHost: 127"])
def test_who_says_nothing_or_never_ends_is_hung_up_on(
    said: bytes, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "SILENT", 0.05)
    running = start()
    with ExitStack() as stack:
        connection = connect(running, stack)
        connection.sendall(said)
        assert is_hung_up_on(connection)


def test_an_answer_that_takes_its_time_is_not_hung_up_on(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SILENT", 0.05)
    running = start(held=True)
    body = b'{"message": "Hello"}'
    head = (
        f"POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with ExitStack() as stack:
        connection = connect(running, stack)
        connection.sendall(head.encode() + body)
        with ExitStack() as other:  # which is hung up on meanwhile
            assert is_hung_up_on(connect(running, other))
        running.parrot.hold.set()
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_of_too_many_connections_the_oldest_silent_one_goes(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SILENT", 300.0)
    running = start()
    with ExitStack() as stack:
        oldest = connect(running, stack)
        for _ in range(door.MOST):
            connect(running, stack)
        assert is_hung_up_on(oldest)
