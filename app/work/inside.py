"""Looking inside a model: the door to core/inside. What was opened stays open for the next look."""

from functools import lru_cache
from typing import TYPE_CHECKING

from app.work import Task
from core.events import Stop, Work
from core.inside.reports import Asked, Report
from core.preload import loading_torch
from core.runs import Run

if TYPE_CHECKING:
    from core.bench.inside import InsideRow
    from core.inside.look import Looker


def look(asked: Asked) -> Task[Report]:
    """One report about the inside of a saved checkpoint."""

    def make(stop: Stop) -> Work[Report]:
        return looker().look(asked, stop)

    return make


def a_line(run: Run, seed: int) -> Task[str]:
    """A sentence or two from the writing that a run learns from, another one for each seed."""

    def make(stop: Stop) -> Work[str]:
        from core.inside.lines import a_line

        return a_line(run, seed)

    return make


def bench(rounds: int, seconds: float) -> "Task[list[InsideRow]]":
    """Measure how fast the views are, and what they take from a training."""

    def make(stop: Stop) -> "Work[list[InsideRow]]":
        from app.bench_inside import measure

        return measure(rounds, seconds, stop)

    return make


@lru_cache(maxsize=1)
def looker() -> "Looker":
    with loading_torch():
        from core.inside.look import Looker

    return Looker()
