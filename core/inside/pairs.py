"""Counting what follows what: the simplest language model, to hold ours against. Knows no torch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from core.shards import Shard

READ: Final = 4_000_000  # tokens of the training text at most: a few seconds
BLOCK: Final = 500_000  # counted at once
HELD_OUT: Final = 200_000  # tokens to measure on
ALPHA: Final = 0.75  # taken from each pair that was seen, for those that were not (absolute discounting)


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Pairs as sorted keys, first id times the vocabulary plus second."""

    vocab: int
    single: NDArray[np.int64]
    keys: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, shard: Shard) -> Self:
        """The pairs of a shard, or of its beginning."""
        keys, counts = np.empty(0, np.int64), np.empty(0, np.int64)
        for ids in blocks(shard.ids[:READ]):
            new = np.unique(ids[:-1] * shard.vocab + ids[1:], return_counts=True)
            both, where = np.unique(np.concatenate([keys, new[0]]), return_inverse=True)
            counts = np.bincount(where, np.concatenate([counts, new[1]]).astype(np.float64)).astype(np.int64)
            keys = both
        single = np.bincount(shard.ids[:READ].astype(np.int64), minlength=shard.vocab)
        return cls(shard.vocab, single, keys, counts)

    def after(self, token: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The ids that follow a token and how often, the most frequent first."""
        low, high = np.searchsorted(self.keys, (token * self.vocab, (token + 1) * self.vocab))
        order = np.argsort(-self.counts[low:high], kind="stable")
        return self.keys[low:high][order] % self.vocab, self.counts[low:high][order]

    def count(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        """How often each pair occurs."""
        wanted = first * self.vocab + second
        at = np.minimum(np.searchsorted(self.keys, wanted), max(len(self.keys) - 1, 0))
        if not len(self.keys):
            return np.zeros_like(wanted)
        return np.where(self.keys[at] == wanted, self.counts[at], 0)

    def table(self, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """How often each of `tokens` is followed by each of them."""
        return self.count(np.repeat(tokens, len(tokens)), np.tile(tokens, len(tokens))).reshape(len(tokens), -1)

    def chances(self) -> NDArray[np.float64]:
        """Of each token by itself; those never seen share the weight of one."""
        shares: NDArray[np.float64] = (self.single + 1 / self.vocab) / (self.single.sum() + 1)
        return shares

    def write(self, token: int, length: int, seed: int, end: int) -> list[int]:
        """Go on from `token` by the counts alone."""
        luck = np.random.default_rng(seed)
        written: list[int] = []
        for _ in range(length):
            ids, counts = self.after(token)
            if not len(ids):
                break
            token = int(luck.choice(ids, p=counts / counts.sum()))
            if token == end:
                break
            written.append(token)
        return written


def blocks(ids: NDArray[np.uint16] | NDArray[np.uint32]) -> Iterator[NDArray[np.int64]]:
    """Stretches that overlap by one id, so that no pair is lost or counted twice."""
    for start in range(0, max(len(ids) - 1, 1), BLOCK):
        yield np.asarray(ids[start : start + BLOCK + 1], np.int64)


def nats(counts: Counts, shard: Shard) -> tuple[float, float, float]:
    """Cross entropy of the writer's own words in `shard`, summed: by guessing, by single tokens, by pairs.

    Pairs are smoothed by absolute discounting with the single tokens behind them (Ney 1994).
    """
    ids = np.asarray(shard.ids[:HELD_OUT], np.int64)
    own = np.asarray(shard.targets_mask[1:HELD_OUT])
    first, second = ids[:-1][own], ids[1:][own]
    single = counts.chances()
    total = counts.single[first]
    kinds = np.bincount(counts.keys // counts.vocab, minlength=counts.vocab)[first]
    seen = np.maximum(counts.count(first, second) - ALPHA, 0)
    known = (seen + ALPHA * kinds * single[second]) / np.maximum(total, 1)
    pairs = np.where(total > 0, known, single[second])
    return (
        float(len(second) * np.log(counts.vocab)),
        float(-np.log(single[second]).sum()),
        float(-np.log(np.maximum(pairs, 1e-12)).sum()),
    )


def own_ids(shard: Shard) -> list[int]:
    """The targets that `nats` measures on, to count their bytes."""
    ids: list[int] = np.asarray(shard.ids[1:HELD_OUT])[np.asarray(shard.targets_mask[1:HELD_OUT])].tolist()
    return ids
