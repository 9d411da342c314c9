"""Reads tokens and says what may follow, remembering what it read. Knows no text.

Tensor names: B batch (always 1), T tokens, C width, V vocabulary.
"""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from core.generate.steps import Step, quickest
from core.models.cache import Cache, StillCache
from core.models.decoder import Decoder

LONGEST: Final = 4096  # tokens remembered: a model made for 32,000 would take gigabytes for what nobody reads


class Reader:
    """When the context is full, the newer half of it is read again and the older half forgotten. That costs one pass
    over half a context every half a context: less a token than shifting by one, and no position is out of range.
    """

    def __init__(self, model: Decoder, *, compiled: bool = False) -> None:
        """`compiled` lets torch compile the step of one token, where that works and gives the same."""
        weight = next(model.norm.parameters())  # in the precision of what runs through the layers
        self._model = model
        self._context = min(model.shape.context, LONGEST)
        is_still = compiled or weight.device.type == "cuda"
        make = StillCache if is_still else Cache
        self._cache = make(model.shape, self._context, dtype=weight.dtype, device=weight.device)
        self._device = weight.device
        self._step: Step | None = None
        self._is_compiled = compiled
        self._ids: list[int] = []

    # Inference mode is entered for each step and left before anything is yielded: between two tokens this thread
    # may be training.
    @torch.inference_mode()
    def read(self, ids: Sequence[int]) -> Tensor:
        """The logits (V,), on the CPU, of what follows everything read so far and `ids`."""
        self._ids.extend(ids)
        if len(self._ids) > self._context:
            self._ids = self._ids[-max(1, self._context // 2) :]
            self._cache.truncate(0)
        new = self._ids[self._cache.used :]
        if len(new) == 1 and isinstance(self._cache, StillCache):
            self._step = self._step or quickest(self._model, self._cache, compiled=self._is_compiled)
            return self._step(new[0])
        x_BTC = self._model(torch.tensor([new], device=self._device), self._cache)
        return self._model.logits(x_BTC[:, -1:])[0, 0].cpu()
