"""What is asked of a bench, and what it reports, as data. Knows no torch."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How to measure. `beside` is a script that runs peers in the same way, `python` what runs it."""

    rounds: int = 3
    seconds: float = 6.0  # of each turn
    beside: Path | None = None
    python: str = sys.executable


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How fast this machine multiplies matrices, in billions of operations a second."""

    contender: str
    gflops: float
    lowest: float
    highest: float
    turns: int
    other_load: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A contender's training. `share` is of what the bench names; the first row is `lead` times as fast as this one.

    `other_load` is how many cores other programs used; `per_cpu_second` is tokens in a second of this contender's own.
    """

    contender: str
    tokens_per_second: float
    lowest: float
    highest: float
    gflops: float
    share: float
    lead: float
    turns: int
    other_load: float
    per_cpu_second: float
