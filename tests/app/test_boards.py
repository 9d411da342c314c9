"""TensorBoard and W&B get the curves, where it is installed; where it is not, a sentence says how to get it."""

import sys
import types
from pathlib import Path

import pytest

from app.work.boards import board, diary, entries, listener
from core.errors import Unsupported
from core.journal import Evaluated, Finished, Saved, Stepped


class Writer:
    """What TensorBoard's writer is asked to do."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float, int]] = []
        self.flushed = 0

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.told.append((name, value, step))

    def flush(self) -> None:
        self.flushed += 1


def test_each_fact_becomes_points_of_curves() -> None:
    writer = Writer()
    tell = listener(writer)
    for event in (Stepped(1, 4.0, 1e-3, 10.0, 1.0), Saved(1), Evaluated(1, 2.5, 2.6, True, 1.0)):
        tell(event)
    assert writer.told == [
        ("loss", 4.0, 1),
        ("learning rate", 1e-3, 1),
        ("bits per byte/unseen text", 2.6, 1),
        ("bits per byte/training text", 2.5, 1),
    ]
    assert writer.flushed == 1


class Run:
    """What W&B's run is asked to do."""

    def __init__(self) -> None:
        self.told: list[tuple[dict[str, float], int]] = []
        self.finished = False

    def log(self, numbers: dict[str, float], step: int) -> None:
        self.told.append((numbers, step))

    def finish(self) -> None:
        self.finished = True


def test_wandb_hears_the_same() -> None:
    run = Run()
    tell = entries(run)
    for event in (Stepped(1, 4.0, 1e-3, 10.0, 1.0), Saved(1), Evaluated(1, 2.5, 2.6, True, 1.0)):
        tell(event)
    assert run.told == [
        ({"loss": 4.0, "learning rate": 1e-3}, 1),
        ({"bits per byte/unseen text": 2.6, "bits per byte/training text": 2.5}, 1),
    ]
    assert not run.finished
    tell(Finished(1, 2.6, 1.0, "hash"))
    assert run.finished


def test_wandb_is_begun_offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[dict[str, object]] = []
    fake = types.ModuleType("wandb")
    vars(fake)["init"] = lambda **how: asked.append(how)
    monkeypatch.setitem(sys.modules, "wandb", fake)
    diary(tmp_path / "curves")
    assert asked == [{"project": "mynah", "dir": str(tmp_path / "curves"), "mode": "offline"}]
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(Unsupported, match="not installed") as caught:
        diary(tmp_path)
    assert "pip install wandb" in caught.value.fix


def test_without_it_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(Unsupported, match="not installed") as caught:
        board(tmp_path)
    assert "pip install tensorboard" in caught.value.fix
