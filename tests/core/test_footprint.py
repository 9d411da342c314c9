"""What a training will take: grows with what costs memory, and a recipe that does not fit is changed until it does."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core import adapt, footprint
from core.bench.task import POINTS, REPLYING
from core.errors import MemoryTrouble
from core.footprint import fitting, of
from core.machine import Machine
from core.plan import Wish
from core.recipe import Base, Precision, Recipe
from core.shape import Shape

GB = 10**9
QWEN3_4B = Shape(
    vocab=151_936, context=8192, layers=36, width=2560, heads=32, kv_heads=8, inner=9728, own_head_width=128,
    gated=True, activation="silu", qk_norm=True,
)  # fmt: skip
QLORA = Recipe(
    shape=QWEN3_4B, tokenizer="pretrained", steps=9, length=2048, batch=4, dropout=0.0, precision="bf16",
    method="qlora", rank=16,
)  # fmt: skip


def test_what_costs_memory_is_counted() -> None:
    whole = of(QLORA, "cuda").total
    assert of(replace(QLORA, checkpointing=True), "cuda").total < whole / 2
    assert of(replace(QLORA, at_once=1), "cuda").total < whole
    assert of(replace(QLORA, method="lora"), "cuda").weights > 2 * of(QLORA, "cuda").weights
    full = replace(QLORA, method="full")
    assert of(full, "cuda").optimizer == 8 * QWEN3_4B.parameters


def test_four_billion_weights_in_four_bits_fit_a_card_of_12_gb() -> None:
    """recipe.md puts it at 7.6 GB with 4 sequences of 2,048 tokens, blocks computed twice."""
    fits = fitting(QLORA, 10_500_000_000, "cuda")
    assert (fits.checkpointing, fits.length, fits.batch, fits.rank) == (True, 2048, 4, 16)
    assert 5 * GB < of(fits, "cuda").total < 10.5 * GB


def test_what_does_not_fit_is_given_up_in_order() -> None:
    roomy, steps = of(QLORA, "cuda").total, list[Recipe]()
    for budget in (roomy, roomy / 2, 6 * GB, 5 * GB):
        steps.append(fitting(QLORA, int(budget), "cuda"))
    assert steps[0] == QLORA
    assert steps[1] == replace(QLORA, checkpointing=True)
    assert all(step.tokens_per_step == QLORA.tokens_per_step for step in steps)
    totals = [of(step, "cuda").total for step in steps]
    assert totals == sorted(totals, reverse=True)


def test_gpt2_medium_fits_a_card_of_12_gb_as_a_whole_and_one_of_8_gb_with_eight_bits() -> None:
    medium = replace(REPLYING["gpt2"], layers=24, width=1024, heads=16, kv_heads=16, inner=4096)
    recipe = replace(QLORA, shape=medium, method="full", length=1024, batch=16, dropout=0.1)
    roomy = fitting(recipe, 10_500_000_000, "cuda")
    assert (roomy.optimizer, roomy.length, roomy.tokens_per_step) == ("adamw", 1024, recipe.tokens_per_step)
    tight = fitting(recipe, 7 * GB, "cuda")
    assert (tight.optimizer, tight.length, tight.at_once) == ("adamw8", 1024, 1)
    assert of(tight, "cuda").total <= 7 * GB


def test_what_fits_in_no_way_says_so() -> None:
    with pytest.raises(MemoryTrouble, match=r"GB of memory at least, and 1\.0 GB can be used"):
        fitting(QLORA, GB, "cuda")


def test_what_a_trial_took_changes_the_plan() -> None:
    card = Machine(cores=2, free_disk=GB, device="cuda", precision="bf16", device_memory=12 * GB)
    base = Base(name="a base", folder="", sha256="")
    wish = Wish(minutes=60, base=Path("base"), method="lora", steps=10)

    def planned(machine: Machine) -> Recipe:
        return adapt.make(3_000_000, replace(QWEN3_4B, layers=12), base, wish, machine).recipe

    first = planned(card)
    as_told = footprint.tried(first, card, footprint.process(first, "cuda"), too_large=False)
    assert planned(as_told) == first
    more = footprint.tried(first, card, 2 * footprint.process(first, "cuda"), too_large=False)
    assert more.memory_factor == pytest.approx(2.0)
    for machine in (more, footprint.tried(first, card, 0, too_large=True)):
        assert of(planned(machine), "cuda").total < of(first, "cuda").total
        assert planned(machine).tokens_per_step == first.tokens_per_step


def test_keys_and_values_are_counted_as_in_the_catalogue() -> None:
    assert footprint.kv_cache(QWEN3_4B, 1) == 147_456  # recipe.md 1.2


# Megabytes by which each training of `mynah bench memory` grew, on two cores with glibc 2.36 (docs/benchmarks.md).
MEASURED = dict(zip(POINTS, (637, 3652, 3784, 1820, 2380, 1892, 2345, 3578), strict=True))


@pytest.mark.parametrize("name", POINTS)
def test_the_formula_stays_within_a_tenth_of_what_was_measured(name: str) -> None:
    assert 0.9 < of(POINTS[name], "cpu", cores=2).total / 1e6 / MEASURED[name] < 1.1


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_the_room_for_logits_is_what_the_output_layer_takes(precision: Precision) -> None:
    import torch  # noqa: PLC0415  # the pure tests do without

    from core.models import loss  # noqa: PLC0415

    shape = replace(REPLYING["qwen"], width=28, vocab=70_000)
    recipe = replace(QLORA, shape=shape, precision=precision, length=300, batch=1)
    x_NC, table_VC = torch.zeros(300, 28), torch.zeros(shape.vocab, 28, requires_grad=True)
    dtype = torch.float32 if precision == "fp32" else torch.bfloat16
    loss._ROOM._kept.clear()
    loss.cross_entropy(x_NC.to(dtype), table_VC.to(dtype), torch.zeros(300, dtype=torch.long))
    taken = sum(room.nbytes for room in loss._ROOM._kept.values())
    loss._ROOM._kept.clear()
    assert of(recipe, "cpu").logits == taken


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_real_training_takes_about_what_was_predicted() -> None:
    """The smallest point of `mynah bench memory`; the bench holds all of them to 10 %, on a machine that is idle."""
    name = next(iter(POINTS))
    done = subprocess.run(
        [sys.executable, "-m", "core.bench.memory_worker", name], capture_output=True, text=True, check=True
    )
    measured = json.loads(done.stdout)["bytes"]
    # Where cores are shared one thread may run ahead of the other, and its gradients wait in memory.
    assert 0.5 < of(POINTS[name], "cpu", cores=cores_here()).total / measured < 1.5


def cores_here() -> int:
    from core.device import processor  # noqa: PLC0415  # loads torch, which the pure tests do without

    return processor().cores
