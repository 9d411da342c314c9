"""What a run trains with and does not change: recipe, tokenizer, batches, passages to measure on, prompts."""

from dataclasses import dataclass
from typing import Self

from core.inside.milestones import Yardstick
from core.recipe import Recipe
from core.runs import Run
from core.shards import Shard
from core.tokenizers import files
from core.tokenizers.base import Tokenizer
from core.train.batches import Batches
from core.train.evaluate import Passages, budget
from core.train.packing import Packing, source
from core.train.samples import prompts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """The folder of a run, read and checked."""

    run: Run
    recipe: Recipe
    tokenizer: Tokenizer
    batches: Batches | Packing
    train: Passages
    held_out: Passages
    prompts: tuple[str, ...]
    yardstick: Yardstick

    @classmethod
    def open(cls, run: Run) -> Self:
        """Raises DiskTrouble or WrongFile when a file is damaged or does not belong to the others."""
        recipe, tokenizer = run.recipe(), files.load(run.tokenizer_file)
        train = Shard.open(run.tokens, "train", tokenizer)
        held_out = Shard.open(run.tokens, "held_out", tokenizer)
        return cls(
            run=run,
            recipe=recipe,
            tokenizer=tokenizer,
            batches=source(train, recipe),
            train=Passages.of(train, tokenizer, recipe, budget(recipe)),
            held_out=Passages.of(held_out, tokenizer, recipe, budget(recipe)),
            prompts=prompts(held_out, tokenizer),
            yardstick=Yardstick.of(train, held_out, tokenizer, recipe.length),
        )
