"""The dial: the numbers that nanochat has for the same depth, and a recipe that can be trained at any."""

import pytest

from core import depth as dial
from core.depth import VOCAB, batch, dialled, horizon, rate_factor, shape, weight_decay
from core.recipe import Recipe

MILLION = 1_000_000
TABLE = [  # depth, width, millions of weights, of tokens to read, tokens a step, factor on rates, weight decay
    (4, 256, 11.5, 138, 262_144, 0.71, 1.89),
    (6, 384, 23.2, 278, 262_144, 0.71, 0.94),
    (8, 512, 41.9, 503, 262_144, 0.71, 0.52),
    (12, 768, 110.1, 1_321, 524_288, 1.00, 0.28),
    (20, 1280, 435.2, 5_222, 1_048_576, 1.41, 0.10),
    (24, 1536, 729.8, 8_758, 1_048_576, 1.41, 0.06),
]


@pytest.mark.parametrize(("depth", "width", "weights", "tokens", "per_step", "factor", "decay"), TABLE)
def test_each_depth_has_the_numbers_of_nanochat(
    depth: int, width: int, weights: float, tokens: float, per_step: int, factor: float, decay: float
) -> None:
    made, to_read = shape(depth, VOCAB, 2048), horizon(depth)
    assert (made.layers, made.width, made.heads, made.head_width) == (depth, width, width // 128, 128)
    assert made.parameters == 12 * width**2 * depth + VOCAB * width
    assert made.parameters / MILLION == pytest.approx(weights, abs=0.06)
    assert to_read / MILLION == pytest.approx(tokens, abs=0.6)
    assert batch(to_read) == per_step
    assert rate_factor(per_step) == pytest.approx(factor, abs=0.006)
    assert weight_decay(per_step, to_read) == pytest.approx(decay, abs=0.006)


def recipe(depth: int, steps: int, per_step: int = 524_288) -> Recipe:
    made = shape(depth, VOCAB, 256)
    return dialled(Recipe(shape=made, tokenizer="bpe", steps=steps, length=256, batch=per_step // 256))


def test_the_reference_has_the_rates_that_were_tuned() -> None:
    made = recipe(12, steps=round(horizon(12) / 524_288))
    assert (made.optimizer, made.learning_rate, made.warmup_steps, made.decay_share) == ("muon", 0.02, 40, 0.65)
    assert made.learning_rate * made.table_rate == pytest.approx(0.008)
    assert made.weight_decay == pytest.approx(0.28, rel=1e-3)


def test_a_narrow_model_moves_its_table_faster_and_its_matrices_not() -> None:
    narrow, wide = recipe(3, steps=2_520), recipe(12, steps=2_520)
    assert narrow.learning_rate == wide.learning_rate
    assert narrow.table_rate == pytest.approx(wide.table_rate * (768 / 256) ** 0.5)


def test_below_the_smallest_batch_of_nanochat_rates_stay_and_forgetting_takes_the_same_share() -> None:
    small, smallest = recipe(4, steps=4_000, per_step=8_192), recipe(4, steps=4_000, per_step=1 << 18)
    assert small.learning_rate == smallest.learning_rate == pytest.approx(0.02 * 0.5**0.5)
    assert small.weight_decay == pytest.approx(smallest.weight_decay)


@pytest.mark.parametrize("steps", [1, 3, 100])
def test_however_short_no_step_wipes_the_weights_out(steps: int) -> None:
    made = recipe(4, steps, per_step=4_096)
    assert made.learning_rate * made.weight_decay < 0.03
    assert 1 <= made.warmup_steps <= max(1, steps // 10)
    assert made.weight_decay == dial.MOST_DECAY
