"""The stepper: the same bits whoever computes them, and nothing happens to the weights when a step is refused."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import pytest
import torch
from torch import Tensor

from core import footprint
from core.assemble import DTYPES
from core.device import Device
from core.models import lora
from core.models.decoder import IGNORE, Decoder
from core.recipe import Recipe
from core.shape import Shape
from core.train.gradients import Sum
from core.train.stepper import NotFinite, Stepper

SHAPE = Shape(vocab=40, context=256, layers=2, width=32, heads=2, kv_heads=2, inner=64)
RECIPE = Recipe(shape=SHAPE, tokenizer="characters", steps=10, length=256, batch=18, dropout=0.2, seed=3)


def stepper(recipe: Recipe = RECIPE, cores: int = 2) -> Stepper:
    model = Decoder(recipe.shape)
    model.initialise(recipe.seed)
    if recipe.method == "lora":
        model.to(DTYPES[recipe.precision])
        lora.attach(model, lora.whole(model), rank=recipe.rank, alpha=recipe.alpha, seed=recipe.seed)
    return Stepper(model, recipe, Device(kind="cpu", name="test", precision="fp32", cores=cores))


def batch(number: int, recipe: Recipe = RECIPE) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(number)
    text = torch.randint(0, recipe.shape.vocab, (recipe.batch, recipe.length + 1), generator=generator)
    return text[:, :-1], text[:, 1:]


def walk(stepper: Stepper, *numbers: int) -> list[float]:
    return [stepper.step(*batch(number), number=number, learning_rate=1e-3) for number in numbers]


def snapshot(stepper: Stepper) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in stepper.tensors().items()}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@torch.no_grad()
def spoil(stepper: Stepper, value: float) -> None:
    next(weight for weight in stepper.working.parameters() if weight.requires_grad)[0] = value


@pytest.fixture(params=list(product(("scratch", "lora", "muon"), ("fp32", "oneDNN", "bf16"))), ids=" in ".join)
def recipe(request: pytest.FixtureRequest) -> Recipe:
    method, how = request.param
    kind = replace(RECIPE, products="onednn") if how == "oneDNN" else replace(RECIPE, precision=how)
    return replace(kind, optimizer="muon") if method == "muon" else replace(kind, method=method)


@pytest.fixture
def two(recipe: Recipe) -> Iterator[Stepper]:
    with stepper(recipe) as two:
        yield two


def test_any_number_of_workers_gives_the_same_bits(recipe: Recipe, two: Stepper) -> None:
    losses = walk(two, 1, 2, 3)
    for cores in (1, 3):
        with stepper(recipe, cores) as other:
            assert walk(other, 1, 2, 3) == losses
            assert same(other.tensors(), two.tensors())


def test_saved_and_loaded_it_continues_bit_for_bit(recipe: Recipe, two: Stepper) -> None:
    walk(two, 1, 2)
    saved = snapshot(two)
    losses = walk(two, 3, 4)
    with stepper(replace(recipe)) as resumed:
        walk(resumed, 9)
        resumed.load(saved)
        assert walk(resumed, 3, 4) == losses
        assert same(resumed.tensors(), two.tensors())


@pytest.mark.parametrize(
    ("rows", "cores", "workers", "threads"), [(1, 2, 1, 2), (1, 3, 1, 3), (8, 5, 2, 2), (18, 2, 2, 1)]
)
def test_where_chunks_are_few_cores_share_one(rows: int, cores: int, workers: int, threads: int) -> None:
    with stepper(replace(RECIPE, batch=rows), cores) as one:
        assert one.pool._max_workers == workers
        assert one.pool.submit(torch.get_num_threads).result() == threads


def test_a_single_sequence_goes_on_bit_for_bit_on_all_cores(recipe: Recipe) -> None:
    single = replace(recipe, batch=1)

    def steps(one: Stepper, *numbers: int) -> list[float]:
        return [one.step(*batch(number, single), number=number, learning_rate=1e-3) for number in numbers]

    with stepper(single) as calm, stepper(single) as resumed:
        steps(calm, 1, 2)
        saved = snapshot(calm)
        losses = steps(calm, 3, 4)
        steps(resumed, 9)
        resumed.load(saved)
        assert steps(resumed, 3, 4) == losses
        assert same(resumed.tensors(), calm.tensors())


def test_it_learns(two: Stepper) -> None:
    losses = [two.step(*batch(1), number=number, learning_rate=1e-2) for number in range(20)]
    assert losses[-1] < losses[0] - 0.05


def test_the_loss_is_the_mean_over_the_targets_of_the_whole_step() -> None:
    quiet = replace(RECIPE, dropout=0.0)
    ids, targets = batch(1)
    targets = targets.clone()
    targets[:5, 10:] = IGNORE  # another share in each chunk
    with stepper(quiet) as one:
        model = one.model
        expected = model.loss(ids, targets) / (targets != IGNORE).sum()
        gradients = torch.autograd.grad(expected, list(model.parameters()))
        loss = one.step(ids, targets, number=1, learning_rate=0.0)
        assert loss == pytest.approx(expected.item(), rel=1e-5)
        norm = torch.nn.utils.get_total_norm(gradients).item()
        for weight, gradient in zip(model.parameters(), gradients, strict=True):
            moment = one.tensors()[f"optimizer.{name_of(model, weight)}.exp_avg"]
            expected_moment = gradient * min(1.0, quiet.clip / norm) * (1 - quiet.beta1)
            torch.testing.assert_close(moment, expected_moment, atol=1e-6, rtol=1e-3)


def name_of(model: Decoder, weight: Tensor) -> str:
    return next(name for name, other in model.named_parameters() if other is weight)


def test_a_large_gradient_is_clipped() -> None:
    with stepper(replace(RECIPE, clip=0.01)) as one:
        walk(one, 1)
        moments = [tensor for name, tensor in one.tensors().items() if name.endswith("exp_avg")]
        assert torch.nn.utils.get_total_norm(moments).item() == pytest.approx(0.01 * (1 - RECIPE.beta1), rel=1e-3)


def test_only_matrices_decay() -> None:
    with stepper(replace(RECIPE, weight_decay=0.5)) as one:
        before = snapshot(one)
        ids, targets = batch(1)
        one.step(ids, torch.full_like(targets, IGNORE), number=1, learning_rate=0.1)
        after = one.tensors()
        for name in (name for name in before if name.startswith("model.")):
            expected = before[name] * (0.95 if before[name].ndim > 1 else 1.0)
            torch.testing.assert_close(after[name], expected)


def test_a_loss_that_is_no_number_is_refused_before_the_weights_change(recipe: Recipe, two: Stepper) -> None:
    walk(two, 1)
    spoil(two, float("nan"))
    before = snapshot(two)
    with pytest.raises(NotFinite):
        walk(two, 2)
    assert all(torch.equal(before[name].nan_to_num(), tensor.nan_to_num()) for name, tensor in two.tensors().items())


def test_after_a_refused_step_it_can_go_on(recipe: Recipe, two: Stepper) -> None:
    saved = snapshot(two)
    spoil(two, float("inf"))
    with pytest.raises(NotFinite):
        walk(two, 1)
    two.load(saved)
    with stepper(recipe) as calm:
        assert walk(two, 2) == walk(calm, 2)


def test_the_global_random_state_is_left_alone(two: Stepper) -> None:
    before = torch.get_rng_state()
    walk(two, 1)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_same_batch_as_another_step_has_other_noise() -> None:
    losses = []
    for number in (1, 2):
        with stepper() as one:
            losses.append(one.step(*batch(1), number=number, learning_rate=1e-3))
    assert losses[0] != losses[1]


def test_threads_that_come_later_keep_all_cores(two: Stepper) -> None:
    with ThreadPoolExecutor(1) as later:
        assert later.submit(torch.get_num_threads).result() == torch.get_num_threads()


@pytest.mark.parametrize("fault", ["missing", "unknown", "shape"])
def test_foreign_tensors_are_refused(two: Stepper, fault: str) -> None:
    tensors = snapshot(two)
    name, weight = next(iter(tensors.items()))
    match fault:
        case "missing":
            del tensors[name]
        case "unknown":
            tensors["model.norm.height"] = weight
        case _:
            tensors[name] = weight[:-1]
    before = snapshot(two)
    with pytest.raises(ValueError, match=r"model\.norm\.height" if fault == "unknown" else re.escape(name)):
        two.load(tensors)
    assert same(two.tensors(), before)


def test_a_batch_that_does_not_divide_into_chunks_is_whole() -> None:
    assert RECIPE.batch % (footprint.CHUNK // RECIPE.length) != 0


def test_parts_are_summed_in_their_order_whoever_is_first() -> None:
    parts = [(1.0, [torch.tensor([1e8])]), (2.0, [torch.tensor([1.0])]), (3.0, [torch.tensor([-1e8])])]
    results = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        total = Sum([torch.zeros(1)])
        for number in order:
            total.add(number, *parts[number])
        results.append((total.loss, total.total[0].item()))
    assert results == [(6.0, 0.0)] * 3  # 1e8 + 1 is 1e8 in fp32; another order would give 1


def test_on_a_card_parts_are_added_as_they_are_and_the_sum_is_the_same() -> None:
    parts = [[torch.randn(9, generator=torch.Generator().manual_seed(n)).bfloat16()] for n in range(3)]
    widened, direct = Sum([torch.zeros(9)]), Sum([torch.zeros(9)])
    direct._widened = None  # as where the weights are not on a processor
    for number, part in enumerate(parts):
        widened.add(number, 1.0, part)
        direct.add(number, 1.0, part)
    assert torch.equal(widened.total[0], direct.total[0])


def test_when_a_part_fails_all_others_have_ended_before_the_step_has() -> None:
    ids, targets = batch(1)
    spoilt = ids.clone()
    spoilt[0, 0] = SHAPE.vocab  # no such row in the embedding
    with stepper() as failing, stepper() as calm:
        with pytest.raises(IndexError):
            failing.step(spoilt, targets, number=1, learning_rate=1e-3)
        assert walk(failing, 2) == walk(calm, 2)
        assert same(failing.tensors(), calm.tensors())


@pytest.mark.parametrize(("gradients", "workers"), [(0, 1), (10**9, 2)])
def test_a_large_model_takes_the_same_steps(
    monkeypatch: pytest.MonkeyPatch, recipe: Recipe, two: Stepper, gradients: int, workers: int
) -> None:
    monkeypatch.setattr(footprint, "LARGE", 0)
    monkeypatch.setattr(footprint, "GRADIENTS", gradients)
    with stepper(recipe) as large:
        assert large.pool._max_workers == workers
        assert walk(large, 1, 2) == pytest.approx(walk(two, 1, 2), rel=1e-4)


def test_with_adapters_nothing_else_learns_or_is_kept() -> None:
    with stepper(replace(RECIPE, method="lora", weight_decay=0.5)) as one:
        before = {name: weight.clone() for name, weight in one.model.named_parameters()}
        walk(one, 1, 2)
        changed = {name for name, weight in one.model.named_parameters() if not torch.equal(weight, before[name])}
        kept = {name for name in one.tensors() if name.startswith("model.")}
    assert changed == {name for name in before if name.endswith(("lora_a", "lora_b"))}
    assert kept == {f"model.{name}" for name in changed}


def test_the_frozen_weights_stay_in_the_precision_they_came_in() -> None:
    with stepper(replace(RECIPE, method="lora", precision="bf16")) as one:
        assert one.working is one.model
        found = {("lora" in name, weight.dtype) for name, weight in one.model.named_parameters()}
        assert found == {(False, torch.bfloat16), (True, torch.float32)}
        assert {tensor.dtype for tensor in one.tensors().values()} == {torch.float32}


@pytest.mark.parametrize("method", ["scratch", "lora"])
def test_a_recipe_that_does_not_fit_the_model_is_refused(method: str) -> None:
    model = Decoder(SHAPE)
    if method == "scratch":
        lora.attach(model, lora.whole(model), rank=2, alpha=2, seed=1)
    recipe = RECIPE if method == "scratch" else replace(RECIPE, method="lora")
    with pytest.raises(ValueError, match="adapters"):
        Stepper(model, recipe, Device(kind="cpu", name="test", precision="fp32", cores=1))
