"""Batches of a shard: a pure function of seed and step, so a resumed run sees what it would have seen. No torch.

B sequences in a batch, T tokens in a sequence, W windows in an epoch.
"""

from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from core.shards import Shard

IGNORE: Final = -1  # the target of a token that is not to be learnt; the decoder's loss passes over it

Array: TypeAlias = npt.NDArray[np.int64]


class Batches:
    """Goes through a shard epoch after epoch, in windows of `length` that start elsewhere and come in another order
    each time. The shard is read as a ring, so every token is a target once an epoch, however short the shard is."""

    def __init__(self, shard: Shard, length: int, batch: int, seed: int) -> None:
        self._shard = shard
        self._length = length
        self._batch = batch
        self._seed = seed

    @property
    def windows(self) -> int:
        """How many sequences there are in one epoch; the tokens left over at its end differ from epoch to epoch."""
        return max(1, self._shard.n_tokens // self._length)

    def batch(self, step: int) -> tuple[Array, Array]:
        """Ids and targets of a step, counted from 0. A target is the next id, or IGNORE where others wrote it."""
        first = step * self._batch
        starts_B = np.array([self._start(n) for n in range(first, first + self._batch)])
        at_BS = (starts_B[:, None] + np.arange(self._length + 1)) % self._shard.n_tokens  # S = T + 1
        ids_BS = self._shard.ids[at_BS].astype(np.int64)
        targets_BT = np.where(self._shard.targets_mask[at_BS[:, 1:]], ids_BS[:, 1:], IGNORE)
        return np.ascontiguousarray(ids_BS[:, :-1]), targets_BT

    def _start(self, window: int) -> int:
        epoch, place = divmod(window, self.windows)
        return int(starts(self._seed, epoch, self._shard.n_tokens, self._length, self.windows)[place])


@lru_cache(maxsize=2)  # one batch may reach into the next epoch
def starts(seed: int, epoch: int, n_tokens: int, length: int, windows: int) -> Array:
    """Where the windows of an epoch start, in their order."""
    random = np.random.default_rng((seed, epoch))
    offset = random.integers(n_tokens)
    starts_W: Array = offset + length * random.permutation(windows)
    return starts_W
