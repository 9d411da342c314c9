"""Gaps between the beats of a timer and waits for an answer: what they say about a window. Knows no timer and no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Beats:
    """Milliseconds between two beats during one part of the way: percentiles, and the longest."""

    part: str
    p50: float
    p95: float
    p99: float
    longest: float
    seconds: float

    @classmethod
    def of(cls, part: str, gaps: Sequence[float]) -> Self:
        ordered = sorted(gaps)
        p50, p95, p99 = (ordered[min(int(len(ordered) * share), len(ordered) - 1)] for share in (0.50, 0.95, 0.99))
        return cls(part, p50, p95, p99, ordered[-1], sum(gaps) / 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Milliseconds from a wish to the totals and to the table, medians, and the longest for the totals."""

    asked: str
    totals: float
    table: float
    longest: float
