"""What the contenders of `mynah bench` train, the shape and batch of nanoGPT's character model, and what replies.

Knows no torch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from core.recipe import Precision, Recipe
from core.shape import Shape

SHAPE: Final = Shape(vocab=99, context=256, layers=6, width=384, heads=6, kv_heads=6, inner=4 * 384)
FLOPS: Final = SHAPE.training_flops(256)  # for one token

REPLYING: Final = {
    "small": Shape(
        vocab=4096, context=1024, layers=6, width=384, heads=6, kv_heads=6, inner=4 * 384
    ),  # as from nothing
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


# Two more, whose memory is predicted and to which no constant of the prediction was fitted.
HELD_OUT: Final = {
    "smol": Shape(  # SmolLM2, 0.36 billion
        vocab=49152,
        context=2048,
        layers=32,
        width=960,
        heads=15,
        kv_heads=5,
        inner=2560,
        rope_theta=1e5,
        activation="silu",
        gated=True,
    ),
    "medium": replace(REPLYING["gpt2"], layers=8, width=1024, heads=16, kv_heads=16, inner=4096),
}


def training(precision: Precision) -> Recipe:
    """Ours, without dropout as the peers."""
    return Recipe(shape=SHAPE, tokenizer="characters", steps=1, length=256, batch=64, dropout=0.0, precision=precision)


def point(name: str, **rest: Any) -> Recipe:
    """A training of which only the memory matters."""
    shape = {**REPLYING, **HELD_OUT}[name]
    fields = {"steps": 1, "length": 256, "batch": 4, "dropout": 0.0, "precision": "bf16", "tokenizer": "pretrained"}
    return Recipe(**{"shape": shape, **fields, **rest})


@dataclass(frozen=True, slots=True)
class Task:
    """A training that is measured: ours in a precision, what the peers' script calls the same, and who they are."""

    recipe: Callable[[Precision], Recipe]
    setup: str
    peers: tuple[str, ...]  # their precision follows each name

    @property
    def flops(self) -> float:
        """For one token; adapters need no gradients of the weights that stay, a third of all."""
        recipe = self.recipe("fp32")
        return recipe.shape.training_flops(recipe.length) * (2 / 3 if recipe.adapts else 1)


TASKS: Final[Mapping[str, Task]] = {
    "char": Task(training, "char", ("nanogpt/eager-", "hf/eager-")),
    "gpt2": Task(lambda bits: point("gpt2", precision=bits), "gpt2-b4", ("nanogpt/eager-", "hf/eager-")),
    "adapters": Task(
        lambda bits: point("qwen", precision=bits, method="lora", rank=16, length=512, batch=1),
        "lora",
        ("peft/eager-",),
    ),
}

POINTS: Final[Mapping[str, Recipe]] = {
    "from nothing, 11 M, bf16": training("bf16"),
    "GPT-2 124 M, all of it, bf16": point("gpt2"),
    "GPT-2 124 M, all of it, fp32, blocks twice": point("gpt2", precision="fp32", checkpointing=True),
    "GPT-2 124 M, adapters, fp32": point("gpt2", method="lora", precision="fp32", rank=16),
    "Qwen 0.5 B, adapters, bf16": point("qwen", method="lora", rank=16, length=512, batch=1),
    "Qwen 0.5 B, adapters, bf16, blocks twice": point(
        "qwen", method="lora", rank=16, length=512, batch=2, checkpointing=True
    ),
    "held out: Llama 0.36 B, adapters, bf16": point("smol", method="lora", rank=8, length=384, batch=2),
    "held out: GPT-2 medium of 8 layers, all of it, bf16, moments in 8 bits": point(
        "medium", method="full", optimizer="adamw8", length=512, batch=2
    ),
}
