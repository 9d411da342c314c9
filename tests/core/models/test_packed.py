"""Layers of integers: near the weights they stand for, and the same for one row as for many."""

import copy
import math
from collections.abc import Callable
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import resources
from core.models import integers, lora
from core.models.cache import Cache
from core.models.decoder import Decoder
from core.models.integers import Bits, Int4, Int8
from core.models.packed import pack
from core.native import processor
from core.shape import Shape
from tests.fakes.small_run import opinionated

SHAPE = Shape(vocab=70, context=64, layers=2, width=64, heads=4, kv_heads=2, inner=96, gated=True, bias=True)
UNTIED = Shape(vocab=70, context=64, layers=2, width=64, heads=4, kv_heads=2, inner=96, tied=False)
KINDS = pytest.mark.parametrize(("kind", "most"), [(Int8, 0.02), (Int4, 0.15)], ids=["8 bits", "4 bits"])
BITS = pytest.mark.parametrize("bits", [8, 4])


@pytest.fixture(params=["machine code", "the quick kernel", "the one of every processor"], autouse=True)
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "machine code":
        if processor.this_processor() is None:
            pytest.skip("no machine code is written for this processor")
        return
    monkeypatch.setattr(processor, "of_features", lambda _: None)
    if request.param == "the one of every processor":
        monkeypatch.setattr(integers, "multiplies_bytes", lambda: False)
    elif not integers.multiplies_bytes():
        pytest.skip("this processor has no products of bytes")


def error(given: Tensor, right: Tensor) -> float:
    return float((given - right).norm() / right.norm())


def layer(kind: Callable[..., Int8 | Int4], outputs: int = 50) -> tuple[nn.Module, nn.Linear]:
    torch.manual_seed(1)
    linear = nn.Linear(64, outputs)
    small = kind(linear.weight, linear.bias)
    if processor.this_processor() is None:
        small.answer_few()
    return small, linear


@KINDS
@pytest.mark.parametrize("rows", [1, 3, 40])
@torch.no_grad()
def test_a_packed_layer_gives_about_what_the_layer_gave(kind: Any, most: float, rows: int) -> None:
    small, linear = layer(kind)
    x = torch.randn(1, rows, 64)
    assert small(x).shape == (1, rows, 50)
    assert error(small(x), linear(x)) < most


@KINDS
@torch.no_grad()
def test_one_row_gives_what_it_gives_among_many(kind: Any, most: float) -> None:
    small, _ = layer(kind)
    x = torch.randn(30, 64)
    assert error(small(x[4:5]), small(x)[4:5]) < 0.02


def test_a_far_weight_does_not_make_its_neighbours_coarse() -> None:
    weight_OI = torch.linspace(-1, 1, 32).repeat(16, 1)
    weight_OI[:, 5] = 1.4
    q, scale, zero = integers.four_bits(weight_OI)
    found = (q.view(16, 1, 32).float() - 8) * scale[..., None] + zero[..., None]
    rest = [index for index in range(32) if index != 5]
    assert (found.view(16, 32) - weight_OI)[:, rest].abs().max() < 2.4 / 15 / 2


@BITS
@pytest.mark.parametrize("shape", [SHAPE, UNTIED], ids=["tied", "untied"])
@torch.no_grad()
def test_a_packed_model_says_about_the_same(bits: Bits, shape: Shape) -> None:
    ids = torch.randint(shape.vocab, (1, 40), generator=torch.Generator().manual_seed(3))
    model = Decoder(shape)
    model.initialise(2)
    right = model.logits(model(ids))
    assert error(pack(model, bits).logits(model(ids)), right) < (0.03 if bits == 8 else 0.2)


@BITS
@torch.no_grad()
def test_a_packed_model_reads_token_by_token_what_it_reads_at_once(bits: Bits) -> None:
    ids = torch.randint(SHAPE.vocab, (1, 20), generator=torch.Generator().manual_seed(3))
    model = Decoder(SHAPE)
    model.initialise(2)
    pack(model, bits)
    cache = Cache(SHAPE, 64)
    steps = torch.cat([model(token, cache) for token in ids[0, :, None, None]], 1)
    assert error(steps, model(ids)) < 0.03


