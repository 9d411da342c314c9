"""Whether a training that tells one JSON object a line has fallen silent. Knows no process and no clock.

Between two steps a device that hangs is found in max(60 s, 20 x the median step); while it saves, measures, waits or
gets ready, silence means less, and more of it is borne.
"""

from collections import deque
from statistics import median
from typing import Final

LEAST: Final = 60.0  # seconds
TIMES: Final = 20  # the median step
BUSY: Final = 300.0  # seconds without a line while it does anything but step
ASLEEP: Final = 10.0  # seconds between two looks, from which nobody was awake to listen
ENOUGH: Final = 3  # steps whose median says something


class Watchdog:
    """Hears every line of one life of a training."""

    def __init__(self, now: float, least: float = LEAST, busy: float = BUSY) -> None:
        self._least, self._busy, self._heard = least, busy, now
        self._looked = now
        self._is_stepping = False
        self._steps: deque[float] = deque(maxlen=50)  # seconds that each of the last ones took

    def hears(self, kind: object, now: float) -> None:
        """A line came, about this kind of event."""
        if kind == "Stepped":
            if self._is_stepping:
                self._steps.append(now - self._heard)
            self._is_stepping = True
        elif kind == "Progress":
            self._is_stepping = False
        self._heard = self._looked = now

    @property
    def patience(self) -> float:
        """How many seconds of silence are borne now."""
        if not self._is_stepping or len(self._steps) < ENOUGH:
            return max(self._busy, TIMES * median(self._steps or [0.0]))
        return max(self._least, TIMES * median(self._steps))

    def is_over(self, now: float) -> bool:
        """Whether it has been silent for too long. To be asked often: where nobody asked for a while the computer
        slept, and nothing could be heard."""
        if now - self._looked > ASLEEP:
            self._heard += now - self._looked
        self._looked = now
        return now - self._heard > self.patience
