"""Keeps the computer awake while something trains, and only then. The display may sleep. Knows no training."""

import contextlib
import logging
from collections.abc import Iterator

from wakepy import keep

from core.events import R, Work

log = logging.getLogger(__name__)


@contextlib.contextmanager
def awake() -> Iterator[bool]:
    """Inside the block the computer does not go to sleep by itself; whether that could be had. Without it training goes
    on all the same, until the computer sleeps."""
    with keep.running(on_fail="pass") as mode:
        if not mode.active:
            log.info("the computer could not be kept awake")
        yield bool(mode.active)


def kept_awake(work: Work[R]) -> Work[R]:
    """The same work, during which the computer stays awake."""
    with awake():
        return (yield from work)
