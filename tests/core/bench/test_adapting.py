"""A base is trained, written as a GPT-2, adapted to another author, and compared with one from nothing."""

from pathlib import Path

import pytest
import torch

from core import runs, weights
from core.bench import adapting
from core.bench.adapting import adapt, best, curve
from core.bench.reports import AdaptRow
from core.errors import Unsupported
from core.events import drain, never
from core.paths import Project
from tests.fakes import tiny


@pytest.fixture(autouse=True)
def no_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.train.material.prompts", lambda *_: ())


def test_a_base_of_ours_is_a_gpt2_that_can_be_adapted(tmp_path: Path) -> None:
    first = tiny.project(tmp_path / "first", tiny.documents(count=350, sentences=20, seed=1))
    second = tiny.project(tmp_path / "second", tiny.documents(count=60, seed=2))
    rows = drain(adapt(first, second, (0.03, 0.03), tmp_path / "base", never))[1]
    source = weights.look(tmp_path / "base")
    assert (source.family.model_type, source.shape.position, source.shape.norm) == ("gpt2", "learned", "layer")
    whole = weights.load(source)
    assert all(bool(torch.isfinite(weight).all()) for weight in whole.parameters())
    adapted, alone = runs.all_runs(second.runs)
    assert (adapted.recipe().method, alone.recipe().method) == ("full", "scratch")
    assert [row.seconds for row in rows] == pytest.approx([1.8 * place / 10 for place in range(11)])
    assert rows[0].adapted == adapting.looks(adapted)[0][1]
    assert rows[0].adapted < rows[0].from_nothing - 0.5  # the language is known before the first step


def test_too_little_writing_for_a_base_is_told(tmp_path: Path) -> None:
    small = tiny.project(tmp_path / "small", tiny.documents(count=60))
    with pytest.raises(Unsupported, match="pieces of words"):
        drain(adapt(small, Project(tmp_path / "other"), (0.02, 0.02), tmp_path / "base", never))


def test_both_are_read_at_the_same_moments() -> None:
    adapted, alone = [(0.0, 2.0), (4.0, 1.0), (9.9, 1.5)], [(0.0, 3.0), (6.0, 2.5)]
    rows = curve(adapted, alone, 10.0)
    assert rows[4] == AdaptRow(seconds=4.0, adapted=1.0, from_nothing=3.0)
    assert rows[10] == AdaptRow(seconds=10.0, adapted=1.0, from_nothing=2.5)
    assert best([(0.2, 5.0)], 0.0) == 5.0
