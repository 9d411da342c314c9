"""How fast and how large this machine is, measured in at most 90 seconds: the part of the outlook that needs torch."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch

from core import plan
from core.device import Device, best_device
from core.events import Stop, Work
from core.machine import Machine, this_machine
from core.plan import Wish
from core.recipe import Recipe
from core.train.batches import Array, Batches
from core.train.probe import probe
from core.train.products import suited

LEAST: Final = 100_000  # characters: a probe on less would measure a toy


class Noise(Batches):
    """Random tokens: how fast they are computed does not depend on what they say."""

    def __init__(self, recipe: Recipe) -> None:
        luck = np.random.default_rng(1)
        self._ids = luck.integers(0, recipe.shape.vocab, (recipe.batch, recipe.length + 1))

    def batch(self, step: int) -> tuple[Array, Array]:
        return np.ascontiguousarray(self._ids[:, :-1]), np.ascontiguousarray(self._ids[:, 1:])


def measure(folder: Path, characters: int, stop: Stop) -> Work[Machine | None]:
    """This machine, with the speed at which it trains the model that so much writing deserves. None when stopped."""
    device = best_device()
    machine = described(this_machine(folder), device)
    recipe = suited(plan.make(max(LEAST, characters), Wish(minutes=60), machine).recipe, device)
    found = yield from probe(recipe, Noise(recipe), device, stop)
    if found is None:
        return None
    flops = recipe.tokens_per_step * recipe.shape.training_flops(recipe.length)
    return replace(machine, flops_per_second=flops / found.seconds)


def described(machine: Machine, device: Device) -> Machine:
    """With what torch knows of the device."""
    memory = torch.cuda.get_device_properties(0).total_memory if device.kind == "cuda" else 0
    return replace(
        machine,
        cores=device.cores,
        device=device.kind,
        precision=device.precision,
        name=device.name,
        device_memory=memory,
    )
