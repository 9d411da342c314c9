"""Work whose events and outcome are written down beforehand, in place of long work."""

import signal
from collections.abc import Sequence

from app.work import R, Task
from core.events import Stop, Work


def scripted(events: Sequence[object], outcome: R) -> Task[R]:
    """A task that yields `events` and returns `outcome`."""

    def make(stop: Stop) -> Work[R]:
        yield from events
        return outcome

    return make


def interrupted(number: signal.Signals, unstopped: R, stopped: R) -> Task[R]:
    """A task during which a signal arrives; its outcome tells whether the work was asked to stop."""

    def make(stop: Stop) -> Work[R]:
        yield "before"
        signal.raise_signal(number)
        yield "after"
        return stopped if stop() else unstopped

    return make


def broken(error: BaseException) -> Task[R]:
    """A task that raises."""

    def make(stop: Stop) -> Work[R]:
        yield "before"
        raise error

    return make
