"""The door: who connects waits here until a whole head of a request has been said. Knows no HTTP beyond its blank line.

A flood of strangers must cost a training next to nothing. So whoever is silent, or never ends, is no more than a socket
in a list here: nothing is made for them in the server behind, and so many are let in a second and no more, whatever
there is outside. The others wait in the system's queue, which costs nothing.
"""

import contextlib
import re
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

SILENT: Final = 5.0  # seconds in which the head of a request must be whole
MOST: Final = 100  # that wait in here; of more, the one that has been here for longest goes
HEAD: Final = 1 << 16  # bytes; a browser's is some thousand
PIECE: Final = 1 << 16
BURST: Final = 100  # connections that may come at once,
RATE: Final = 200.0  # and then a second; people have one, programs a few
REST: Final = 0.1  # seconds without looking out when enough have come, or the system has no more files to give
BLANK: Final = re.compile(rb"\n\r?\n")  # after a head, whole lines and old-fashioned ones


@dataclass(slots=True, eq=False)
class Guest:
    """Somebody in here, and what was said so far."""

    socket: socket.socket
    since: float
    said: bytearray = field(default_factory=bytearray)


class Door:
    """A thread that hands whoever has said a whole head to `enter`, with what was said. Ends with `close`."""

    def __init__(self, listening: socket.socket, enter: Callable[[socket.socket, bytes], None]) -> None:
        self._listening, self._enter = listening, enter
        self._guests: dict[socket.socket, Guest] = {}  # the longest here first
        self._credit, self._counted = float(BURST), time.monotonic()
        self._rests_until = 0.0
        self._selector = selectors.DefaultSelector()
        self._bell, self._rung = socket.socketpair()
        self._thread = threading.Thread(target=self._keep, name="mynah-door", daemon=True)

    def open(self) -> None:
        self._listening.setblocking(False)
        self._selector.register(self._rung, selectors.EVENT_READ)
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._thread.start()

    def close(self) -> None:
        """Let nobody in any more, and hang up on whoever waits. The listening socket stays its owner's."""
        if self._thread.is_alive():
            self._bell.send(b"!")
            self._thread.join()
        for guest in list(self._guests.values()):
            self._hang_up(guest)
        self._selector.close()
        self._bell.close()
        self._rung.close()

    @property
    def thread_id(self) -> int:
        """The system's number of its thread."""
        return self._thread.native_id or 0

    def _keep(self) -> None:
        while True:
            for key, _ in self._selector.select(self._patience()):
                if key.fileobj is self._rung:
                    return
                if key.fileobj is self._listening:
                    self._admit()
                elif isinstance(key.data, Guest) and key.data.socket in self._guests:  # not gone meanwhile
                    self._hear(key.data)
            self._look_at_the_clock()

    def _patience(self) -> float | None:
        """Seconds until somebody has been silent for too long or the rest is over; None where nothing is due."""
        due = [self._rests_until] if self._rests_until else []
        if self._guests:
            due.append(next(iter(self._guests.values())).since + SILENT)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        for guest in list(self._guests.values()):
            if now < guest.since + SILENT:
                break
            self._hang_up(guest)
        if self._rests_until and now >= self._rests_until:
            self._rests_until = 0.0
            self._selector.register(self._listening, selectors.EVENT_READ)

    def _admit(self) -> None:
        """Whoever stands outside, as many as may come now."""
        now = time.monotonic()
        self._credit = min(float(BURST), self._credit + RATE * (now - self._counted))
        self._counted = now
        while self._credit >= 1:
            try:
                came, _ = self._listening.accept()
            except BlockingIOError:
                return
            except OSError:  # no file to be had for it, or it has gone
                break
            self._credit -= 1
            came.setblocking(False)
            guest = self._guests[came] = Guest(came, now)
            if not self._hear(guest):
                self._selector.register(came, selectors.EVENT_READ, guest)
            if len(self._guests) > MOST:
                self._hang_up(next(iter(self._guests.values())))
        self._selector.unregister(self._listening)
        self._rests_until = now + REST

    def _hear(self, guest: Guest) -> bool:
        """Whether nothing more is to be heard of a guest in here: let in, or hung up on."""
        try:
            said = guest.socket.recv(PIECE)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            said = b""
        known = len(guest.said)
        guest.said += said
        if said and BLANK.search(guest.said, max(0, known - 2)):
            self._forget(guest)
            self._enter(guest.socket, bytes(guest.said))
        elif not said or len(guest.said) > HEAD:
            self._hang_up(guest)
        else:
            return False
        return True

    def _forget(self, guest: Guest) -> None:
        del self._guests[guest.socket]
        with contextlib.suppress(KeyError):  # heard at once, and never waited for
            self._selector.unregister(guest.socket)

    def _hang_up(self, guest: Guest) -> None:
        self._forget(guest)
        guest.socket.close()
