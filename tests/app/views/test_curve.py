"""A curve keeps every point and draws few."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.views.curve import MOST, Curve


def curve(count: int) -> Curve:
    made = Curve()
    for step in range(1, count + 1):
        made.add(step, step / 2, step * 10)
    return made


def test_few_points_are_drawn_as_they_are() -> None:
    x, y = curve(3).points(against_time=False)
    assert (x.tolist(), y.tolist()) == ([1, 2, 3], [10, 20, 30])
    x, y = curve(3).points(against_time=True)
    assert (x.tolist(), y.tolist()) == ([0.5, 1, 1.5], [10, 20, 30])


def test_an_empty_curve_draws_nothing() -> None:
    x, y = Curve().points(against_time=False)
    assert (len(x), len(y)) == (0, 0)


@given(st.integers(1, 20_000))
def test_many_points_are_drawn_as_means_that_keep_the_mean(count: int) -> None:
    x, y = curve(count).points(against_time=False)
    assert len(x) == len(y) <= MOST
    assert bool(np.all(np.diff(x) > 0))
    size = -(-count // MOST)
    whole = y[: count // size]  # the last bucket may be smaller
    assert np.isclose(whole.mean(), 10 * (1 + len(whole) * size) / 2)


def test_steps_that_are_made_again_are_forgotten() -> None:
    made = curve(3_000)
    made.cut_after(1_000)
    assert len(made) == 1_000
    made.add(1_001, 500.5, 1.0)
    assert made.points(against_time=False)[0][-1] == 1_001
