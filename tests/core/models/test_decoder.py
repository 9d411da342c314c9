"""The decoder by configuration: every kind of shape we build must be causal and agree with its own cache."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from core.models.cache import Cache
from core.models.decoder import IGNORE, Decoder
from core.models.dropout import Dropout
from core.models.rope import Rope
from core.shape import Shape

SMALL = Shape(vocab=50, context=24, layers=2, width=32, heads=4, kv_heads=4, inner=64)
GPT2 = replace(SMALL, norm="layer", position="learned", activation="gelu_tanh", bias=True)
LLAMA = replace(SMALL, kv_heads=2, inner=48, activation="silu", gated=True, tied=False)
QWEN3 = replace(LLAMA, kv_heads=1, qk_norm=True, rope_theta=1e6)
GEMMA3 = replace(
    QWEN3,
    own_head_width=12,
    rope_width=8,
    kinds=("slide", "full"),
    window=5,
    rope_local_theta=100.0,
    rope_divisors=(1.0, 1.0, 2.0, 4.0),
    norm_position="sandwich",
    norm_plus_one=True,
    attention_scale=0.2,
    embedding_scale=5.0,
    tied=True,
)
OLMO2 = replace(
    LLAMA, norm_position="post", qk_norm=True, qk_norm_flat=True, kinds=("nope", "full"), residual_scale=0.5
)
SHAPES = {"ours": SMALL, "gpt2": GPT2, "llama": LLAMA, "qwen3": QWEN3, "gemma3": GEMMA3, "olmo2": OLMO2}

PRECISIONS = {torch.float32: 1e-4, torch.bfloat16: 5e-2}


@pytest.fixture(params=list(SHAPES.values()), ids=list(SHAPES))
def shape(request: pytest.FixtureRequest) -> Shape:
    shape: Shape = request.param
    return shape


def decoder(shape: Shape, seed: int = 1, loudness: float = 1.0) -> Decoder:
    """Weights of which the attention is far from even, so that a wrong mask shows."""
    model = Decoder(shape)
    model.initialise(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(loudness if weight.ndim > 1 else 1.0)
    return model


def ids(*size: int) -> torch.Tensor:
    return torch.randint(0, SMALL.vocab, size, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS.items(), ids=str)
@torch.no_grad()
def test_reading_with_a_cache_equals_reading_at_once(shape: Shape, dtype: torch.dtype, tolerance: float) -> None:
    model, text = decoder(shape, loudness=5).to(dtype), ids(3, 20)
    cache = Cache(shape, length=20, batch=3, dtype=dtype)
    pieces = [model(piece, cache) for piece in torch.split(text, [7, 1, 1, 6, 5], dim=1)]
    assert cache.used == 20
    torch.testing.assert_close(torch.cat(pieces, 1), model(text), atol=tolerance * 10, rtol=tolerance)


@torch.no_grad()
def test_a_truncated_cache_forgets(shape: Shape) -> None:
    model, text, other = decoder(shape, loudness=5), ids(1, 12), ids(1, 9)[:, 4:]
    cache = Cache(shape, length=12)
    model(text, cache)
    cache.truncate(7)
    expected = model(torch.cat((text[:, :7], other), 1))[:, 7:]
    torch.testing.assert_close(model(other, cache), expected, atol=1e-4, rtol=1e-4)
    with pytest.raises(ValueError, match="cannot keep 13 of 12"):
        cache.truncate(13)


@pytest.mark.parametrize("dtype", PRECISIONS, ids=str)
@torch.no_grad()
def test_no_token_sees_a_later_one(shape: Shape, dtype: torch.dtype) -> None:
    model, text = decoder(shape, loudness=5).to(dtype), ids(1, 16)
    changed = text.clone()
    changed[0, 9] = (text[0, 9] + 1) % shape.vocab
    before, after = model(text), model(changed)
    assert torch.equal(before[:, :9], after[:, :9])
    assert not torch.isclose(before[:, 9:].float(), after[:, 9:].float()).all(2).any()


@torch.no_grad()
def test_plain_and_fused_attention_agree(shape: Shape) -> None:
    model, text = decoder(shape, loudness=5), ids(2, 20)
    ours, fused = model.to(torch.bfloat16)(text).float(), model.to(torch.float32)(text)
    assert F.cosine_similarity(ours, fused, dim=2).min() > 0.999


@torch.no_grad()
def test_grouped_heads_equal_as_many_copies_of_them() -> None:
    grouped, full = decoder(LLAMA, loudness=5), Decoder(replace(LLAMA, kv_heads=4))
    weights = grouped.state_dict()
    for name in [name for name in weights if "query_key_value" in name]:
        query, key, value = weights[name].split([32, 16, 16])
        copies = [part.view(2, 8, 32).repeat_interleave(2, 0).flatten(0, 1) for part in (key, value)]
        weights[name] = torch.cat((query, *copies))
    full.load_state_dict(weights)
    torch.testing.assert_close(grouped(ids(2, 20)), full(ids(2, 20)), atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_rotary_positions_know_distances_only() -> None:
    rope, (q, k) = Rope(SMALL), torch.randn(2, 1, 1, 1, 8, generator=torch.Generator().manual_seed(1))

    def product(at: int, behind: int) -> float:
        return float((rope(q, at) * rope(k, at - behind)).sum())

    assert product(5, 3) == pytest.approx(product(20, 3), abs=1e-5)
    assert abs(product(5, 3) - product(5, 1)) > 1e-3


def test_weights_are_a_function_of_the_seed(shape: Shape) -> None:
    first, again, other = decoder(shape), decoder(shape), decoder(shape, seed=2)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
    assert not torch.equal(first.embedding.weight, other.embedding.weight)


def test_making_and_filling_a_model_leaves_the_global_random_state_alone() -> None:
    before = torch.get_rng_state()
    decoder(LLAMA)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_first_guess_is_even(shape: Shape) -> None:
    text = ids(8, 24)
    mean = decoder(shape).loss(text, text.roll(-1, 1)).item() / text.numel()
    assert mean == pytest.approx(torch.tensor(shape.vocab).log().item(), abs=0.1)


def test_layers_that_add_to_the_stream_start_smaller_the_deeper_the_model() -> None:
    shape = replace(SMALL, layers=8, width=128, inner=256)
    weights = decoder(shape).state_dict()
    assert weights["blocks.0.attention.output.weight"].std().item() == pytest.approx(0.02 / 4, rel=0.05)
    assert weights["blocks.0.feed_forward.up.weight"].std().item() == pytest.approx(0.02, rel=0.05)


def test_ignored_targets_do_not_count(shape: Shape) -> None:
    model, text = decoder(shape), ids(2, 12)
    targets = text.roll(-1, 1)
    left, right = targets.clone(), targets.clone()
    left[:, :5], right[:, 5:] = IGNORE, IGNORE
    parts = model.loss(text, left) + model.loss(text, right)
    torch.testing.assert_close(parts, model.loss(text, targets))
    assert model.loss(text, torch.full_like(text, IGNORE)).item() == 0


def test_dropout_is_noise_from_its_own_generator(shape: Shape) -> None:
    model, text = decoder(shape), ids(2, 12)

    def noisy(seed: int) -> torch.Tensor:
        hidden: torch.Tensor = model(text, dropout=Dropout(0.3, torch.Generator().manual_seed(seed)))
        return hidden

    before = torch.get_rng_state()
    assert torch.equal(noisy(1), noisy(1))
    assert not torch.equal(noisy(1), noisy(2))
    assert torch.equal(torch.get_rng_state(), before)


def test_too_many_tokens_are_refused(shape: Shape) -> None:
    model = decoder(shape)
    with pytest.raises(ValueError, match="25 tokens do not fit 24"):
        model(ids(1, 25))
    cache = Cache(shape, length=10)
    model(ids(1, 8), cache)
    with pytest.raises(ValueError, match="11 tokens do not fit 10"):
        model(ids(1, 3), cache)


def test_every_weight_learns(shape: Shape) -> None:
    model, text = decoder(shape), ids(2, 24)
    names, weights = zip(*model.named_parameters(), strict=True)
    gradients = torch.autograd.grad(model.loss(text, text.roll(-1, 1)), weights)
    assert [name for name, gradient in zip(names, gradients, strict=True) if not gradient.any()] == []


def test_the_names_on_disk_stay() -> None:
    assert sorted(Decoder(replace(GPT2, layers=1, tied=False)).state_dict()) == [
        "blocks.0.attention.output.bias",
        "blocks.0.attention.output.weight",
        "blocks.0.attention.query_key_value.bias",
        "blocks.0.attention.query_key_value.weight",
        "blocks.0.attention_norm.bias",
        "blocks.0.attention_norm.weight",
        "blocks.0.feed_forward.down.bias",
        "blocks.0.feed_forward.down.weight",
        "blocks.0.feed_forward.up.bias",
        "blocks.0.feed_forward.up.weight",
        "blocks.0.feed_forward_norm.bias",
        "blocks.0.feed_forward_norm.weight",
        "embedding.weight",
        "head.weight",
        "norm.bias",
        "norm.weight",
        "positions.weight",
    ]
