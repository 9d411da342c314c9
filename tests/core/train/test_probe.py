"""The speed is measured on real steps of a model that is thrown away."""

from pathlib import Path

import pytest

from core.device import processor
from core.events import Progress, drain
from core.paths import Project
from core.runs import Run
from core.train import probe
from core.train.prepare import batches
from tests.fakes import tiny


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return tiny.run(Project(tmp_path / "project"))


def measure(run: Run, *, stopped: bool = False) -> tuple[list[object], float | None]:
    recipe = run.recipe()
    return drain(probe.seconds_per_step(recipe, batches(run, recipe), processor(), lambda: stopped))


def test_a_few_steps_are_timed(run: Run) -> None:
    events, seconds = measure(run)
    assert seconds is not None
    assert seconds > 0
    assert events == [Progress(n, 6, "Measuring how fast this computer trains") for n in range(1, 7)]


def test_slow_steps_are_not_timed_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "ENOUGH", 0.0)
    events, seconds = measure(run)
    assert seconds is not None
    assert len(events) == 1


def test_asked_to_stop_nothing_is_measured(run: Run) -> None:
    assert measure(run, stopped=True) == ([], None)
