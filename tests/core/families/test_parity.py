"""Each family against `transformers`: the same logits, the same texts, the same files."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from core import adapters, footprint, weights
from core.models import lora
from core.models.cache import Cache
from core.models.decoder import Decoder
from tests.core.families import oracle

CLOSE = 1e-4

# Another value of each setting that changes no tensor's shape.
OTHERS: dict[str, Any] = {
    "kinds": (),
    "window": 3,
    "norm_eps": 1e-9,
    "rope_theta": 100.0,
    "rope_local_theta": 100.0,
    "rope_divisors": (),
    "rope_gain": 0.9,
    "activation": "relu2",
    "attention_scale": 0.01,
    "embedding_scale": 1.5,
    "residual_scale": 0.5,
    "logit_scale": 0.5,
}


@dataclass
class Pair:
    """One checkpoint, as they read it and as we do."""

    folder: Path
    theirs: Any
    source: weights.Source
    ours: Decoder

    def logits(self, ids_BT: Tensor) -> Tensor:
        with torch.no_grad():
            found: Tensor = self.theirs(ids_BT).logits
        return found


def text(*size: int) -> Tensor:
    return torch.randint(0, 97, size, generator=torch.Generator().manual_seed(3))


@torch.no_grad()
def logits(model: Decoder, ids_BT: Tensor) -> Tensor:
    return model.logits(model(ids_BT))


@pytest.fixture(scope="module", params=list(oracle.MODELS))
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("model")
    oracle.make(request.param, folder)
    source = weights.look(folder)
    return Pair(folder, oracle.reference(folder), source, weights.load(source))


def test_logits_are_equal(pair: Pair) -> None:
    ids = text(2, 90)
    torch.testing.assert_close(logits(pair.ours, ids), pair.logits(ids), atol=CLOSE, rtol=0)


@torch.no_grad()
def test_the_likeliest_64_tokens_are_equal(pair: Pair) -> None:
    prompt = text(1, 20)
    theirs = pair.theirs.generate(prompt, do_sample=False, min_new_tokens=64, max_new_tokens=64, eos_token_id=None)
    cache, unread, ours = Cache(pair.ours.shape, 96), prompt, prompt
    for _ in range(64):
        unread = pair.ours.logits(pair.ours(unread, cache)[:, -1:]).argmax(2)
        ours = torch.cat((ours, unread), 1)
    assert ours.tolist() == theirs.tolist()


@torch.no_grad()
def test_reading_with_a_cache_equals_reading_at_once(pair: Pair) -> None:
    ids = text(2, 60)
    cache = Cache(pair.ours.shape, 60, batch=2)
    pieces = [pair.ours(piece, cache) for piece in torch.split(ids, [23, 1, 1, 30, 5], dim=1)]
    torch.testing.assert_close(pair.ours.logits(torch.cat(pieces, 1)), logits(pair.ours, ids), atol=CLOSE, rtol=0)


def test_what_is_saved_is_read_by_others_without_a_difference(pair: Pair, tmp_path: Path) -> None:
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text("{}")
    weights.save(pair.ours, pair.source, tokenizer, tmp_path / "saved")
    saved = tmp_path / "saved"
    assert sorted(path.name for path in saved.iterdir()) == ["config.json", "model.safetensors", "tokenizer.json"]
    before, after = load_file(pair.folder / weights.WEIGHTS), load_file(saved / weights.WEIGHTS)
    assert before.keys() == after.keys()
    assert [name for name in before if not torch.equal(before[name], after[name])] == []
    assert torch.equal(oracle.reference(saved)(text(1, 50)).logits, pair.logits(text(1, 50)))


def test_in_chunks_and_with_blocks_computed_twice_gradients_are_theirs(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("LOGITS", 7 * 97), ("LEAST_ROWS", 1), ("ROUND", 1)):  # seven rows at a time
        monkeypatch.setattr(footprint, name, value)
    ids, targets = text(2, 41)[:, :-1], text(2, 41)[:, 1:]
    theirs = oracle.reference(pair.folder)
    torch.autograd.backward(F.cross_entropy(theirs(ids).logits.transpose(1, 2), targets))
    ours, holding = weights.load(pair.source), weights.load(pair.source)
    ours.checkpointing = True
    found = torch.autograd.grad(ours.loss(ids, targets) / targets.numel(), list(ours.parameters()))
    with torch.no_grad():  # a model that holds our gradients: saved, they have the names of theirs
        for weight, gradient in zip(holding.parameters(), found, strict=True):
            weight.copy_(gradient)
    (tmp_path / "tokenizer.json").write_text("{}")
    weights.save(holding, pair.source, tmp_path / "tokenizer.json", tmp_path / "gradients")
    gradients = load_file(tmp_path / "gradients" / weights.WEIGHTS)
    right = {name: weight.grad for name, weight in theirs.named_parameters()}
    assert gradients.keys() == right.keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(gradient, right[name], atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_adapters_merged_say_what_they_say_beside_the_weights(pair: Pair) -> None:
    model, ids = weights.load(pair.source), text(2, 40)
    adapters.attach(model, pair.source, rank=3, alpha=6, seed=1)
    for name, weight in model.named_parameters():
        if "lora_b" in name:
            weight.normal_(0, 0.1, generator=torch.Generator().manual_seed(5))
    beside = logits(model, ids)
    assert not torch.allclose(beside, logits(pair.ours, ids), atol=100 * CLOSE)
    lora.merge(model)
    torch.testing.assert_close(logits(model, ids), beside, atol=CLOSE, rtol=0)
    lora.unmerge(model)
    assert torch.equal(logits(model, ids), beside)


def test_every_setting_of_a_family_matters(pair: Pair) -> None:
    """Else this checkpoint would say nothing about it."""
    shape, without = pair.source.shape, []
    for name, value in OTHERS.items():
        if getattr(shape, name) in (value, 0, 1, ()) or (shape.position == "learned" and name.startswith("rope")):
            continue
        other = weights.load(replace(pair.source, shape=replace(shape, **{name: value})))
        if torch.allclose(logits(other, text(2, 90)), pair.logits(text(2, 90)), atol=10 * CLOSE, rtol=0):
            without.append(name)
    assert without == []


# ---- the files of the world


@pytest.fixture
def gpt2(tmp_path: Path) -> Path:
    oracle.make("gpt2", tmp_path / "gpt2")
    return tmp_path / "gpt2"


def rewrite(folder: Path, change: Any) -> None:
    save_file(change(load_file(folder / weights.WEIGHTS)), folder / weights.WEIGHTS)


def test_many_files_are_read_like_one(tmp_path: Path) -> None:
    oracle.make("llama", tmp_path / "one")
    oracle.make("llama", tmp_path / "many", shard="10KB")
    assert len(list((tmp_path / "many").glob("*.safetensors"))) > 3
    one, many = (weights.load(weights.look(tmp_path / name)).state_dict() for name in ("one", "many"))
    assert [name for name in one if not torch.equal(one[name], many[name])] == []


def test_gpt2_of_the_first_days_has_no_prefix_but_masks(gpt2: Path) -> None:
    expected = logits(weights.load(weights.look(gpt2)), text(1, 30))
    mask = {f"h.{layer}.attn.bias": torch.ones(1, 1, 8, 8) for layer in range(3)}
    rewrite(gpt2, lambda old: {name.removeprefix("transformer."): tensor for name, tensor in old.items()} | mask)
    source = weights.look(gpt2)
    assert torch.equal(logits(weights.load(source), text(1, 30)), expected)
    weights.save(weights.load(source), source, gpt2 / "config.json", gpt2 / "again")
    assert "h.0.attn.c_attn.weight" in load_file(gpt2 / "again" / weights.WEIGHTS)


def test_masks_beside_the_weights_may_have_any_precision(tmp_path: Path) -> None:
    """GPT-Neo's own file has them as U8, and the number for what is hidden as a tensor without dimensions."""
    oracle.make("gpt_neo", tmp_path)
    expected = logits(weights.load(weights.look(tmp_path)), text(1, 30))
    masks = {f"transformer.h.{n}.attn.attention.bias": torch.ones(1, 1, 8, 8, dtype=torch.uint8) for n in range(4)}
    number = {f"transformer.h.{n}.attn.attention.masked_bias": torch.tensor(-1e9) for n in range(4)}
    rewrite(tmp_path, lambda old: old | masks | number)
    assert torch.equal(logits(weights.load(weights.look(tmp_path)), text(1, 30)), expected)


