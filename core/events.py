"""How long work talks: a generator yields what happens and returns what came of it. Knows no window, no thread.

`Progress` may be dropped by a listener that is behind; every other event is a fact and may not. Whatever must not
be lost is on disk before it is yielded. Work asks `stop()` where stopping is safe, and still returns an outcome.
"""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

R = TypeVar("R")

Stop: TypeAlias = Callable[[], bool]
Work: TypeAlias = Generator[object, None, R]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work has come, in its own units; a `total` of 0 means nobody knows yet."""

    done: int
    total: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that the user should read now: work goes on, but something was done differently."""

    text: str


def never() -> bool:
    """A `Stop` that lets work run to its end."""
    return False


def changed(work: Work[R], change: Callable[[object], object]) -> Work[R]:
    """The same work, with `change` of each event in its place. Closed before its end, it closes `work`."""
    with closing(work):
        while True:
            try:
                event = next(work)
            except StopIteration as end:
                outcome: R = end.value
                return outcome
            yield change(event)


def drain(work: Work[R]) -> tuple[list[object], R]:
    """Run `work` to its end; returns all its events and its outcome."""
    events: list[object] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as end:
            outcome: R = end.value
            return events, outcome
