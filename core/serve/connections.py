"""How long a connection may say nothing after its first request, and how many there may be. Knows no route, no token.

uvicorn waits for ever for a request that was begun and is never ended, and each connection holds a file of this
process, which a training needs too. Here the silent ones are hung up on, and of too many the one that was silent for
longest. Until its first request has a whole head, a connection waits at the door (core/serve/door.py).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from core.serve import door


class Patient(H11Protocol):
    """A connection that is given some time for a request."""

    def __init__(self, *args: Any, first: bytes = b"", **rest: Any) -> None:
        """`first` is what was said before it came in."""
        super().__init__(*args, **rest)
        self._first = first
        self._since = self.loop.time()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_silent(self) -> bool:
        """Whether no request is being answered."""
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        return (cycle is None or cycle.response_complete) and not self.transport.is_closing()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._watch()
        if len(self.connections) > door.MOST:
            silent = [each for each in self.connections if isinstance(each, Patient) and each.is_silent]
            if silent:
                min(silent, key=lambda each: each._since)._hang_up()
        if self._first:
            self.data_received(self._first)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._since = self.loop.time()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._rest()

    def _watch(self) -> None:
        if not self.is_silent:
            self._rest()
        elif self._timer is None:
            self._timer = self.loop.call_later(door.SILENT, self._hang_up)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hang_up(self) -> None:
        self._rest()
        if self.is_silent:
            self.transport.close()
