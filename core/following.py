"""Follows a training that another process does, by what it writes into its journal. Trains nothing, knows no torch."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core import elsewhere, journal, runs
from core.errors import Trouble
from core.events import Progress, Stop, Work
from core.journal import Evaluated, Fact, Finished, Happened, Refitted, Stepped
from core.paths import Project
from core.runs import Outcome, Run

POLL: Final = 0.2  # seconds between two looks


class Reader:
    """Reads a journal while another process writes it."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0  # bytes

    def news(self) -> list[Fact]:
        """What was written since the last call; at the first one, what still holds of all before."""
        try:
            size = self._path.stat().st_size
        except OSError:
            return []
        if size < self._read:  # begun anew
            self._read = 0
        if size == self._read:
            return []
        facts, read = journal.read_from(self._path, self._read)
        facts, self._read = facts if self._read else journal.holding(facts), read
        return facts


def follow(project: Project, stop: Stop, sleep: Callable[[float], None] = time.sleep) -> Work[Outcome]:
    """Tell what the training of another process tells, until it ends. With `stop` nobody follows it any more, and it
    goes on. Raises Trouble when it ends without being done or stopped."""
    run: Run | None = None
    seen = _Seen()
    while True:
        is_there = elsewhere.is_under_way(project)  # before the look: what it wrote last is not missed
        newest = next(iter(reversed(runs.all_runs(project.runs))), None)
        if newest is not None and (run is None or newest.name != run.name) and not (run is None and newest.is_finished):
            run, reader, seen = newest, Reader(newest.journal_file), _Seen(steps=newest.recipe().steps)
        for fact in reader.news() if run is not None else ():
            seen.takes(fact)
            yield fact
        if not is_there or (seen.finished is not None and run is not None and not run.night.ladder):
            return _ended(run, seen)
        if stop():
            return seen.outcome("" if run is None else run.name, stopped=True)
        yield Progress(seen.step, seen.steps, "Training goes on in the background")
        sleep(POLL)


class _Seen:
    """What was told of one run."""

    def __init__(self, steps: int = 0) -> None:
        self.steps, self.step = steps, 0
        self.finished: Finished | None = None
        self.was_stopped = False
        self._last: Stepped | None = None
        self._best: float | None = None

    def takes(self, fact: Fact) -> None:
        match fact:
            case Stepped():
                self.step, self._last = fact.step, fact
            case Evaluated():
                self._best = fact.bits_per_byte if self._best is None else min(self._best, fact.bits_per_byte)
            case Refitted():
                self.steps = fact.steps
            case Finished():
                self.finished = fact
            case Happened():
                self.was_stopped = fact.what == "stopped"

    def outcome(self, run: str, *, stopped: bool) -> Outcome:
        last, done = self._last, self.finished
        return Outcome(
            run=run,
            steps=self.step,
            best_bits_per_byte=self._best if done is None else done.best_bits_per_byte,
            tokens_per_second=last.tokens_per_second if last is not None else 0.0,
            seconds=last.seconds if last is not None else 0.0,
            weights_sha256="" if done is None else done.weights_sha256,
            stopped=stopped,
        )


def _ended(run: Run | None, seen: _Seen) -> Outcome:
    name = "" if run is None else run.name
    if seen.finished is not None or seen.was_stopped:
        return seen.outcome(name, stopped=seen.finished is None)
    raise Trouble(
        "The training in the background has ended before it was done.",
        fix="What was saved is safe: press Continue. If it ends again, restart the computer first.",
    )
