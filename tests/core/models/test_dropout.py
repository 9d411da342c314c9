"""Dropout: the share it promises, everywhere alike, and nothing lost on average."""

import pytest
import torch

from core.models.dropout import LEVELS, Dropout


def dropped(rate: float, *size: int) -> torch.Tensor:
    return Dropout(rate, torch.Generator().manual_seed(1))(torch.ones(size))


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.5, 0.9])
def test_the_share_is_dropped_and_the_mean_kept(rate: float) -> None:
    noisy = dropped(rate, 500_000)
    kept = 1 - round(rate * LEVELS) / LEVELS
    assert sorted(set(noisy.tolist())) == pytest.approx([0.0, 1 / kept])
    assert noisy.mean().item() == pytest.approx(1, abs=0.01)


def test_every_place_is_as_likely_to_be_dropped() -> None:
    shares = (dropped(0.2, 50_000, 8) == 0).float().mean(0)  # each of the eight bytes of a random word
    assert shares.tolist() == pytest.approx([0.2] * 8, abs=0.01)


def test_any_shape_is_met() -> None:
    assert dropped(0.2, 3, 5, 7).shape == (3, 5, 7)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_a_rate_that_means_nothing_or_all_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="rate must lie between 0 and 1"):
        dropped(rate, 1)
