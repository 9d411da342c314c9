"""The learning rate rises, stays, and falls to zero."""

from dataclasses import replace

import pytest

from core.train.schedule import learning_rate
from tests.core.test_recipe import RECIPE

PLAIN = replace(RECIPE, steps=10, learning_rate=1.0, warmup_steps=2, decay_share=0.4)


def test_the_rate_rises_stays_and_falls() -> None:
    rates = [round(learning_rate(PLAIN, step), 6) for step in range(1, 11)]
    assert rates == [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.6, 0.4, 0.2]


def test_without_warm_up_and_decay_it_is_level() -> None:
    level = replace(PLAIN, warmup_steps=0, decay_share=0.0)
    assert {learning_rate(level, step) for step in range(1, 11)} == {1.0}


def test_every_step_learns_even_when_warm_up_is_longer_than_the_run() -> None:
    short = replace(PLAIN, steps=3, warmup_steps=100)
    assert [learning_rate(short, step) for step in (1, 2, 3)] == [0.01, 0.02, 0.03]


@pytest.mark.parametrize("step", [0, 11])
def test_there_is_no_rate_outside_the_run(step: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 10"):
        learning_rate(PLAIN, step)
