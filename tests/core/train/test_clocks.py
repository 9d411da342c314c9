"""Clocks that jump, computers that sleep, systems that log off: a training ends as it should."""

import os
import signal
import time
from pathlib import Path

import pytest
import torch

from core import checkpoints, journal
from core.events import drain, never
from core.paths import Project
from core.runs import Run
from core.train import loop
from core.train.deadline import Deadline
from core.wishes import Night
from tests.fakes import lives, tiny


def test_t21_a_clock_that_jumps_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calm = drain(loop.resume(*made(tmp_path / "calm"), never))[1]
    days = iter(range(10_000_000))
    monkeypatch.setattr(time, "time", lambda: (-1) ** next(days) * 86_400.0 * 365)
    project, run = made(tmp_path / "jumping")
    assert drain(loop.resume(project, run, never))[1].weights_sha256 == calm.weights_sha256
    assert run.is_finished


def made(root: Path) -> tuple[Project, Run]:
    project = Project(root)
    return project, tiny.run(project, 9)


def test_t21_an_hour_of_the_morning_is_kept_when_the_clock_is_set() -> None:
    awake = [100.0]
    deadline = Deadline(Night(seconds=600.0, until=10_600.0), 0.0, 10_000.0, lambda: awake[0])
    assert deadline.left(0.0) == pytest.approx(585.0)
    awake[0] += 60  # a minute passed, whatever the clock on the wall was set to meanwhile
    assert deadline.left(60.0) == pytest.approx(525.0)


def test_t20_time_asleep_is_gone_only_where_an_hour_was_wished_for() -> None:
    awake = [0.0]
    until = Deadline(Night(seconds=3_600.0, until=13_600.0), 0.0, 10_000.0, lambda: awake[0])
    minutes = Deadline(Night(seconds=3_600.0), 0.0, 10_000.0, lambda: awake[0])
    awake[0] = 1_800.0  # asleep: no training was done
    assert until.left(0.0) < 1_800
    assert minutes.left(0.0) == pytest.approx(0.975 * 3_600)


def test_an_hour_that_has_passed_is_no_deadline() -> None:
    assert not Deadline(Night(seconds=600.0, until=9_000.0), 0.0, 10_000.0).is_set
    assert not Deadline(Night(), 0.0, 10_000.0).is_set


def train_slowly(run: Run) -> None:
    torch.set_num_threads(1)
    drain(loop.resume(Project(run.root.parent.parent), run, never))


@pytest.mark.skipif(not lives.FORKED, reason="Windows cannot stop a process and let it go on")
def test_t20_a_computer_that_slept_goes_on(tmp_path: Path) -> None:
    calm = drain(loop.resume(*made(tmp_path / "calm"), never))[1]
    _, run = made(tmp_path / "asleep")
    life = lives.begin(train_slowly, run)
    while not run.is_usable:
        time.sleep(0.01)
    assert life.pid is not None
    os.kill(life.pid, signal.SIGSTOP)
    time.sleep(1.0)
    os.kill(life.pid, signal.SIGCONT)
    life.join(60)
    finished = next(fact for fact in journal.read(run.journal_file) if isinstance(fact, journal.Finished))
    assert finished.weights_sha256 == calm.weights_sha256
    assert checkpoints.newest_good(run) is not None
