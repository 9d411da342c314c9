"""The sliders show what is drawn from: numpy here, torch there, one distribution."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.generate import choose
from core.inside import reshape
from core.replies import Sampling

SAMPLINGS = st.builds(
    Sampling,
    temperature=st.floats(0.05, 2.0),
    top_k=st.integers(0, 60),
    top_p=st.floats(0.05, 1.0),
    min_p=st.floats(0.0, 0.5),
    repetition=st.floats(1.0, 1.5),
)


def logits(seed: int, vocab: int = 50) -> torch.Tensor:
    return torch.randn(vocab, generator=torch.Generator().manual_seed(seed)) * 3


@given(seed=st.integers(0, 99), sampling=SAMPLINGS, written=st.lists(st.integers(0, 49), max_size=5))
def test_it_is_the_distribution_that_replies_are_drawn_from(seed: int, sampling: Sampling, written: list[int]) -> None:
    expected = choose.distribution(choose.penalise(logits(seed), written, sampling.repetition), sampling).numpy()
    shaped = reshape.shape(logits(seed).numpy(), written, sampling)
    np.testing.assert_allclose(shaped.after, expected, atol=1e-9)
    assert ((shaped.after == 0) == (expected == 0)).all()
    assert 0 < shaped.left <= 1 + 1e-12


def test_without_limits_nothing_changes_and_a_temperature_of_0_leaves_one() -> None:
    plain = Sampling(temperature=1.0, min_p=0.0, repetition=1.0)
    shaped = reshape.shape(logits(1).numpy(), [], plain)
    np.testing.assert_allclose(shaped.after, logits(1).double().softmax(0).numpy(), atol=1e-12)
    np.testing.assert_allclose(shaped.before, shaped.after, atol=1e-12)
    coldest = reshape.shape(logits(1).numpy(), [], Sampling(temperature=0.0, repetition=1.0))
    assert np.flatnonzero(coldest.after).tolist() == [int(logits(1).argmax())]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_thousand_draws_match_the_bars(seed: int) -> None:
    """Chi-square over the tokens that are left, p > 0.01; removed tokens never come up."""
    shaped = reshape.shape(logits(seed).numpy(), [], Sampling(temperature=0.9, top_k=12, min_p=0.0))
    drawn = reshape.draw(shaped, 10_000, seed)
    left = shaped.after > 0
    assert drawn[~left].sum() == 0
    expected = shaped.after[left] * 10_000
    statistic = float(((drawn[left] - expected) ** 2 / expected).sum())
    assert left.sum() == 12
    assert statistic < 24.73  # the 99 % quantile for 11 degrees of freedom
