"""Speed and memory are measured on real steps of a model that is thrown away."""

import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.device import processor
from core.events import Progress, drain
from core.paths import Project
from core.runs import Run
from core.train import probe
from core.train.peaks import Peak
from core.train.prepare import batches
from core.train.probe import Probed
from core.train.stepper import Stepper
from tests.fakes import tiny


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return tiny.run(Project(tmp_path / "project"))


def measure(run: Run, *, stopped: bool = False) -> tuple[list[object], Probed | None]:
    recipe = run.recipe()
    return drain(probe.probe(recipe, batches(run, recipe), processor(), lambda: stopped))


def test_twenty_steps_are_timed(run: Run) -> None:
    before = psutil.Process().memory_info().rss
    events, found = measure(run)
    assert found is not None
    assert found.seconds > 0
    assert found.bytes >= before / 2  # some of it may be given back meanwhile
    assert not found.too_large
    assert events == [Progress(n, 20, "Measuring how fast this computer trains") for n in range(1, 21)]


def test_the_peak_is_seen_even_when_it_is_gone() -> None:
    with Peak(processor()) as peak:
        before = psutil.Process().memory_info().rss
        held = bytearray(200_000_000)
        held[::4096] = b"x" * len(held[::4096])
        deadline = time.monotonic() + 30
        while peak.bytes < before + 150_000_000 and time.monotonic() < deadline:
            time.sleep(0.01)
        del held
    assert peak.bytes > before + 150_000_000


def test_memory_that_runs_out_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Stepper._gradients

    def narrow(self: Stepper, *args: Any) -> int:
        if self.rung.at_once > 2:
            raise MemoryError
        return usual(self, *args)

    monkeypatch.setattr(Stepper, "_gradients", narrow)
    _, found = measure(run)
    assert found is not None
    assert found.too_large


def test_slow_steps_are_not_timed_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "ENOUGH", 0.0)
    events, found = measure(run)
    assert found is not None
    assert len(events) == 1


def test_asked_to_stop_nothing_is_measured(run: Run) -> None:
    assert measure(run, stopped=True) == ([], None)
