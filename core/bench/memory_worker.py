"""What a training really takes: `python -m core.bench.memory_worker POINT`, one JSON object with the bytes of its peak.

A process of its own, as memory that another training left would be counted with it.
"""

import json
import sys
from typing import Final

import torch

from core.bench.task import POINTS
from core.bench.worker import fresh, now, peak
from core.device import processor
from core.recipe import Recipe
from core.train.stepper import Stepper

STEPS: Final = 2


def main(arguments: list[str]) -> int:
    (point,) = arguments
    sys.stdout.write(json.dumps({"bytes": growth(POINTS[point])}) + "\n")
    return 0


def growth(recipe: Recipe) -> int:
    """By how many bytes the process grows, at the peak, while it makes a model and trains it for a few steps."""
    torch.ones(512, 512) @ torch.ones(
        512, 512
    )  # what torch takes for itself at its first product is not the training's
    before = now()
    with Stepper(fresh(recipe), recipe, processor()) as stepper:
        for number in range(STEPS):
            ids_BS = torch.randint(recipe.shape.vocab, (recipe.batch, recipe.length + 1))
            stepper.step(ids_BS[:, :-1], ids_BS[:, 1:], number=number, learning_rate=1e-5)
    return peak() - before


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
