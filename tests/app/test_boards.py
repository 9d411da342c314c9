"""TensorBoard gets the curves, where it is installed; where it is not, a sentence says how to get it."""

import sys
from pathlib import Path

import pytest

from app.work.boards import board, listener
from core.errors import Unsupported
from core.journal import Evaluated, Saved, Stepped


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


def test_without_it_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(Unsupported, match="not installed") as caught:
        board(tmp_path)
    assert "pip install tensorboard" in caught.value.fix
