"""Whether training should wait: no room on the disk, too hot, battery nearly empty. Asks the senses it is handed."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core import machine
from core.wishes import Night

LOOK_EVERY: Final = 10.0  # seconds between two looks at sensors: they cost some milliseconds
COOLER: Final = 8.0  # degrees below the limit before it goes on: else it would stop and start
FULLER: Final = 5.0  # per cent of the battery above the limit
SPARE: Final = 20 << 20  # bytes beside what is to be written: others write too


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True, kw_only=True)
class Senses:
    """What can be felt of this computer; tests hand in their own."""

    hottest: Callable[[], float | None] = machine.hottest
    battery: Callable[[], machine.Battery | None] = machine.battery
    free: Callable[[Path], int] = free_bytes


@dataclass(slots=True)
class Care:
    """Decides by the wish of the night whether to wait, and until when."""

    night: Night
    senses: Senses
    next_look: float = 0.0

    def reason(self, now: float) -> str:
        """Why training should wait from `now` on, in a sentence; empty when it should not."""
        if now < self.next_look or (self.night.hottest is None and self.night.emptiest is None):
            return ""
        self.next_look = now + LOOK_EVERY
        return self._why(0.0, 0.0)

    def still(self) -> str:
        """Why it should go on waiting; empty when it may train again."""
        return self._why(COOLER, FULLER)

    def _why(self, cooler: float, fuller: float) -> str:
        heat = self.senses.hottest() if self.night.hottest is not None else None
        if heat is not None and self.night.hottest is not None and heat > self.night.hottest - cooler:
            return f"The computer is at {heat:.0f} °C. Training waits until it has cooled down, and goes on by itself."
        power = self.senses.battery() if self.night.emptiest is not None else None
        if power is None or power.is_plugged or self.night.emptiest is None:
            return ""
        if power.percent > self.night.emptiest + fuller:
            return ""
        return f"The battery is at {power.percent:.0f} %. Training waits until it is plugged in, and goes on by itself."


def missing_megabytes(needed: int, free: int) -> int:
    """How many MB to free so that `needed` bytes fit; at least 1, for a disk that refuses in spite of free space."""
    return max(1, -(-(needed + SPARE - free) // 1_000_000))
