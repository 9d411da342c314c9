"""Eight-bit moments: near those of fp32, exact over a break, and as good to train with within a stated bound."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core import footprint
from core.bench.task import point
from core.train.adamw8 import BLOCK, SLICE, AdamW8, fresh, keep, positive_levels, whole
from core.train.stepper import Stepper
from tests.core.train.test_stepper import RECIPE, batch, same, snapshot, stepper

SHAPE = replace(RECIPE.shape, width=96, heads=4, kv_heads=4, inner=192)
EIGHT = replace(RECIPE, shape=SHAPE, optimizer="adamw8", batch=4, length=64, dropout=0.0)
BOUND = 0.01  # of the way that the loss has come


def walk(one: Stepper, *numbers: int, rate: float = 1e-3) -> list[float]:
    return [one.step(*batch(number, EIGHT), number=number, learning_rate=rate) for number in numbers]


def moved(optimizer: torch.optim.Optimizer, weight: Tensor, steps: int) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    for _ in range(steps):
        weight.grad = torch.randn(weight.shape, generator=generator) * torch.logspace(-1, 0, weight.shape[1])
        optimizer.step()
    return weight


def test_levels_go_from_nothing_to_the_largest() -> None:
    levels = positive_levels()
    assert len(levels) == 256
    assert (float(levels[0]), float(levels[-1])) == (0.0, 1.0)
    assert bool((levels.diff() > 0).all())


def test_the_levels_are_those_of_bitsandbytes(caplog: pytest.LogCaptureFixture) -> None:
    theirs = pytest.importorskip("bitsandbytes.functional")
    torch.testing.assert_close(positive_levels(), theirs.create_dynamic_map(signed=False), atol=1e-7, rtol=0)
    caplog.clear()  # it says that it looked for another kernel


def test_a_number_is_kept_to_a_few_per_cent_and_never_as_nothing() -> None:
    numbers = torch.rand(5 * BLOCK + 7, generator=torch.Generator().manual_seed(1)) + 0.1
    codes, largest = torch.zeros(len(numbers), dtype=torch.uint8), torch.zeros(6)
    keep(numbers, codes, largest, positive_levels())
    torch.testing.assert_close(whole(codes, largest, positive_levels()), numbers, atol=0, rtol=0.05)


def test_steps_are_those_of_adamw_but_for_the_digits_of_the_moments() -> None:
    start = torch.randn(96, 128, generator=torch.Generator().manual_seed(2))
    ours, theirs = start.clone(), start.clone()
    settings = {"lr": 1e-2, "weight_decay": 0.1}
    moved(AdamW8([{"params": [ours], **settings}], (0.9, 0.99)), ours, 20)
    moved(torch.optim.AdamW([{"params": [theirs], **settings}], betas=(0.9, 0.99)), theirs, 20)
    way = (theirs - start).norm()
    assert (ours - theirs).norm() < 0.05 * way
    assert (ours - theirs).abs().max() < 0.05


def test_small_tensors_step_exactly_as_adamw() -> None:
    start = torch.randn(4, 32)
    ours, theirs = start.clone(), start.clone()
    moved(AdamW8([{"params": [ours], "weight_decay": 0.1}], (0.9, 0.99)), ours, 5)
    moved(torch.optim.AdamW([theirs], lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1), theirs, 5)
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-5)


def test_slices_do_not_change_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    start = torch.randn(96, 128)
    one, other = start.clone(), start.clone()
    moved(AdamW8([{"params": [one]}], (0.9, 0.99)), one, 3)
    monkeypatch.setattr("core.train.adamw8.SLICE", 10 * BLOCK)
    moved(AdamW8([{"params": [other]}], (0.9, 0.99)), other, 3)
    assert torch.equal(one, other)
    assert SLICE % BLOCK == 0


def test_what_vanishes_beside_a_large_neighbour_does_not_run_away() -> None:
    """A second moment that is rounded to nothing would make the step as large as one over eps."""
    weight = torch.zeros(64, BLOCK)
    optimizer = AdamW8([{"params": [weight], "lr": 1e-3}], (0.9, 0.99))
    for _ in range(10):
        weight.grad = torch.full_like(weight, 1e-9)
        weight.grad[:, 0] = 1e3
        optimizer.step()
    assert weight.abs().max() < 0.011


def test_saved_and_loaded_it_continues_bit_for_bit() -> None:
    with stepper(EIGHT) as one, stepper(EIGHT) as resumed:
        walk(one, 1, 2)
        saved = snapshot(one)
        losses = walk(one, 3, 4)
        walk(resumed, 9)
        resumed.load(saved)
        assert walk(resumed, 3, 4) == losses
        assert same(resumed.tensors(), one.tensors())
        moments = [tensor for name, tensor in saved.items() if name.endswith((".mean", ".root"))]
        assert {tensor.dtype for tensor in moments} == {torch.uint8}


def test_it_trains_as_well_as_fp32_moments_within_one_per_cent() -> None:
    order = [1 + n % 3 for n in range(60)]
    with stepper(EIGHT) as eight, stepper(replace(EIGHT, optimizer="adamw")) as whole_:
        ours, theirs = (walk(one, *order, rate=3e-3) for one in (eight, whole_))
    way = theirs[0] - theirs[-1]
    assert way > 3.0  # of ln 40 = 3.69: it did learn
    assert ours[-1] == pytest.approx(theirs[-1], abs=BOUND * way)


def test_a_moment_takes_two_bytes_where_it_took_eight() -> None:
    weight = torch.zeros(512, 1024)
    held = sum(tensor.nbytes for tensor in fresh(weight).values()) / weight.numel()
    assert held == pytest.approx(footprint.EIGHT_BITS, rel=1e-3)
    recipe = point("gpt2")
    assert (
        footprint.of(replace(recipe, optimizer="adamw8"), "cuda").optimizer
        < footprint.of(recipe, "cuda").optimizer / 3.9
    )
