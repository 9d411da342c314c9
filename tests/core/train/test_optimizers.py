"""The optimizers: which weights each of them moves, how far, and what there is to save before the first step."""

import pytest
import torch
from torch import Tensor

from core.models.decoder import Decoder
from core.recipe import Recipe
from core.shape import Shape
from core.train.optimizers import MOMENTUM, Optimizers

SHAPE = Shape(vocab=40, context=32, layers=2, width=32, heads=2, kv_heads=2, inner=64, tied=False, qk_norm=True)
RECIPE = Recipe(
    shape=SHAPE, tokenizer="characters", steps=9, length=32, batch=2, optimizer="muon", weight_decay=0.5, table_rate=0.1
)
RATE = 0.02


def weights() -> dict[str, Tensor]:
    model = Decoder(SHAPE)
    model.initialise(seed=1)
    return dict(model.named_parameters())


def give(weights: dict[str, Tensor], size: float) -> None:
    generator = torch.Generator().manual_seed(2)
    for weight in weights.values():
        weight.grad = torch.randn(weight.shape, generator=generator) * size


def stepped(weights: dict[str, Tensor], made: Optimizers) -> dict[str, Tensor]:
    """What a step adds to each weight."""
    before = {name: weight.detach().clone() for name, weight in weights.items()}
    made.set_rate(RATE)
    for part in made.parts:
        part.step()
    return {name: weight.detach() - before[name] for name, weight in weights.items()}


def test_muon_has_the_matrices_inside_the_blocks_and_adamw_the_rest() -> None:
    mine = weights()
    remembered = Optimizers(mine, RECIPE).state()
    hidden = {name for name in mine if f"{name}.momentum_buffer" in remembered}
    layer = ("attention.query_key_value", "attention.output", "feed_forward.up", "feed_forward.down")
    assert hidden == {f"blocks.{number}.{name}.weight" for number in range(2) for name in layer}
    rest = mine.keys() - hidden
    assert {"embedding.weight", "head.weight", "norm.weight"} < rest
    moments = {f"{name}.{moment}" for name in rest for moment in ("step", "exp_avg", "exp_avg_sq")}
    assert remembered.keys() == moments | {f"{name}.momentum_buffer" for name in hidden}


def test_what_there_is_to_save_does_not_change_with_the_first_step() -> None:
    mine = weights()
    made = Optimizers(mine, RECIPE)
    fresh = made.state()
    give(mine, 1.0)
    stepped(mine, made)
    assert all(made.state()[name] is tensor for name, tensor in fresh.items())
    assert fresh.keys() == made.state().keys()


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_a_step_of_muon_is_as_long_in_every_direction_whatever_the_gradient(size: float) -> None:
    mine = weights()
    made = Optimizers(mine, RECIPE)
    give(mine, size)
    name = "blocks.0.feed_forward.up.weight"  # 64 x 32: its steps are longer by the root of two
    decayed = -RATE * RECIPE.weight_decay * mine[name].detach()
    moved = stepped(mine, made)[name] - decayed
    lengths = torch.linalg.svdvals(moved) / (RATE * 2**0.5)
    assert lengths.min() > 0.5
    assert lengths.max() < 1.4
    buffer, gradient = made.state()[f"{name}.momentum_buffer"], mine[name].grad
    assert gradient is not None
    torch.testing.assert_close(buffer, gradient * (1 - MOMENTUM))


def test_beside_muon_tables_move_at_their_own_rate_and_do_not_decay() -> None:
    mine = weights()
    made = Optimizers(mine, RECIPE)
    give(mine, 1.0)
    moved = stepped(mine, made)
    for name in ("embedding.weight", "head.weight", "norm.weight"):
        gradient = mine[name].grad
        assert gradient is not None
        torch.testing.assert_close(moved[name], -RATE * RECIPE.table_rate * gradient.sign(), atol=1e-5, rtol=1e-3)