@BITS
@torch.no_grad()
def test_adapters_beside_packed_layers_keep_their_strength(bits: Bits) -> None:
    ids = torch.randint(SHAPE.vocab, (1, 20), generator=torch.Generator().manual_seed(3))
    model = opinionated(SHAPE, seed=2)
    base = model(ids)
    lora.attach(model, lora.whole(model), rank=4, alpha=8, seed=1)
    for each in lora.adapted(model):
        each.lora_b.normal_(generator=torch.Generator().manual_seed(4))
    loud = model(ids)
    pack(model, bits)
    lora.set_strength(model, 0)
    assert error(model(ids), base) < 0.5 * error(loud, base)
    lora.set_strength(model, 1)
    assert error(model(ids), loud) < 0.5 * error(loud, base)


def test_merged_adapters_are_not_packed() -> None:
    model = opinionated(SHAPE, seed=2)
    lora.attach(model, lora.whole(model), rank=4, alpha=8, seed=1)
    lora.merge(model)
    with pytest.raises(ValueError, match="not merged"):
        pack(model, 8)


@pytest.fixture(scope="module")
def trained() -> tuple[Decoder, Tensor]:
    """A small model that knows some of the bundled essays, and a part of them that it never saw."""
    with as_file(resources.sample_corpus()) as folder:
        text = "".join(path.read_text("utf-8") for path in sorted(Path(folder).rglob("*.md"))[:12])
    ids = torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8).long()
    shape = Shape(vocab=256, context=128, layers=2, width=128, heads=4, kv_heads=2, inner=256, gated=True)
    model = Decoder(shape)
    model.initialise(1)
    optimizer, generator = torch.optim.AdamW(model.parameters(), 3e-3), torch.Generator().manual_seed(1)
    for _ in range(150):
        starts = torch.randint(len(ids) - 10_000, (16,), generator=generator).tolist()
        rows = torch.stack([ids[start : start + 65] for start in starts])
        optimizer.zero_grad()
        (model.loss(rows[:, :-1], rows[:, 1:]) / rows[:, 1:].numel()).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return model, ids[-960:].view(8, -1)


@BITS
@torch.no_grad()
def test_what_a_trained_model_knows_survives(bits: Bits, trained: tuple[Decoder, Tensor]) -> None:
    """Perplexity, one token at a time as in a reply, within 1 % of bf16 with 8 bits and 5 % with 4."""
    model, rows = trained
    rounded = copy.deepcopy(model).to(torch.bfloat16)
    assert bits_of(rounded, rows) < 4.0  # of 8: it has learnt something that can be lost
    small = pack(copy.deepcopy(model), bits)
    lost = 2 ** (bits_of(small, rows) - bits_of(rounded, rows))
    assert lost < (1.01 if bits == 8 else 1.05)


@BITS
@torch.no_grad()
def test_a_prompt_tells_a_trained_model_as_much(bits: Bits, trained: tuple[Decoder, Tensor]) -> None:
    """The same bounds for text that is read at once, also where one number of each row is thirty times what it was:
    models that learnt from much more have such numbers, which make the others of their row coarse."""
    model, rows = copy.deepcopy(trained[0]), trained[1]
    for name, weight in model.named_parameters():
        if name.endswith("feed_forward_norm.weight"):
            weight[5] *= 30
        elif name.endswith(("feed_forward.up.weight", "feed_forward.gate.weight")):
            weight[:, 5] /= 30
    rounded = bits_at_once(copy.deepcopy(model).to(torch.bfloat16), rows)
    lost = 2 ** (bits_at_once(pack(model, bits), rows) - rounded)
    assert lost < (1.01 if bits == 8 else 1.05)


def bits_at_once(model: Decoder, rows: Tensor) -> float:
    """Bits a token of each row's text, all of it read in one pass."""
    logits = model.logits(model(rows[:, :-1])).flatten(0, 1)
    return float(nn.functional.cross_entropy(logits, rows[:, 1:].flatten())) / math.log(2)


def bits_of(model: Decoder, rows: Tensor) -> float:
    """Bits a token of each row's text, read one token after the other as in a reply."""
    nats = 0.0
    for row in rows:
        cache = Cache(model.shape, 128, dtype=next(model.norm.parameters()).dtype)
        logits = torch.cat([model.logits(model(token.view(1, 1), cache))[:, 0] for token in row[:-1]])
        nats += float(nn.functional.cross_entropy(logits, row[1:], reduction="sum"))
    return nats / rows[:, 1:].numel() / math.log(2)
