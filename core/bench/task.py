"""What the contenders of `mynah bench` train, the shape and batch of nanoGPT's character model, and what replies.

Knows no torch.
"""

from typing import Final

from core.recipe import Precision, Recipe
from core.shape import Shape

SHAPE: Final = Shape(vocab=99, context=256, layers=6, width=384, heads=6, kv_heads=6, inner=4 * 384)
FLOPS: Final = SHAPE.training_flops(256)  # for one token

REPLYING: Final = {
    "gpt2": Shape(
        vocab=50257,
        context=1024,
        layers=12,
        width=768,
        heads=12,
        kv_heads=12,
        inner=3072,
        norm="layer",
        position="learned",
        activation="gelu_tanh",
        bias=True,
    ),
    "qwen": Shape(  # Qwen 2.5, 0.5 billion
        vocab=151936,
        context=1024,
        layers=24,
        width=896,
        heads=14,
        kv_heads=2,
        inner=4864,
        rope_theta=1e6,
        activation="silu",
        gated=True,
        qkv_bias=True,
    ),
}


def training(precision: Precision) -> Recipe:
    """Ours, without dropout as the peers."""
    return Recipe(shape=SHAPE, tokenizer="characters", steps=1, length=256, batch=64, dropout=0.0, precision=precision)
