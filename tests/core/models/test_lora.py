"""Adapters beside frozen layers: what they add, how much of it is heard, and that the base comes back as it was."""

import pytest
import torch
from torch import Tensor

from core.families.base import Rows
from core.models import lora
from core.models.cache import Cache
from core.models.decoder import Decoder
from core.models.dropout import Dropout
from core.shape import Shape

SHAPE = Shape(vocab=40, context=64, layers=2, width=32, heads=4, kv_heads=2, inner=48, gated=True, bias=True)
QKV = "attention.query_key_value"
CLOSE = 1e-5


def base() -> Decoder:
    model = Decoder(SHAPE)
    model.initialise(1)
    return model


def adapted(rank: int = 3, alpha: float = 6.0, seed: int = 2) -> Decoder:
    """With three pairs on queries, keys and values, one for gate and up together, one on each other layer."""
    model = base()
    pairs: list[lora.Pair] = []
    for block in ("blocks.0.", "blocks.1."):
        pairs += [(Rows(f"{block}{QKV}.weight", first, count),) for first, count in ((0, 32), (32, 16), (48, 16))]
        pairs.append(tuple(Rows(f"{block}feed_forward.{name}.weight") for name in ("gate", "up")))
        pairs += [(Rows(f"{block}{name}.weight"),) for name in ("attention.output", "feed_forward.down")]
    lora.attach(model, pairs, rank=rank, alpha=alpha, seed=seed)
    return model


@torch.no_grad()
def stir(model: Decoder) -> Decoder:
    """Make every B random, as training would."""
    generator = torch.Generator().manual_seed(5)
    for layer in lora.adapted(model):
        layer.lora_b.normal_(0, 0.05, generator=generator)
    return model


def text() -> Tensor:
    return torch.randint(0, SHAPE.vocab, (2, 20), generator=torch.Generator().manual_seed(3))


@torch.no_grad()
def logits(model: Decoder) -> Tensor:
    return model.logits(model(text()))


def test_fresh_adapters_change_nothing() -> None:
    assert torch.equal(logits(adapted()), logits(base()))


def test_each_pair_adds_its_product_to_its_rows() -> None:
    layer = stir(adapted()).get_submodule(f"blocks.1.{QKV}")
    assert isinstance(layer, lora.Adapted)
    plain = base().get_submodule(f"blocks.1.{QKV}")
    x = torch.randn(5, 32, generator=torch.Generator().manual_seed(1))
    expected = plain(x).clone()
    for number, rows in enumerate((slice(0, 32), slice(32, 48), slice(48, 64))):
        A, B = layer.lora_a[3 * number : 3 * number + 3], layer.lora_b[rows]
        expected[:, rows] += 6.0 / 3 * (x @ A.T) @ B.T
    torch.testing.assert_close(layer(x), expected, atol=1e-6, rtol=0)


def test_two_layers_of_one_pair_read_through_one_a() -> None:
    model = adapted()
    gate, up, down = (model.get_submodule(f"blocks.0.feed_forward.{name}") for name in ("gate", "up", "down"))
    assert gate.lora_a is up.lora_a
    assert down.lora_a is not up.lora_a


def test_the_same_seed_draws_the_same_and_leaves_the_global_state_alone() -> None:
    state = torch.get_rng_state()
    one, same, other = (dict(adapted(seed=seed).named_parameters()) for seed in (2, 2, 3))
    assert torch.equal(torch.get_rng_state(), state)
    drawn = [name for name in one if name.endswith("lora_a")]
    assert [name for name in drawn if not torch.equal(one[name], same[name])] == []
    assert [name for name in drawn if torch.equal(one[name], other[name])] == []
    assert all(one[name].abs().max() <= one[name].shape[1] ** -0.5 for name in drawn)


def test_only_adapters_learn() -> None:
    model = adapted()
    assert {name.rpartition(".")[2] for name, p in model.named_parameters() if p.requires_grad} == {"lora_a", "lora_b"}
    assert sum("lora" in name for name, _ in model.named_parameters()) == 2 * (2 + 2 + 3 + 2)


