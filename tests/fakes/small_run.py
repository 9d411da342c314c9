"""A run that was hardly trained: enough to be opened and talked to."""

import torch

from core import checkpoints
from core.checkpoints import Standing
from core.models.decoder import Decoder
from core.recipe import Recipe
from core.runs import Run
from core.shape import Shape
from core.tokenizers import files

TEXTS = ("the bird repeats what it has heard <|end|>", "it says no more than it knows")


def small_run(run: Run, *bits_per_byte: float) -> Run:
    """Write a run with a checkpoint of other weights for each figure, which is what it measured."""
    tokenizer = files.train("characters", TEXTS, vocab=64)
    shape = Shape(vocab=tokenizer.vocab, context=32, layers=1, width=16, heads=2, kv_heads=2, inner=32)
    recipe = Recipe(shape=shape, tokenizer="characters", steps=max(1, len(bits_per_byte)), length=16, batch=1)
    run.root.mkdir(parents=True)
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    tokenizer.save(run.tokenizer_file)
    for step, bits in enumerate(bits_per_byte, start=1):
        tensors = {f"model.{name}": weight for name, weight in opinionated(shape, seed=step).state_dict().items()}
        checkpoints.save(run, Standing(step=step, bits_per_byte=bits), tensors)
    return run


def opinionated(shape: Shape, seed: int) -> Decoder:
    """A new model with large weights: each token read changes what it writes, and another seed writes another text."""
    model = Decoder(shape)
    model.initialise(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(8)
    return model
