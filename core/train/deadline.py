"""How many steps still fit into the time. Reads a clock only where it is handed one; knows no model.

Training time is counted without pauses. Where the wish was an hour of the morning, time asleep is gone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from core.wishes import Night

Clock: TypeAlias = Callable[[], float]

AIM: Final = 0.975  # of the time is planned for: what comes after the last step is never quite as expected
OFTEN: Final = 0.02  # of the time passes between two fittings
AT_LEAST: Final = 3.0  # seconds between them
NOTICEABLE: Final = 0.02  # of the steps that are left: a smaller change is noise
MEMORY: Final = 0.08  # of the time, over which the pace of steps is averaged
WINDOW: Final = (10.0, 600.0)  # seconds that the average covers at least, and at most


def awake_or_not() -> float:
    """Seconds of a clock that nobody can set, and that goes on while the computer sleeps, where there is one."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)  # Linux; elsewhere monotonic itself does so, or cannot
    return time.clock_gettime(boot) if boot is not None else time.monotonic()


@dataclass(slots=True)
class Tempo:
    """Seconds a step, averaged over the last while; forgets as time passes, so that it follows a busy machine."""

    window: float
    seconds: float = 0.0
    steps: float = 0.0

    def add(self, seconds: float) -> None:
        keep = 0.5 ** (seconds / self.window)
        self.seconds = self.seconds * keep + seconds
        self.steps = self.steps * keep + 1

    @property
    def a_step(self) -> float:
        return self.seconds / self.steps if self.steps else 0.0


class Deadline:
    """The time that a run has, and what it spends beside steps: looks at held-out text, and saves."""

    def __init__(self, night: Night, spent: float, now: float, awake: Clock = awake_or_not) -> None:
        self._night, self._awake = night, awake
        self._end = awake() + night.until - now if night.until is not None and night.until > now else None
        self._total = night.seconds or 0.0
        least, most = WINDOW
        self.tempo = Tempo(min(most, max(least, MEMORY * self._total)))
        self._next = spent
        self._look = self._closing = self._save = 0.0

    @property
    def is_set(self) -> bool:
        """Whether there is a time to be done by: an hour that had passed before it began is none."""
        return self._end is not None or (self._night.seconds is not None and self._night.until is None)

    def left(self, spent: float) -> float:
        """Seconds that are left, after `spent` seconds of training."""
        if self._end is not None:
            return self._end - self._awake() - (1 - AIM) * self._total
        return AIM * self._total - spent

    def looked(self, seconds: float, closing: float) -> None:
        """A look at held-out text took so long; with the samples that the last one has too, `closing`."""
        self._look, self._closing = seconds, max(closing, self._closing)

    def saved(self, seconds: float) -> None:
        """Saving took so long."""
        self._save = seconds

    def is_due(self, spent: float) -> bool:
        """Whether to fit again; more often as the end comes near."""
        return self.is_set and spent >= self._next

    def fit(self, step: int, steps: int, spent: float, every: tuple[int, int]) -> int | None:
        """How many steps the run should have in all, or None where `steps` is right. `every` so many steps it looks,
        and it saves."""
        left = self.left(spent)
        self._next = spent + max(AT_LEAST, min(OFTEN * self._total, 0.1 * left))
        if not self.tempo.steps:
            return None
        a_step = self.tempo.a_step + self._look / every[0] + self._save / every[1]
        fits = max(1, int((left - self._closing - self._save) / a_step))
        wanted = step + fits
        if self._night.most_steps is not None:
            wanted = max(step + 1, min(wanted, self._night.most_steps))
        is_close = abs(wanted - steps) <= max(1.0, NOTICEABLE * (steps - step))
        return None if is_close else wanted
