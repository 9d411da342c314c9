"""What every contender of `mynah bench` trains: the shape and batch of nanoGPT's character model. Knows no torch."""

from typing import Final

from core.recipe import Precision, Recipe
from core.shape import Shape

SHAPE: Final = Shape(vocab=99, context=256, layers=6, width=384, heads=6, kv_heads=6, inner=4 * 384)
FLOPS: Final = SHAPE.training_flops(256)  # for one token


def training(precision: Precision) -> Recipe:
    """Ours, without dropout as the peers."""
    return Recipe(shape=SHAPE, tokenizer="characters", steps=1, length=256, batch=64, dropout=0.0, precision=precision)
