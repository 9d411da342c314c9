"""How fast training goes and how long it has gone. Knows no model."""

import time
from collections import deque
from typing import Final

RECENT: Final = 5.0  # seconds: short enough to follow the machine, long enough to read


class Pace:
    """Adds up steps of so many `tokens`; `seconds` counts on from those that an earlier sitting took."""

    def __init__(self, tokens: int, before: float) -> None:
        self._tokens = tokens
        self._started = time.monotonic() - before
        self._recent: deque[float] = deque()
        self._recent_sum = self._sum = 0.0
        self._steps = 0

    @property
    def seconds(self) -> float:
        """Training time so far, whatever happens to the clock on the wall."""
        return time.monotonic() - self._started

    def pause(self, seconds: float) -> None:
        """So long it did not train, but waited."""
        self._started += seconds

    def add(self, seconds: float) -> None:
        """One more step, which took so long."""
        self._steps += 1
        self._sum += seconds
        self._recent_sum += seconds
        self._recent.append(seconds)
        while self._recent_sum - self._recent[0] > RECENT:
            self._recent_sum -= self._recent.popleft()

    @property
    def recent(self) -> float:
        """Tokens a second over the last few seconds of steps."""
        return len(self._recent) * self._tokens / self._recent_sum if self._recent_sum else 0.0

    @property
    def overall(self) -> float:
        """Tokens a second over all steps of this sitting; 0 when there were none."""
        return self._steps * self._tokens / self._sum if self._sum else 0.0
