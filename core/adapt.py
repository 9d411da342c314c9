"""From a base model and how much there is to learn to a recipe. Pure: no disk, no clock, no torch.

The defaults of each method, and who found them, are in docs/decisions.md, "Rates of what was trained before".
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from core import footprint
from core.errors import MemoryTrouble
from core.machine import DeviceKind, Machine
from core.plan import (
    DEFAULT_MINUTES,
    PAGE,
    SAVE_SECONDS,
    TRAINING_SHARE,
    Plan,
    Wish,
    duration,
    evaluations,
    how_often,
    most_passes,
    speed,
    steps_in_words,
)
from core.recipe import Base, Method, Recipe
from core.shape import Shape

STEPS_WANTED: Final = 100  # so few suffice where language is known already
LENGTHS: Final[dict[DeviceKind, int]] = {"cpu": 512, "mps": 1024, "cuda": 1024}  # tokens in a sequence, at most
LITTLE: Final = 200_000  # tokens; adapters that read less need noise against learning by heart


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What a method is trained with."""

    learning_rate: float
    weight_decay: float
    beta2: float
    rank: int = 32


MANNERS: Final[Mapping[Method, Manner]] = {
    "full": Manner(learning_rate=5e-5, weight_decay=0.1, beta2=0.95),
    "lora": Manner(learning_rate=2e-4, weight_decay=0.01, beta2=0.99),
    "qlora": Manner(learning_rate=1e-4, weight_decay=0.01, beta2=0.99, rank=16),
}
LARGE: Final = 200e6  # weights from which a full fine-tuning takes smaller steps
LARGE_RATE: Final = 3e-5


def make(tokens: int, shape: Shape, base: Base, wish: Wish, machine: Machine) -> Plan:
    """The plan to adapt a base of this shape to so many tokens of the writer's own, changed until it fits the memory
    of the machine, where that is known; what fits in no way is left to the trainer, which knows more."""
    made = planned(tokens, shape, base, wish, machine, checkpointing=False)
    budget = footprint.budget(machine)
    if not budget or footprint.process(made.recipe, machine.device, machine.cores) <= budget:
        return made
    made = planned(tokens, shape, base, wish, machine, checkpointing=True)
    with contextlib.suppress(MemoryTrouble):
        room = budget - footprint.program(made.recipe, machine.device)
        fits = footprint.fitting(made.recipe, room, machine.device, machine.cores)
        made = replace(made, recipe=fits)
    return made


def planned(tokens: int, shape: Shape, base: Base, wish: Wish, machine: Machine, *, checkpointing: bool) -> Plan:
    """The plan that the time and the writing allow, whatever memory it takes."""
    manner = MANNERS[wish.method]
    length = min(wish.length or LENGTHS[machine.device], shape.context, max(64, tokens // 8))
    flops = flops_per_token(shape, wish.method, length, checkpointing=checkpointing)
    able = 60 * (wish.minutes or DEFAULT_MINUTES) * TRAINING_SHARE * speed(wish, machine) / flops
    may_read = min(able, tokens * (wish.passes or most_passes(wish.method, tokens)))
    suits = next((size for size in (16_384, 8_192, 4_096) if may_read >= size * STEPS_WANTED), 2_048)
    batch = max(length, wish.tokens_per_step or suits) // length
    steps = wish.steps or max(1, round(may_read / (batch * length)))
    seconds = steps * batch * length * flops / speed(wish, machine)
    recipe = Recipe(
        shape=shape,
        tokenizer="pretrained",
        steps=steps,
        length=length,
        batch=batch,
        learning_rate=wish.learning_rate or rate(wish.method, shape),
        warmup_steps=min(max(10, ceil(steps / 20)), ceil(steps / 4)),
        weight_decay=manner.weight_decay,
        beta2=manner.beta2,
        dropout=dropout(wish.method, tokens) if wish.dropout is None else wish.dropout,
        precision=machine.precision,
        evaluate_every=wish.look_every or ceil(steps / evaluations(seconds)),
        save_every=wish.save_every or ceil(steps * min(1.0, SAVE_SECONDS / max(seconds, 1e-9))),
        seed=wish.seed,
        method=wish.method,
        base=base,
        rank=wish.rank or manner.rank,
        checkpointing=checkpointing,
    )
    passes = steps * batch * length / tokens
    told = None if wish.steps else seconds / TRAINING_SHARE
    words = (*in_words(tokens, recipe, told, passes), *cut_short(wish, shape))
    return Plan(recipe=recipe, seconds=seconds, passes=passes, words=words)


def cut_short(wish: Wish, shape: Shape) -> tuple[str, ...]:
    """A sentence where longer sequences were asked for than the model takes, as it is built here."""
    if not wish.length or wish.length <= shape.context:
        return ()
    return (
        f"You asked for sequences of {wish.length:,} tokens; of this model Mynah uses {shape.context:,} at most, in a"
        " talk too.",
    )


def flops_per_token(shape: Shape, method: Method, length: int, *, checkpointing: bool = False) -> float:
    """Training's, without the gradients of weights that stay: a third of all. Blocks computed twice are a third more;
    weights in 4 bits are unpacked on the way: a tenth."""
    third = shape.training_flops(length) / 3
    thirds = (3 if method == "full" else 2) + checkpointing
    return thirds * third * (1.1 if method == "qlora" else 1.0)


def rate(method: Method, shape: Shape) -> float:
    if method == "full" and shape.parameters > LARGE:
        return LARGE_RATE
    return MANNERS[method].learning_rate


def dropout(method: Method, tokens: int) -> float:
    if method == "full":
        return 0.1
    return 0.05 if tokens < LITTLE else 0.0


def in_words(tokens: int, recipe: Recipe, seconds: float | None, passes: float) -> tuple[str, ...]:
    """What was chosen and what to expect, a sentence each."""
    name = recipe.base.name if recipe.base else ""
    learns = f"small additions to it of rank {recipe.rank}, and it stays as it is" if recipe.adapts else "all of it"
    return (
        f"Your own writing makes {tokens:,} tokens, about {max(1, tokens * 4 // PAGE):,} pages.",
        f"It starts from {name}, with {recipe.shape.parameters / 1e6:,.0f} million weights. What learns: {learns}.",
        f"It goes through {how_often(passes)} in {steps_in_words(recipe.steps, seconds)}.",
        *([] if seconds is None else [f"This takes {duration(seconds)} on this computer."]),
    )
