"""Truth of what is captured, for models shaped like GPT-2, like Llama and its kin, and like our own."""

from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import AutoModelForCausalLM

from core import weights
from core.inside.capture import capture, pattern, points
from core.inside.layers import chances, early, look_early
from core.models import lora
from core.models.attention import attend
from core.models.decoder import Decoder
from core.shape import Shape
from tests.core.families import oracle

SCRATCH = Shape(vocab=97, context=64, layers=3, width=32, heads=4, kv_heads=4, inner=64)
ONE_LAYER = Shape(vocab=97, context=64, layers=1, width=16, heads=1, kv_heads=1, inner=32)
THEIRS = ("gpt2", "gpt_neo", "llama", "qwen3", "gemma3", "olmo2", "mistral, sliding", "granite")
IDS = [5, 9, 5, 70, 3, 9, 5, 9, 44, 2, 61, 5]


def scratch(shape: Shape) -> Decoder:
    model = Decoder(shape)
    model.initialise(3)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(4)
    return model


@pytest.fixture(scope="module", params=["scratch", "one layer", *THEIRS])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Decoder:
    if request.param in ("scratch", "one layer"):
        return scratch(SCRATCH if request.param == "scratch" else ONE_LAYER)
    folder = tmp_path_factory.mktemp("model")
    oracle.make(request.param, folder)
    return weights.load(weights.look(folder))


@torch.inference_mode()
def plain(model: Decoder) -> Tensor:
    return model.logits(model(torch.tensor([IDS])))[0]


def test_logits_with_hooks_are_logits_without_bit_for_bit(model: Decoder) -> None:
    before = plain(model)
    seen = capture(model, IDS, points(model.shape.layers))
    assert torch.equal(seen["logits"], before)
    assert torch.equal(plain(model), before)  # and nothing stays behind
    assert all(not module._forward_hooks and not module._forward_pre_hooks for module in model.modules())


def test_attention_rows_sum_to_one_and_see_no_future(model: Decoder) -> None:
    seen = capture(model, IDS, points(model.shape.layers))
    for layer in range(model.shape.layers):
        HTT = seen[f"block.{layer}.attn.pattern"]
        assert HTT.shape == (model.shape.heads, len(IDS), len(IDS))
        torch.testing.assert_close(HTT.sum(2), torch.ones(HTT.shape[:2]), atol=1e-5, rtol=0)
        assert HTT.triu(1).abs().max() == 0


def test_the_patterns_are_those_the_model_uses() -> None:
    """Weighted by the pattern, the values are what attention gives, grouped and windowed too."""
    luck = torch.Generator().manual_seed(1)
    for K, window, scale in ((4, 0, None), (2, 0, 0.3), (1, 3, None)):
        q, k, v = (torch.randn(1, heads, 9, 8, generator=luck) for heads in (4, K, K))
        expected = attend(q, k, v, window, scale)
        by_pattern = pattern(q[0], k[0], window, scale) @ v[0].repeat_interleave(4 // K, 0)
        torch.testing.assert_close(by_pattern, expected[0], atol=1e-5, rtol=1e-5)


def test_the_stream_is_handed_on_unchanged(model: Decoder) -> None:
    seen = capture(model, IDS, points(model.shape.layers))
    assert torch.equal(seen["embed"], seen["block.0.resid_pre"])
    for layer in range(1, model.shape.layers):
        assert torch.equal(seen[f"block.{layer}.resid_pre"], seen[f"block.{layer - 1}.resid_post"])
    with torch.inference_mode():
        last = model.norm(seen[f"block.{model.shape.layers - 1}.resid_post"][None])[0]
    assert torch.equal(last, seen["final.norm"])


def test_the_last_row_of_the_lens_is_the_models_own_output(model: Decoder) -> None:
    columns = (3, 4, 5, 11)
    seen = capture(model, IDS, points(model.shape.layers))
    lens = look_early(model, seen, columns)
    rows = 2 * model.shape.layers + 1
    assert lens.hidden_RNC.shape == (rows, 4, model.shape.width)
    with torch.inference_mode():
        own = model.logits(model(torch.tensor([IDS]))[:, list(columns)])[0]
        every = model.logits(early(model, seen, columns))
    assert torch.equal(every[-1], own)
    torch.testing.assert_close(own, plain(model)[list(columns)], atol=1e-5, rtol=1e-5)
    chances_RNV = every.softmax(2)
    assert torch.equal(lens.best_RN, every.argmax(2))
    torch.testing.assert_close(lens.chance_RN, chances_RNV.max(2).values, atol=1e-6, rtol=1e-4)
    said = every.gather(2, own.argmax(1).expand(rows, 4)[:, :, None])
    assert torch.equal(lens.rank_RN, (every > said).sum(2))
    leads = chances(model, lens.hidden_RNC[:, 1], lens.spread_RN[:, 1], [7, 2])
    torch.testing.assert_close(torch.from_numpy(leads), chances_RNV[:, 1, [7, 2]], atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("name", ["gpt2", "llama", "qwen3"])
def test_patterns_and_stream_are_those_that_transformers_tells(name: str, tmp_path: Path) -> None:
    oracle.make(name, tmp_path)
    model = weights.load(weights.look(tmp_path))
    theirs = AutoModelForCausalLM.from_pretrained(tmp_path, attn_implementation="eager")
    with torch.inference_mode():
        told = theirs(torch.tensor([IDS]), output_attentions=True, output_hidden_states=True)
    seen = capture(model, IDS, points(model.shape.layers))
    for layer in range(model.shape.layers):
        torch.testing.assert_close(seen[f"block.{layer}.attn.pattern"], told.attentions[layer][0], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(seen[f"block.{layer}.resid_pre"], told.hidden_states[layer][0], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(seen["final.norm"], told.hidden_states[-1][0], atol=1e-4, rtol=1e-4)


def test_only_what_is_wanted_is_kept_and_other_names_are_refused(model: Decoder) -> None:
    assert set(capture(model, IDS, ["block.0.resid_mid"])) == {"block.0.resid_mid"}
    with pytest.raises(ValueError, match="no such point"):
        capture(model, IDS, ["block.99.resid_mid"])


def test_a_failing_pass_leaves_no_hook(model: Decoder) -> None:
    with pytest.raises((ValueError, IndexError)):
        capture(model, [0] * (model.shape.context + 1), points(model.shape.layers))
    assert all(getattr(module, "watch", None) is None for module in model.modules())
    assert all(not module._forward_pre_hooks for module in model.modules())


def test_adapters_are_looked_through_too() -> None:
    model = scratch(SCRATCH)
    base = plain(model)
    lora.attach(model, lora.whole(model), rank=4, alpha=8, seed=1)
    with torch.no_grad():
        for layer in lora.adapted(model):
            layer.lora_b.normal_(0, 0.3, generator=torch.Generator().manual_seed(2))
    merged = capture(model, IDS, ["logits"])["logits"]
    lora.set_strength(model, 0.0)
    assert torch.equal(capture(model, IDS, ["logits"])["logits"], base)
    lora.set_strength(model, 1.0)
    assert not torch.allclose(merged, base, atol=1e-2)
    assert torch.equal(capture(model, IDS, ["logits"])["logits"], merged)
