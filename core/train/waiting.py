"""Work that waits: until there is room on the disk, until the computer is cool or plugged in. Says so once, in plain
words, keeps everything in memory, and goes on by itself. Knows no model."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import DiskFull
from core.events import Progress, Stop, Work
from core.train.care import Care, Senses, missing_megabytes

POLL: Final = 0.5  # seconds between two looks at a full disk; a person who frees space waits no longer
RETRY: Final = 15.0  # seconds after which it tries, though the disk says that there is no room: it may be wrong
TICK: Final = 0.1  # seconds between two questions whether to stop


@dataclass(slots=True)
class Waiter:
    """Waits for one run. `tell` writes a sentence into the night's log; `paused` is told how long each wait was."""

    folder: Path
    senses: Senses
    tell: Callable[[str, str], object]
    paused: Callable[[float], None]
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def for_room(self, deed: Callable[[], None], needed: int, progress: Progress, stop: Stop) -> Work[bool]:
        """Do `deed`; where the disk is full, wait and do it again. False when it was stopped instead."""
        started: float | None = None
        while True:
            try:
                deed()
            except DiskFull:
                if started is None:
                    started = self.clock()
                    yield self.tell("waits", self._full(needed))
            else:
                break
            tried, is_waiting = self.clock(), True
            while is_waiting:
                if (yield from self._pass(POLL, progress, stop)):
                    self.paused(self.clock() - started)
                    return False
                is_waiting = self._is_full(needed) and self.clock() - tried < RETRY
        if started is not None:
            self.paused(self.clock() - started)
            yield self.tell("goes_on", "There is room again: training goes on.")
        return True

    def for_care(self, care: Care, progress: Progress, stop: Stop) -> Work[None]:
        """Wait while the computer is too hot or its battery too empty."""
        why = care.reason(self.clock())
        if not why:
            return
        started = self.clock()
        yield self.tell("waits", why)
        while care.still():
            if (yield from self._pass(5.0, progress, stop)):
                break
        self.paused(self.clock() - started)
        yield self.tell("goes_on", "Training goes on.")

    def _full(self, needed: int) -> str:
        missing = missing_megabytes(needed, self._free())
        return (
            f"The disk is full: {missing:,} MB more are needed. Training waits and keeps everything; it goes on by"
            " itself when there is room."
        )

    def _free(self) -> int:
        try:
            return self.senses.free(self.folder)
        except OSError:
            return 0

    def _is_full(self, needed: int) -> bool:
        return self._free() < needed

    def _pass(self, seconds: float, progress: Progress, stop: Stop) -> Work[bool]:
        """Let time pass, answering to `stop`; returns whether it was asked to."""
        end = self.clock() + seconds
        while self.clock() < end:
            if stop():
                return True
            yield progress
            self.sleep(TICK)
        return False
