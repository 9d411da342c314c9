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
from core.models.integers import FEW_OF_4_BITS

LONGEST: Final = 4096  # tokens remembered: a model made for 32,000 would take gigabytes for what nobody reads
STEP: Final = 64  # tokens: where reading is cut at multiples of it, no sum in any kernel is added up in another order
LEAST: Final = FEW_OF_4_BITS + 1  # tokens that are read as many are: packed layers multiply fewer in another way


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
        self.sure = 0  # tokens at the beginning that stand in the cache as if they had been read in one pass

    @property
    def used(self) -> int:
        """Tokens in the cache."""
        return self._cache.used

    @property
    def room(self) -> int:
        """Tokens that it can hold."""
        return self._context

    # Inference mode is entered for each step and left before anything is yielded: between two tokens this thread
    # may be training.
    @torch.inference_mode()
    def read(self, ids: Sequence[int]) -> Tensor:
        """The logits (V,), on the CPU, of what follows everything read so far and `ids`."""
        self._ids.extend(ids)
        if len(self._ids) > self._context:
            self._ids = self._ids[-max(1, self._context // 2) :]
            self._cache.truncate(0)
            self.sure = 0
        new = self._ids[self.used :]
        if len(new) == 1 and isinstance(self._cache, StillCache):
            self._step = self._step or quickest(self._model, self._cache, compiled=self._is_compiled)
            return self._step(new[0])
        goes_on = self.used == self.sure and self.used % STEP == 0 and len(new) >= LEAST
        x_BTC = self._model(torch.tensor([new], device=self._device), self._cache)
        self.sure = self.used if goes_on else self.sure
        return self._model.logits(x_BTC[:, -1:])[0, 0].cpu()

    def same(self, ids: Sequence[int]) -> int:
        """Tokens that `ids` begins with and this is sure of."""
        most = min(self.sure, len(ids))
        return next((n for n in range(most) if self._ids[n] != ids[n]), most)

    def shared(self, ids: Sequence[int]) -> int:
        """Of those, how many need not be read again: a reply then is, number for number, what it is when all are read.
        What was written token by token, or is no whole `STEP`, is read again for that."""
        if len(ids) > self._context:
            return 0
        return max(0, min(self.same(ids), len(ids) - LEAST)) // STEP * STEP

    def go_back(self, count: int) -> None:
        """Forget all after the first `count` tokens, of those that are sure."""
        self._cache.truncate(count)
        self._ids, self.sure = self._ids[:count], count
        self._step = None  # it was recorded with the adapters as strong as they were then

    @torch.inference_mode()
    def take_over(self, other: "Reader", count: int) -> None:
        """Know the first `count` tokens that another reader of this model is sure of, and nothing else."""
        self.go_back(0)
        self._cache.copy(other._cache, count)
        self._ids, self.sure = other._ids[:count], count
