"""Two libraries multiply the same numbers: which one is a matter of speed, and written down."""

import json
from collections.abc import Callable
from dataclasses import replace
from threading import Thread

import pytest
import torch
from torch import Tensor

from core.device import Device
from core.models.decoder import Decoder
from core.recipe import VERSION, Products, Recipe
from core.shape import Shape
from core.train import products
from core.train.products import chosen, multiplied_by, suited, usable
from core.train.stepper import Stepper

SHAPE = Shape(vocab=700, context=160, layers=2, width=192, heads=3, kv_heads=3, inner=768, norm="layer", bias=True)
RECIPE = Recipe(shape=SHAPE, tokenizer="characters", steps=9, length=160, batch=4, dropout=0.0, seed=3)
CPU = Device(kind="cpu", name="test", precision="fp32", cores=2)
CARD = Device(kind="cuda", name="test", precision="fp32", cores=2)


@pytest.fixture(autouse=True)
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a processor with AVX-512; where these tests run without, the setting changes nothing."""
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_f": True})


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Products of oneDNN that are so many times as fast."""

    def times(lead: float) -> None:
        seconds = {"usual": lead, "onednn": 1.0}
        monkeypatch.setattr(products, "_seconds", lambda pair, library: seconds[library])

    return times


def setting() -> str:
    """What torch may do inside fp32 products at the moment."""
    found: str = torch.backends.mkldnn.matmul.fp32_precision  # type: ignore[attr-defined]  # put there when torch runs
    return found


def learnt(library: Products) -> tuple[float, dict[str, Tensor]]:
    """The loss of a step, and the gradients that it had."""
    model = Decoder(SHAPE)
    model.initialise(1)
    text = torch.randint(0, SHAPE.vocab, (4, 161), generator=torch.Generator().manual_seed(5))
    with Stepper(model, replace(RECIPE, products=library), CPU) as stepper:
        loss = stepper.step(text[:, :-1], text[:, 1:], number=1, learning_rate=0.0)
        return loss, {name: tensor for name, tensor in stepper.tensors().items() if name.endswith("exp_avg")}


def test_gradients_of_both_agree() -> None:
    usual, (loss, onednn) = learnt("usual"), learnt("onednn")
    assert loss == pytest.approx(usual[0], rel=1e-6)
    for name, gradient in usual[1].items():
        assert float((onednn[name] - gradient).norm() / gradient.norm()) < 1e-5, name


def test_the_faster_one_is_taken_when_it_is_clearly_faster(timed: Callable[[float], None]) -> None:
    timed(1.06)
    assert suited(RECIPE, CPU).products == "onednn"
    timed(1.04)
    assert suited(RECIPE, CPU).products == "usual"


def test_there_is_no_choice_in_bf16_or_on_a_card_or_for_a_toy(timed: Callable[[float], None]) -> None:
    timed(2.0)
    toy = replace(RECIPE, shape=replace(SHAPE, layers=1, width=96, inner=96))
    assert [chosen(each, CPU) for each in (RECIPE, replace(RECIPE, precision="bf16"), toy)] == [
        "onednn",
        "usual",
        "usual",
    ]
    assert chosen(RECIPE, CARD) == "usual"


def test_what_rounds_to_bf16_in_between_is_never_used(
    timed: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    timed(2.0)
    assert usable("onednn", CPU) == "onednn"
    exact = torch.mm

    def rounding(left: Tensor, right: Tensor) -> Tensor:
        return exact(left.bfloat16().float(), right) if setting() == "bf16" else exact(left, right)

    monkeypatch.setattr(torch, "mm", rounding)
    assert chosen(RECIPE, CPU) == "usual"
    assert usable("onednn", CPU) == "usual"


def test_torch_is_put_back_when_the_last_one_is_done() -> None:
    before, seen = setting(), []

    def other() -> None:
        with multiplied_by("onednn"):
            seen.append(setting())

    def broken() -> None:
        with multiplied_by("onednn"):
            thread = Thread(target=other)
            thread.start()
            thread.join()
            seen.append(setting())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert seen == ["bf16", "bf16"]
    assert setting() == before


def test_a_run_from_before_goes_on_as_it_began() -> None:
    old = json.loads(RECIPE.to_json())
    del old["products"]
    assert VERSION > 3
    assert Recipe.from_json(json.dumps(old | {"version": 3})) == replace(RECIPE, products="usual")
