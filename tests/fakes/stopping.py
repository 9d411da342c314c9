"""Asking work to stop at a chosen moment of it."""

from collections.abc import Callable

from core.events import R, Stop, Work


def stopped_at(make: Callable[[Stop], Work[R]], moment: Callable[[object], bool]) -> R:
    """Do the work until it yields an event of which `moment` is true, then ask it to stop; returns what came of it."""
    reached = False
    work = make(lambda: reached)
    while True:
        try:
            event = next(work)
        except StopIteration as end:
            outcome: R = end.value
            return outcome
        reached = reached or moment(event)
