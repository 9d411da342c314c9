"""A recorded block gives what the block gives, number for number, or is not used."""

import pytest
import torch
from torch import Tensor

from core.generate.reader import Reader
from core.models import lora, recorded
from core.models.decoder import Block, Decoder
from core.models.integers import Bits
from core.models.packed import pack, to_answer
from core.models.recorded import record
from core.native import processor
from core.shape import Shape
from tests.fakes.small_run import opinionated

LLAMA = Shape(vocab=32, context=40, layers=3, width=64, heads=4, kv_heads=2, inner=96, gated=True, activation="silu")
GPT2 = Shape(
    vocab=32, context=40, layers=3, width=64, heads=4, kv_heads=4, inner=96, norm="layer", position="learned", bias=True
)
SLIDING = Shape(
    vocab=32, context=40, layers=3, width=64, heads=4, kv_heads=2, inner=96, kinds=("slide", "full", "slide"), window=3
)
SHAPES = pytest.mark.parametrize("shape", [LLAMA, GPT2, SLIDING], ids=["llama", "gpt2", "sliding"])


@pytest.fixture(autouse=True)
def _no_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a processor for which none is written: there packed models answer from recordings."""
    monkeypatch.setattr(processor, "of_features", lambda _: None)


def blocks(model: Decoder) -> list[Block]:
    return [block for block in model.blocks if isinstance(block, Block)]


def is_recorded(model: Decoder) -> bool:
    return all(block.recorded is not None for block in blocks(model))


def said(model: Decoder) -> list[Tensor]:
    """The logits after a prompt and each of so many tokens that the context is full once on the way."""
    reader = Reader(model)
    return [reader.read([1, 2, 3]), *(reader.read([n % 32]) for n in range(50))]


def said_plainly(model: Decoder) -> list[Tensor]:
    kept = [block.recorded for block in blocks(model)]
    for block in blocks(model):
        block.recorded = None
    given = said(model)
    for block, recording in zip(blocks(model), kept, strict=True):
        block.recorded = recording
    return given


def same(one: list[Tensor], other: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@SHAPES
@pytest.mark.parametrize("bits", [8, 4])
def test_a_packed_model_says_the_same_with_recordings(shape: Shape, bits: Bits) -> None:
    model = pack(opinionated(shape, seed=1), bits)
    assert is_recorded(model)
    assert same(said(model), said_plainly(model))


@SHAPES
def test_a_whole_model_says_the_same_with_recordings(shape: Shape) -> None:
    model = to_answer(opinionated(shape, seed=2))
    assert is_recorded(model)
    assert same(said(model), said_plainly(model))


@pytest.mark.parametrize("is_packed", [True, False])
def test_adapters_are_heard_as_strong_as_they_are_now(is_packed: bool) -> None:
    model = opinionated(LLAMA, seed=3)
    lora.attach(model, lora.whole(model), rank=4, alpha=8, seed=1)
    for layer in lora.adapted(model):
        torch.nn.init.normal_(layer.lora_b, std=0.3)
    model = pack(model, 8) if is_packed else to_answer(model)
    assert is_recorded(model)
    heard = []
    for strength in (1.0, 0.0, 0.7):
        lora.set_strength(model, strength)
        heard.append(said(model))
        assert same(heard[-1], said_plainly(model))
    assert not same(heard[0], heard[1])
    assert not same(heard[0], heard[2])


def test_hooks_on_blocks_are_asked_as_before() -> None:
    model, asked = to_answer(opinionated(LLAMA, seed=4)), list[int]()
    handle = model.blocks[1].register_forward_hook(lambda _module, _inputs, output: asked.append(output.shape[1]))
    said(model)
    handle.remove()
    assert asked.count(1) >= 49


def test_recordings_that_give_another_number_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "_fill", lambda own, module, *_: None)  # all blocks with the weights of the first
    assert not is_recorded(record(opinionated(LLAMA, seed=5).requires_grad_(False)))


def test_without_a_tracer_blocks_go_on_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.jit, "trace")
    model = record(opinionated(GPT2, seed=6).requires_grad_(False))
    assert not is_recorded(model)
    assert len(said(model)) == 51
