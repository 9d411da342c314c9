"""Killed at any moment and resumed, a run ends as if nothing had happened, bit for bit."""

import random
import time
from pathlib import Path
from typing import Final

import torch

from core import journal
from core.events import drain, never
from core.journal import Evaluated, Finished, Sampled, Stepped
from core.paths import Project
from core.runs import Run
from core.train import loop
from tests.fakes import lives, tiny

KILLS: Final = 40
PATIENCE: Final = 60.0  # seconds for one life


def live(project: Project, run: Run) -> None:
    """Train to the end, unless the end comes first."""
    torch.set_num_threads(1)
    drain(loop.resume(project, run, never))


def new_run(root: Path) -> tuple[Project, Run]:
    project = Project(root)
    return project, tiny.run(project)


def is_killed(project: Project, run: Run, seconds: float = PATIENCE) -> bool:
    """Give a run one more life of at most so many seconds; whether that was too little."""
    life = lives.begin(live, project, run)
    life.join(seconds)
    life.kill()
    life.join()
    assert life.exitcode in (0, lives.KILLED)
    return life.exitcode != 0


def told(run: Run) -> list[tuple[int, str, str]]:
    """What a run did, without the times and the words about resuming."""
    facts = journal.read(run.journal_file)
    return sorted(
        {
            *((fact.step, "loss", fact.loss.hex()) for fact in facts if isinstance(fact, Stepped)),
            *((fact.step, "bits", fact.bits_per_byte.hex()) for fact in facts if isinstance(fact, Evaluated)),
            *((fact.step, fact.prompt, fact.text) for fact in facts if isinstance(fact, Sampled)),
        }
    )


def final_weights(run: Run) -> str:
    last = journal.read(run.journal_file)[-1]
    assert isinstance(last, Finished)
    assert last.step == tiny.STEPS
    return last.weights_sha256


def test_forty_kills_change_nothing(tmp_path: Path) -> None:
    for name in ("first", "calm"):  # the first also starts the server of lives, so it says nothing about time
        project, calm = new_run(tmp_path / name)
        started = time.monotonic()
        assert not is_killed(project, calm)
        reach = time.monotonic() - started

    luck = random.Random(20261121)
    kills = runs = 0
    while kills < KILLS:
        project, run = new_run(tmp_path / str(runs))
        while not run.is_finished:
            killed = is_killed(project, run, luck.uniform(0, reach))
            kills += killed
            reach *= 1.1 if killed else 0.7  # so that most lives are killed and some get on, however fast the machine
        runs += 1
        assert final_weights(run) == final_weights(calm), f"run {runs}, after {kills} kills"
        assert told(run) == told(calm), f"run {runs}, after {kills} kills"
