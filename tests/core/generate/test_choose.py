"""Every limit keeps exactly the ids it promises, worked out by hand on small distributions."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.generate import choose as choosing
from core.generate.choose import choose, distribution, draw, likely, penalise
from core.replies import Sampling

PLAIN = Sampling(temperature=1, top_k=0, top_p=1, min_p=0, repetition=1)
CHANCES = (0.05, 0.4, 0.15, 0.3, 0.1)  # of the ids 0 to 4


def logits(*chances: float) -> Tensor:
    return torch.tensor(chances).log()


def chances(sampling: Sampling, logits_V: Tensor | None = None) -> list[float]:
    return distribution(logits(*CHANCES) if logits_V is None else logits_V, sampling).tolist()


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_without_limits_the_models_own_distribution_is_used() -> None:
    assert chances(PLAIN) == pytest.approx(CHANCES)


@pytest.mark.parametrize(
    ("sampling", "kept"),
    [
        (replace(PLAIN, top_k=1), {1}),
        (replace(PLAIN, top_k=3), {1, 3, 2}),
        (replace(PLAIN, top_k=99), {0, 1, 2, 3, 4}),
        (replace(PLAIN, top_p=0.39), {1}),
        (replace(PLAIN, top_p=0.41), {1, 3}),  # the id that passes the mark is still in
        (replace(PLAIN, top_p=0.8), {1, 3, 2}),
        (replace(PLAIN, top_p=0.96), {0, 1, 2, 3, 4}),
        (replace(PLAIN, min_p=0.8), {1}),
        (replace(PLAIN, min_p=0.7), {1, 3}),
        (replace(PLAIN, min_p=0.2), {1, 3, 2, 4}),
        (replace(PLAIN, min_p=0.1), {0, 1, 2, 3, 4}),
        (replace(PLAIN, top_k=2, top_p=0.55), {1}),  # of the two that are left, the first weighs 4/7
        (replace(PLAIN, temperature=0.5, min_p=0.5), {1, 3}),  # 9/16 of the likeliest
        (replace(PLAIN, temperature=0.5, min_p=0.6), {1}),
    ],
)
def test_each_limit_keeps_exactly_its_ids(sampling: Sampling, kept: set[int]) -> None:
    found = chances(sampling)
    assert {n for n, chance in enumerate(found) if chance > 0} == kept
    assert sum(found) == pytest.approx(1)
    sharp = [chance ** (1 / sampling.temperature) if n in kept else 0 for n, chance in enumerate(CHANCES)]
    assert found == pytest.approx([chance / sum(sharp) for chance in sharp])


def test_temperature_sharpens_and_flattens() -> None:
    assert chances(replace(PLAIN, temperature=0.5), logits(0.8, 0.2)) == pytest.approx([16 / 17, 1 / 17])
    assert chances(replace(PLAIN, temperature=2), logits(0.8, 0.2)) == pytest.approx([2 / 3, 1 / 3])


def test_ids_as_likely_as_the_last_kept_stay_with_it() -> None:
    assert chances(replace(PLAIN, top_k=1), logits(0.4, 0.4, 0.2)) == pytest.approx([0.5, 0.5, 0])


def test_repetition_makes_written_ids_less_likely_whatever_their_sign() -> None:
    logits_V = torch.tensor([4.0, -4.0, 4.0, -4.0])
    assert penalise(logits_V, [0, 1, 1], 2).tolist() == [2, -8, 4, -4]
    assert logits_V.tolist() == [4, -4, 4, -4]  # the model's own tensor is not touched


def test_a_temperature_of_zero_takes_the_likeliest_after_the_penalty() -> None:
    greedy = replace(PLAIN, temperature=0)
    logits_V = torch.tensor([1.0, 3.0, 2.5])
    assert choose(logits_V, [], greedy, seeded(1)) == 1
    assert choose(logits_V, [1], replace(greedy, repetition=2), seeded(1)) == 2


@pytest.mark.parametrize("temperature", [5e-324, 1e-38, 1e-6])
def test_a_temperature_just_above_zero_is_greedy_and_does_not_overflow(temperature: float) -> None:
    assert chances(replace(PLAIN, temperature=temperature), torch.tensor([1e4, 3e4, -3e4])) == [0, 1, 0]


LIMITS = [
    PLAIN,
    replace(PLAIN, min_p=0.05),
    replace(PLAIN, top_k=25, temperature=0.5),
    replace(PLAIN, top_p=0.9),
    replace(PLAIN, top_p=0.5, min_p=0.1),
    replace(PLAIN, top_k=40, top_p=0.9, min_p=0.02, temperature=1.3),
    replace(PLAIN, top_p=0.999, temperature=3),
]


@pytest.mark.parametrize("sampling", LIMITS)
@pytest.mark.parametrize("spread", [0.5, 4.0])
@pytest.mark.parametrize("many", [64, 1024])
def test_chances_among_the_likely_are_those_among_all(
    sampling: Sampling, spread: float, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "MANY", many)
    logits_V = torch.randn(5000, generator=seeded(4)) * spread
    found_K, among = likely(logits_V.numpy(), sampling)
    ids_K = torch.from_numpy(found_K)
    found = torch.zeros(5000, dtype=torch.double).index_copy(0, ids_K, distribution(logits_V[ids_K], among))
    right = distribution(logits_V, sampling)
    assert torch.equal(found > 0, right > 0)
    assert torch.allclose(found, right, rtol=1e-9, atol=0)


def test_limits_leave_few_ids_to_be_weighed() -> None:
    logits_V = torch.randn(50_000, generator=seeded(4)) * 4
    kept = [len(likely(logits_V.numpy(), sampling)[0]) for sampling in LIMITS[1:5]]
    assert max(kept) <= choosing.MANY


def test_a_draw_never_gives_what_has_no_chance() -> None:
    chances_K = torch.tensor([0, 0.5, 0, 0.5, 0, 0], dtype=torch.double)
    generator = seeded(5)
    assert {draw(chances_K.numpy(), generator) for _ in range(200)} == {1, 3}


def test_the_same_seed_draws_the_same_ids_and_another_seed_others() -> None:
    def draw(seed: int) -> list[int]:
        generator = seeded(seed)
        return [choose(logits(*CHANCES), [], PLAIN, generator) for _ in range(40)]

    assert draw(7) == draw(7) != draw(8)


def test_what_is_drawn_follows_the_distribution() -> None:
    generator, n_draws = seeded(3), 4000
    drawn = [choose(logits(*CHANCES), [], PLAIN, generator) for _ in range(n_draws)]
    chi_square = sum((drawn.count(n) - chance * n_draws) ** 2 / (chance * n_draws) for n, chance in enumerate(CHANCES))
    assert chi_square < 13.3  # four degrees of freedom, p = 0.01


@given(
    values=st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=20),
    temperature=st.floats(0, 10),
    top_k=st.integers(0, 25),
    top_p=st.floats(0, 1, exclude_min=True),
    min_p=st.floats(0, 1, exclude_max=True),
    repetition=st.floats(1, 100),
)
def test_no_setting_leaves_nothing_to_choose_from(
    values: list[float], temperature: float, top_k: int, top_p: float, min_p: float, repetition: float
) -> None:
    sampling = Sampling(
        temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, repetition=repetition
    )  # fmt: skip
    written = list(range(0, len(values), 2))
    chosen = choose(torch.tensor(values), written, sampling, seeded(1))
    assert 0 <= chosen < len(values)
    if temperature:
        found = distribution(penalise(torch.tensor(values), written, repetition), sampling)
        assert found[chosen] > 0
        assert math.isclose(float(found.sum()), 1)
