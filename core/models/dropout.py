"""Dropout whose noise comes from a generator that it is handed. Never touches the global random state."""

import torch
from torch import Tensor


class Dropout:
    """Zeroes a share `rate` of the numbers and scales up the rest; each call draws new noise from `generator`."""

    def __init__(self, rate: float, generator: torch.Generator) -> None:
        if not 0 < rate < 1:
            raise ValueError(f"rate must lie between 0 and 1, got {rate}")
        self._keep = 1 - rate
        self._generator = generator

    def __call__(self, x: Tensor) -> Tensor:
        kept = torch.empty_like(x).bernoulli_(self._keep, generator=self._generator)
        return x * kept.div_(self._keep)