def test_strength_zero_is_the_base_and_what_is_added_grows_in_a_straight_line() -> None:
    layer = stir(adapted()).get_submodule("blocks.0.feed_forward.down")
    assert isinstance(layer, lora.Adapted)
    x = torch.randn(5, 48, generator=torch.Generator().manual_seed(1))
    plain = base().get_submodule("blocks.0.feed_forward.down")(x)
    one = layer(x) - plain
    for strength in (0.0, 0.3, 1.3):
        layer.strength = strength
        torch.testing.assert_close(layer(x) - plain, strength * one, atol=1e-6, rtol=0)


def test_at_strength_zero_a_model_is_its_base_bit_for_bit() -> None:
    model = stir(adapted())
    assert not torch.allclose(logits(model), logits(base()), atol=1e-3)
    lora.set_strength(model, 0.0)
    assert torch.equal(logits(model), logits(base()))


@pytest.mark.parametrize("strength", [0.4, 1.0, 1.3])
def test_merged_says_the_same_and_unmerged_is_what_it_was_bit_for_bit(strength: float) -> None:
    model = stir(adapted())
    lora.set_strength(model, strength)
    before, weights = logits(model), {name: weight.clone() for name, weight in model.named_parameters()}
    lora.merge(model)
    lora.merge(model)
    torch.testing.assert_close(logits(model), before, atol=CLOSE, rtol=0)
    assert not torch.equal(model.get_parameter(f"blocks.0.{QKV}.weight"), weights[f"blocks.0.{QKV}.weight"])
    with pytest.raises(ValueError, match="merged"):
        lora.set_strength(model, 1.0)
    lora.unmerge(model)
    assert torch.equal(logits(model), before)
    assert [name for name, weight in model.named_parameters() if not torch.equal(weight, weights[name])] == []


def test_merged_weights_stay_in_the_precision_of_the_base() -> None:
    model = stir(adapted())
    model.to(torch.bfloat16)
    lora.merge(model)
    assert {layer.weight.dtype for layer in lora.adapted(model)} == {torch.bfloat16}


def test_reading_with_a_cache_equals_reading_at_once() -> None:
    model, cache = stir(adapted()), Cache(SHAPE, 20, batch=2)
    with torch.no_grad():
        pieces = [model(piece, cache) for piece in torch.split(text(), [7, 1, 12], dim=1)]
        torch.testing.assert_close(model.logits(torch.cat(pieces, 1)), logits(model), atol=CLOSE, rtol=0)


def noisy(model: Decoder, seed: int) -> Tensor:
    hidden_BTC: Tensor = model(text(), dropout=Dropout(0.5, torch.Generator().manual_seed(seed)))
    return hidden_BTC


def test_dropout_falls_on_what_adapters_read_and_on_nothing_else() -> None:
    fresh = adapted()
    assert torch.equal(noisy(fresh, 1), fresh(text()))  # their B is zero: noise on the stream would show
    model = stir(adapted())
    assert torch.equal(noisy(model, 1), noisy(model, 1))
    assert not torch.allclose(noisy(model, 1), noisy(model, 2))
    assert not torch.allclose(noisy(model, 1), model(text()))


WRONG = {
    "one layer without its last rows": [(Rows(f"blocks.0.{QKV}.weight", 0, 32),)],
    "rows that are written to by two": [(Rows(f"blocks.0.{QKV}.weight"),), (Rows(f"blocks.0.{QKV}.weight", 32),)],
}


@pytest.mark.parametrize("pairs", WRONG.values(), ids=list(WRONG))
def test_pairs_that_do_not_fit_a_layer_are_refused(pairs: list[lora.Pair]) -> None:
    with pytest.raises(ValueError, match="outputs"):
        lora.attach(base(), pairs, rank=2, alpha=2, seed=1)


def test_adapters_on_what_is_no_linear_layer_or_has_some_are_refused() -> None:
    with pytest.raises(TypeError, match="norm"):
        lora.attach(base(), [(Rows("norm.weight"),)], rank=2, alpha=2, seed=1)
    with pytest.raises(ValueError, match="already"):
        lora.attach(adapted(), [], rank=2, alpha=2, seed=1)