def test_a_head_saved_beside_its_twin_is_passed_over(gpt2: Path) -> None:
    expected = logits(weights.load(weights.look(gpt2)), text(1, 30))
    rewrite(gpt2, lambda old: old | {"lm_head.weight": old["transformer.wte.weight"].clone()})
    assert torch.equal(logits(weights.load(weights.look(gpt2)), text(1, 30)), expected)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_half_precision_is_read_and_written(gpt2: Path, dtype: torch.dtype) -> None:
    rewrite(gpt2, lambda old: {name: tensor.to(dtype) for name, tensor in old.items()})
    source = weights.look(gpt2)
    model = weights.load(source, dtype)
    assert {tensor.dtype for tensor in model.parameters()} == {dtype}
    weights.save(model, source, gpt2 / "config.json", gpt2 / "again")
    before, after = load_file(gpt2 / weights.WEIGHTS), load_file(gpt2 / "again" / weights.WEIGHTS)
    assert [name for name in before if not torch.equal(before[name], after[name])] == []
    wide = logits(weights.load(source), text(1, 30))
    torch.testing.assert_close(logits(model, text(1, 30)), wide, atol=0.1, rtol=0)


def test_a_context_is_no_longer_than_is_asked_for(tmp_path: Path) -> None:
    oracle.make("llama", tmp_path)
    source = weights.look(tmp_path)
    assert weights.load(source, context=40).shape.context == 40
    assert weights.load(source, context=4_000).shape.context == 128
