"""fp16 with a scaled loss: when the factor changes, that it changes no step, and that a resumed training has it too."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from core.machine import of_card
from core.recipe import Precision
from core.train.scaler import LEAST, MOST, PATIENCE, START, Scaler
from core.train.stepper import SCALER, NotFinite, Stepper
from tests.core.train.test_stepper import RECIPE, batch, same, snapshot, spoil, stepper

HALF = replace(RECIPE, precision="fp16", batch=4, length=64)


def walk(one: Stepper, *numbers: int, rate: float = 1e-3) -> list[float]:
    return [one.step(*batch(number, HALF), number=number, learning_rate=rate) for number in numbers]


@pytest.fixture(params=["scratch", "lora"])
def half(request: pytest.FixtureRequest) -> Iterator[Stepper]:
    with stepper(replace(HALF, method=request.param)) as made:
        yield made


@pytest.mark.parametrize(
    ("capability", "name", "expected"),
    [
        ((12, 0), "NVIDIA GeForce RTX 5070", "bf16"),
        ((8, 9), "NVIDIA GeForce RTX 4070 SUPER", "bf16"),
        ((8, 0), "NVIDIA A100-SXM4-40GB", "bf16"),
        ((7, 5), "NVIDIA GeForce RTX 2060", "fp16"),
        ((7, 5), "Tesla T4", "fp16"),
        ((7, 0), "Tesla V100-SXM2-16GB", "fp16"),
        ((7, 5), "NVIDIA GeForce GTX 1660 Ti", "fp32"),
        ((7, 5), "NVIDIA GeForce MX450", "fp32"),
        ((7, 5), "NVIDIA T1000", "fp32"),
        ((6, 1), "NVIDIA GeForce GTX 1080", "fp32"),
    ],
)
def test_each_card_trains_in_what_it_multiplies_well(
    capability: tuple[int, int], name: str, expected: Precision
) -> None:
    assert of_card(capability, name) == expected


def test_the_factor_is_halved_by_an_overflow_and_doubled_by_patience() -> None:
    scaler = Scaler()
    for _ in range(PATIENCE - 1):
        scaler.went_well()
    assert scaler.overflowed()
    assert (scaler.factor, scaler.good) == (START / 2, 0)
    for _ in range(PATIENCE):
        scaler.went_well()
    assert (scaler.factor, scaler.good) == (START, 0)
    for _ in range(40 * PATIENCE):
        scaler.went_well()
    assert scaler.factor == MOST
    tries = 0
    while scaler.overflowed():
        tries += 1
    assert (scaler.factor, tries) == (LEAST, 30)


def test_it_learns_as_fp32_does(half: Stepper) -> None:
    with stepper(replace(HALF, method=half._recipe.method, precision="fp32")) as whole:
        one, other = (walk(each, *[1] * 12, rate=1e-2) for each in (half, whole))
    assert one[-1] < one[0] - 0.03
    assert one == pytest.approx(other, abs=0.02)
    assert all(weight.dtype == torch.float32 for name, weight in half.tensors().items() if name.startswith("model."))


def test_a_step_that_overflows_is_made_again_and_is_the_same_step(half: Stepper) -> None:
    """Factors are powers of two: they change no digit."""
    assert half.scaler is not None
    saved = snapshot(half)
    walk(half, 1, 2)
    expected = snapshot(half)
    half.load(saved)
    half.scaler.factor = 2.0**24  # any gradient overflows
    walk(half, 1, 2)
    assert half.scaler.factor < 2.0**24
    made = snapshot(half)
    for name in expected.keys() - {SCALER}:
        torch.testing.assert_close(made[name], expected[name], atol=2e-4, rtol=1e-2)


def test_saved_and_loaded_it_continues_bit_for_bit_with_its_factor(half: Stepper) -> None:
    assert half.scaler is not None
    half.scaler.factor, half.scaler.good = 16.0, PATIENCE - 2
    walk(half, 1)
    saved = snapshot(half)
    losses = walk(half, 2, 3)
    assert half.scaler.factor == 32.0
    with stepper(half._recipe) as resumed:
        resumed.load(saved)
        assert walk(resumed, 2, 3) == losses
        assert same(resumed.tensors(), half.tensors())


def test_a_loss_that_is_no_number_is_no_matter_of_the_factor(half: Stepper) -> None:
    assert half.scaler is not None
    before = snapshot(half)
    spoil(half, float("nan"))
    with pytest.raises(NotFinite):
        walk(half, 1)
    assert half.scaler.factor == START
    assert {name for name in before if not torch.equal(half.tensors()[name], before[name])} <= {
        name for name, weight in half.tensors().items() if weight.isnan().any()
    }


def test_it_goes_on_in_fp32_when_half_of_the_digits_do_not_do() -> None:
    with stepper(HALF) as half, stepper(replace(HALF, precision="fp32")) as whole:
        walk(half, 1)
        whole.load(half.tensors())
        assert SCALER not in whole.tensors()
        for name, tensor in whole.tensors().items():
            assert torch.equal(tensor, half.tensors()[name])
