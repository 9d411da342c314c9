"""Nothing that happens to the window ends a training for which "start again by itself" is on: real processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from pytestqt.qtbot import QtBot

from app.vigil import DIED, HUNG
from app.works import Works
from core import elsewhere, journal, runs
from core.journal import Happened, Saved, Stepped
from core.paths import Home, Project
from tests.app.conftest import Open
from tests.fakes import tiny

PATIENCE: Final = 60.0  # seconds, against hanging
ROOT: Final = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def project(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """The project that windows show, with writing in it; whatever still trains on it at the end is stopped."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    made = tiny.project(Home(own_home).project().root, tiny.documents(60))
    yield made
    if elsewhere.is_under_way(made):
        elsewhere.ask_to_stop(made)
        wait(lambda: not elsewhere.is_under_way(made))


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """Written where a window would have been opened."""
    return tmp_path / "opened"


def breaking(mark: Path, hangs_at: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.fakes.breaking_window", "5000", str(hangs_at), str(mark)]
    return subprocess.Popen(command, cwd=ROOT)


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def facts(project: Project) -> list[journal.Fact]:
    found = runs.all_runs(project.runs)
    return journal.read(found[0].journal_file) if len(found) == 1 else []


def steps(project: Project) -> int:
    return sum(isinstance(fact, Stepped) for fact in facts(project))


def is_saved(project: Project) -> bool:
    return any(isinstance(fact, Saved) and fact.step >= 3 for fact in facts(project))


def said(project: Project) -> list[str]:
    return [fact.text for fact in facts(project) if isinstance(fact, Happened)]


def test_t05_a_training_goes_on_by_itself_when_its_window_is_killed(
    qtbot: QtBot,
    project: Project,
    mark: Path,
    open_window: Open,
) -> None:
    window = breaking(mark, hangs_at=0)
    wait(lambda: is_saved(project))
    window.kill()
    window.wait()
    before = steps(project)
    wait(lambda: any(text.startswith("Went on from step") for text in said(project)))
    wait(lambda: steps(project) > before)
    assert DIED in said(project)
    assert not mark.exists()  # its owner opens it, or leaves it closed

    second = subprocess.run(
        (sys.executable, "-m", "app", "train", "--resume"), cwd=ROOT, capture_output=True, text=True
    )
    assert second.returncode == 1  # T24: one writer
    assert "already importing or training in this project" in second.stderr

    opened = open_window(Works())  # the next morning
    training = opened.services.training
    qtbot.waitUntil(lambda: training.is_running and training.is_elsewhere, timeout=30_000)
    qtbot.waitUntil(lambda: opened.train.plot.lengths[0] > before, timeout=30_000)
    assert not opened.train.card.go_on.isVisible()
    with qtbot.waitSignal(training.ended, timeout=60_000) as ended:
        opened.train.card.stop.click()
    assert ended.args[0].stopped
    wait(lambda: not elsewhere.is_under_way(project))
    assert said(project)[-1].startswith("Stopped and saved")
    assert not list((Path(os.environ["XDG_CONFIG_HOME"]) / "autostart").iterdir())
    assert len(runs.all_runs(project.runs)) == 1


def test_t19_a_device_that_hangs_in_the_window_is_ended_and_training_goes_on(project: Project, mark: Path) -> None:
    window = breaking(mark, hangs_at=12)
    assert window.wait(PATIENCE) == -9  # ended by whoever sat beside it
    wait(mark.exists)  # and another is opened
    wait(lambda: max((fact.step for fact in facts(project) if isinstance(fact, Stepped)), default=0) > 12)
    assert HUNG in said(project)
    assert elsewhere.is_under_way(project)
