"""How long a step takes on this machine: a few real ones, on a model that is thrown away. Knows no file."""

import time
from statistics import median
from typing import Final

from core.assemble import begin
from core.device import Device
from core.events import Progress, Stop, Work
from core.recipe import Recipe
from core.train.batches import Batches
from core.train.stepper import Stepper

STEPS: Final = 5  # after a first one that warms up
ENOUGH: Final = 5.0  # seconds: a slow step needs no second opinion


def seconds_per_step(recipe: Recipe, batches: Batches, device: Device, stop: Stop) -> Work[float | None]:
    """The median time of a step of `recipe`; yields Progress in steps. None when it was stopped."""
    model = begin(recipe)
    taken: list[float] = []
    with Stepper(model, recipe, device) as stepper:
        for number in range(1, STEPS + 2):
            if stop():
                return None
            started = time.monotonic()
            stepper.step(*batches.batch(number), number=number, learning_rate=recipe.learning_rate)
            taken.append(time.monotonic() - started)
            yield Progress(number, STEPS + 1, "Measuring how fast this computer trains")
            if sum(taken) > ENOUGH:
                break
    return median(taken[1:] or taken)
