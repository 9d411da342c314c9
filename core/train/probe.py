"""What a step takes on this machine, in time and in memory: a few real ones, on a model that is thrown away. Knows no
file."""

import time
from dataclasses import dataclass
from statistics import median
from typing import Final

from core.assemble import begin
from core.device import Device
from core.events import Progress, Stop, Work
from core.recipe import Recipe
from core.train.batches import Batches
from core.train.packing import Packing
from core.train.peaks import Peak
from core.train.stepper import Stepper

STEPS: Final = 20  # of which the first warms up
ENOUGH: Final = 5.0  # seconds: slow steps need no more opinions


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """The median time of a step, and the bytes at the peak. `too_large` says that memory ran out, so that parts of the
    batch had to be smaller than the recipe says."""

    seconds: float
    bytes: int
    too_large: bool


def probe(recipe: Recipe, batches: Batches | Packing, device: Device, stop: Stop) -> Work[Probed | None]:
    """Try `recipe`; yields Progress in steps. None when it was stopped. Raises MemoryTrouble when no part is small
    enough."""
    taken: list[float] = []
    with Peak(device) as peak:
        model = begin(recipe)
        with Stepper(model, recipe, device) as stepper:
            planned = stepper.rung
            for number in range(1, STEPS + 1):
                if stop():
                    return None
                started = time.monotonic()
                stepper.step(*batches.batch(number), number=number, learning_rate=recipe.learning_rate)
                taken.append(time.monotonic() - started)
                yield Progress(number, STEPS, "Measuring how fast this computer trains")
                if sum(taken) > ENOUGH:
                    break
    return Probed(seconds=median(taken[1:] or taken), bytes=peak.bytes, too_large=stepper.rung != planned)
