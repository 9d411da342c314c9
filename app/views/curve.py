"""A growing curve: numbers in a numpy buffer, and few enough of them to draw. Knows no Qt."""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]

MOST: Final = 1000  # points on the screen, about one a pixel: more cost frames and show nothing new


class Curve:
    """Points (step, seconds, value) in the order of their steps."""

    def __init__(self) -> None:
        self._rows = np.empty((1024, 3))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, step: float, seconds: float, value: float) -> None:
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._count] = step, seconds, value
        self._count += 1

    def cut_after(self, step: float) -> None:
        """Forget what came after `step`: a resumed run makes those steps again."""
        self._count = int(np.searchsorted(self._rows[: self._count, 0], step, side="right"))

    def clear(self) -> None:
        self._count = 0

    def points(self, *, against_time: bool) -> tuple[Numbers, Numbers]:
        """x and y to draw: every point, or the means of at most MOST buckets."""
        rows = self._rows[: self._count]
        size = -(-self._count // MOST) if self._count else 1
        if size > 1:
            starts = np.arange(0, self._count, size)
            sums = np.add.reduceat(rows, starts, axis=0)
            rows = sums / np.diff(starts, append=self._count)[:, None]
        return rows[:, 1 if against_time else 0].copy(), rows[:, 2].copy()
