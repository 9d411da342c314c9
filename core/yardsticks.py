"""What a model is measured against: packers of files, a context model, pairs of tokens. Bytes in, bits per byte out.

All of them see the text that the models learnt from, and are asked for the text that was held out. Pure; no torch.
"""

import gzip
import lzma
from collections import Counter, defaultdict
from math import log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

ORDER: Final = 5  # bytes of context: beyond, small corpora have seen nothing
ENOUGH: Final = 400_000  # bytes of held-out text: more changes the third digit only


def packed_gzip(learnt: bytes, unseen: bytes) -> float:
    """How much longer the gzip file becomes by the unseen text. It remembers the last 32 KB only."""
    return 8 * (len(gzip.compress(learnt + unseen, 9)) - len(gzip.compress(learnt, 9))) / len(unseen)


def packed_xz(learnt: bytes, unseen: bytes) -> float:
    """The same for xz, which remembers everything here."""
    return 8 * (len(lzma.compress(learnt + unseen)) - len(lzma.compress(learnt))) / len(unseen)


def context_model(learnt: bytes, unseen: bytes, order: int = ORDER) -> float:
    """Bytes by the `order` bytes before them, each order leaning on the one below (Witten and Bell 1991, method C)."""
    unseen = unseen[:ENOUGH]
    tables = [counted(learnt, length) for length in range(order + 1)]
    bits = 0.0
    for place in range(len(unseen)):
        share = 1 / 256
        for length in range(min(order, place) + 1):
            seen = tables[length].get(unseen[place - length : place])
            if seen is None:
                break
            total, kinds = seen.total(), len(seen)
            share = (seen[unseen[place]] + kinds * share) / (total + kinds)
        bits -= log2(share)
    return bits / len(unseen)


def counted(text: bytes, length: int) -> dict[bytes, Counter[int]]:
    """After each context of `length` bytes, how often each byte came."""
    table: dict[bytes, Counter[int]] = defaultdict(Counter)
    for place in range(length, len(text)):
        table[text[place - length : place]][text[place]] += 1
    return dict(table)


def pairs_of_tokens(learnt: NDArray[np.int64], unseen: NDArray[np.int64], vocab: int, n_bytes: int) -> float:
    """Each token by the one before it, leaning on how frequent it is: the bigram baseline, over `n_bytes` of text."""
    frequent = np.bincount(learnt, minlength=vocab).astype(np.float64)
    single = (frequent + 1) / (frequent.sum() + vocab)
    keys, counts = np.unique(learnt[:-1] * vocab + learnt[1:], return_counts=True)
    followers = np.bincount(keys // vocab, minlength=vocab).astype(np.float64)
    totals = np.bincount(learnt[:-1], minlength=vocab).astype(np.float64)
    before, after = unseen[:-1], unseen[1:]
    asked = before * vocab + after
    places = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    seen = np.where(keys[places] == asked, counts[places], 0)
    weight = np.maximum(followers[before], 1.0)
    shares = (seen + weight * single[after]) / (totals[before] + weight)
    return float(-np.log2(shares).sum()) / n_bytes
