"""Who is let in: whoever has said a whole head, in their turn; the others are a socket in a list, and not for long."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

from core.serve import door
from core.serve.door import Door
from tests.core.serve.conftest import TOKEN, Running, Start

WAIT = 30  # seconds, before a test counts as hung
HEAD = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


class Kept:
    """A door, and what was handed in."""

    def __init__(self, stack: ExitStack) -> None:
        self.entered: list[bytes] = []
        self._is_open = True
        self._inside: list[socket.socket] = []
        self._stack = stack
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.address = listening.getsockname()
        self.door = Door(listening, self._enter)
        stack.callback(self._leave)
        self.door.open()

    def _enter(self, came: socket.socket, said: bytes) -> None:
        self._inside.append(came)
        self.entered.append(said)

    def connect(self, *said: bytes) -> socket.socket:
        connection = self._stack.enter_context(socket.create_connection(self.address, timeout=WAIT))
        for piece in said:
            connection.sendall(piece)
        return connection

    def close(self) -> None:
        if self._is_open:
            self.door.close()
        self._is_open = False

    def _leave(self) -> None:
        self.close()
        for came in self._inside:
            came.close()


@pytest.fixture
def kept() -> Iterator[Kept]:
    with ExitStack() as stack:
        yield Kept(stack)


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def is_hung_up_on(connection: socket.socket) -> bool:
    with suppress(ConnectionResetError):
        return connection.recv(1) == b""
    return True


def test_a_head_is_handed_in_when_it_is_whole(kept: Kept) -> None:
    slow = kept.connect(b"GET / HTTP/1.1\r\n")
    kept.connect(HEAD)
    wait_for(lambda: kept.entered == [HEAD])
    slow.sendall(b"Host: here\r")
    slow.sendall(b"\n\r")
    slow.sendall(b"\nbody")
    wait_for(lambda: len(kept.entered) == 2)
    assert kept.entered[1].startswith(HEAD)
    assert (HEAD + b"body").startswith(kept.entered[1])


def test_old_fashioned_lines_are_lines(kept: Kept) -> None:
    kept.connect(b"GET / HTTP/1.1\nHost: here\n", b"\n")
    wait_for(lambda: len(kept.entered) == 1)


def test_a_head_without_end_is_hung_up_on(kept: Kept) -> None:
    connection = kept.connect()
    with suppress(ConnectionResetError, BrokenPipeError):
        connection.sendall(b"A" * (door.HEAD + 2 * door.PIECE))
    assert is_hung_up_on(connection)
    assert kept.entered == []


def test_whoever_comes_with_a_head_is_let_in_past_those_who_wait(kept: Kept) -> None:
    waiting = [kept.connect(b"GET") for _ in range(door.MOST)]
    kept.connect(HEAD)
    wait_for(lambda: kept.entered == [HEAD])
    kept.connect()
    assert is_hung_up_on(waiting[0])


def test_so_many_come_in_at_once_and_the_others_when_it_is_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "BURST", 3)
    monkeypatch.setattr(door, "RATE", 0.0)
    with ExitStack() as stack:
        kept = Kept(stack)
        for _ in range(5):
            kept.connect(HEAD)
        wait_for(lambda: len(kept.entered) == 3)
        time.sleep(3 * door.REST)  # in which it has looked out again
        assert len(kept.entered) == 3
        monkeypatch.setattr(door, "RATE", 1_000.0)
        wait_for(lambda: len(kept.entered) == 5)


def test_when_it_is_closed_whoever_waits_is_hung_up_on() -> None:
    with ExitStack() as stack:
        kept = Kept(stack)
        waiting = kept.connect(b"GET")
        kept.connect(HEAD)
        wait_for(lambda: len(kept.entered) == 1)
        kept.close()
        assert is_hung_up_on(waiting)


def test_for_whoever_says_nothing_nothing_is_made_in_the_server(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SILENT", 300.0)
    running: Running = start()
    with ExitStack() as stack:
        for n in range(door.MOST):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=WAIT))
            connection.sendall(b"POST /api/chat HTTP/1.1\r\nHost: 127" if n % 2 else b"")
        owner = stack.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=WAIT))
        asked = f"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
        owner.sendall(asked.encode())
        assert owner.recv(100).startswith(b"HTTP/1.1 200")
        assert len(running.server._server.server_state.connections) == 1
