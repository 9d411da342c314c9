"""Where requests wait and are answered, one at a time. Knows no HTTP: it hands out pieces of text.

Eight may wait; who comes then is sent away. Each token is a step on the one thread that computes, so that a client
that left is noticed after one of them.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final, Protocol, TypeAlias, TypeVar

from core.asking import Answer, Ask
from core.events import Stop, Work
from core.replies import Piece

WAITING: Final = 8

Event: TypeAlias = Piece | Answer
R = TypeVar("R")


class Full(Exception):
    """Nobody else may wait."""


class Unknown(Exception):
    """There is no model of that name."""


class Answerer(Protocol):
    """Who answers. Called on the one thread that computes."""

    def models(self) -> Sequence[str]: ...

    def work(self, model: str, ask: Ask, stop: Stop) -> Work[Answer]:
        """Raises KeyError for a model that is not there."""
        ...


class Desk:
    """One for a server, made and used inside its loop."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._turn = asyncio.Lock()
        self._here = 0
        self._thread = ThreadPoolExecutor(1, "mynah-serve")

    def close(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def models(self) -> Sequence[str]:
        return await self._do(self._answerer.models)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place in the queue, held until the answer is whole. Raises Full at once where there is none."""
        if self._here > WAITING:  # one is answered, eight wait
            raise Full
        self._here += 1
        try:
            async with self._turn:
                yield
        finally:
            self._here -= 1

    async def answer(self, model: str, ask: Ask) -> AsyncGenerator[Event]:
        """Pieces, then the whole answer. Left early, it stops the work before its next token. Raises Unknown."""
        left = False
        try:
            work = await self._do(lambda: self._answerer.work(model, ask, lambda: left))
        except KeyError as error:
            raise Unknown from error
        try:
            while True:
                event, outcome = await self._do(lambda: _next(work))
                if outcome is not None:
                    yield outcome
                    return
                if isinstance(event, Piece):
                    yield event
        finally:
            left = True
            self._thread.submit(work.close)

    async def _do(self, what: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, what)


def _next(work: Work[Answer]) -> tuple[object, Answer | None]:
    try:
        return next(work), None
    except StopIteration as end:
        outcome: Answer = end.value
        return None, outcome
