"""Batches of whole documents: packed into windows in which none sees another, as a pure function of seed and step.

Talk is learnt so: a reply must not be addressed to whoever stood before it in the file. Running text is learnt in
windows that pass over the ends of documents (core/train/batches.py). No torch.

Documents that fit stay whole; longer ones are cut into pieces, each of which reads the last tokens of the one before
again and learns them once. The pieces go into windows by best fit, longest first: where nobody sees a neighbour it
matters to nobody who that is, so it is decided once, and each epoch only has another order of windows.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from core.recipe import Recipe
from core.shards import Shard
from core.train.batches import IGNORE, Array, Batches

# Shape suffixes: B sequences in a batch, T tokens in a sequence, W windows in an epoch.

AGAIN: Final = 64  # tokens of a piece that the next one reads again
LEAST_STRIDE: Final = 4  # a piece repeats a quarter of a window at most


@dataclass(frozen=True, slots=True)
class Piece:
    """`count` tokens from `first` on, each with the next as target; the first `again` targets were learnt before."""

    first: int
    count: int
    again: int


class Packing:
    """Goes through the documents of a shard epoch after epoch, packed into windows of `length` tokens."""

    def __init__(self, shard: Shard, length: int, batch: int, seed: int) -> None:
        self._shard, self._length, self._batch, self._seed = shard, length, batch, seed
        found = pieces(shard.ends, shard.targets_mask, length)
        self._windows = best_fit(list(found), length)

    @property
    def windows(self) -> int:
        """How many sequences there are in one epoch."""
        return len(self._windows)

    def batch(self, step: int) -> tuple[Array, Array, Array]:
        """Ids, targets and starts of a step, counted from 0."""
        numbers = range(step * self._batch, (step + 1) * self._batch)
        return self.rows([self._at(number) for number in numbers])

    def rows(self, numbers: list[int]) -> tuple[Array, Array, Array]:
        """Ids, targets and starts of windows. A target is the next id of the same document, or IGNORE where it is not
        to be learnt; a start is the place in the window at which the document of a token begins."""
        size = (len(numbers), self._length)
        ids_BT, starts_BT = np.zeros(size, np.int64), np.zeros(size, np.int64)
        targets_BT = np.full(size, IGNORE, np.int64)
        for row, number in enumerate(numbers):
            at = 0
            for piece in self._windows[number]:
                here = slice(at, at + piece.count)
                ids_BT[row, here], targets_BT[row, here] = self._ids(piece), self._targets(piece)
                starts_BT[row, here] = at
                at += piece.count
            starts_BT[row, at:] = at  # what is left over is a document of its own, from which nothing is learnt
        return ids_BT, targets_BT, starts_BT

    def _at(self, number: int) -> int:
        epoch, place = divmod(number, self.windows)
        return int(order(self._seed, epoch, self.windows)[place])

    def _ids(self, piece: Piece) -> Array:
        return self._shard.ids[piece.first : piece.first + piece.count].astype(np.int64)

    def _targets(self, piece: Piece) -> Array:
        next_ = slice(piece.first + 1, piece.first + 1 + piece.count)
        targets_T = np.where(self._shard.targets_mask[next_], self._shard.ids[next_].astype(np.int64), IGNORE)
        targets_T[: piece.again] = IGNORE
        return targets_T


def source(shard: Shard, recipe: Recipe) -> Batches | Packing:
    """What a recipe learns from, step by step."""
    kind = Packing if recipe.packing == "documents" else Batches
    return kind(shard, recipe.length, recipe.batch, recipe.seed)


def pieces(ends: Array, learnt: npt.NDArray[np.bool_], length: int) -> Iterator[Piece]:
    """The documents that end before `ends`, cut to at most `length` tokens; those that have nothing to learn are left
    out."""
    again = min(AGAIN, length // LEAST_STRIDE)
    start = 0
    for end in ends.tolist():
        first = start
        while first + 1 < end:
            count, known = min(length, end - 1 - first), again if first > start else 0
            if learnt[first + known + 1 : first + count + 1].any():
                yield Piece(first, count, known)
            if first + 1 + count >= end:
                break
            first += count - again
        start = end


def best_fit(found: list[Piece], length: int) -> list[list[Piece]]:
    """Pieces in windows of `length`: each, the longest first, where the least room is left for it."""
    windows: list[list[Piece]] = []
    room: list[tuple[int, int]] = []  # what is left in each window that is not full, and its number; sorted
    for piece in sorted(found, key=lambda each: (-each.count, each.first)):
        fitting = bisect_left(room, (piece.count, 0))
        if fitting < len(room):
            left, number = room.pop(fitting)
        else:
            left, number = length, len(windows)
            windows.append([])
        windows[number].append(piece)
        if left > piece.count:
            insort(room, (left - piece.count, number))
    return windows


@lru_cache(maxsize=2)  # one batch may reach into the next epoch
def order(seed: int, epoch: int, windows: int) -> Array:
    """The order of windows in an epoch."""
    shuffled_W: Array = np.random.default_rng((seed, epoch)).permutation(windows)
    return shuffled_W
