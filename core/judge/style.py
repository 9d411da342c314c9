"""Does it sound like the writer? A classifier two-sample test (Lopez-Paz 1610.06545) on the letters of texts.

If no classifier can tell the bot's texts from the writer's, they sound alike: the area under its ROC curve is 0.5. The
features are short strings of letters, which carry spelling, punctuation and small words. Knows no model.

Array names: N texts, D features, M texts of the other side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

FEATURES: Final = 1 << 14  # a hash table of this size; collisions cost less than a larger kernel would
GRAMS: Final = (2, 3, 4)  # letters
FOLDS: Final = 5
DEALS: Final = 4
RIDGE: Final = 0.3  # on a kernel whose diagonal is 1
PRIME: Final = np.uint64(1_099_511_628_211)  # of FNV-1a
OFFSET: Final = np.uint64(14_695_981_039_346_656_037)


@dataclass(frozen=True, slots=True)
class Style:
    """`told_apart` is the area under the curve: 0.5 cannot be told from the writer, 1 always can."""

    told_apart: float
    texts: int


def features(texts: Sequence[str]) -> Floats:
    """(N, D): how often each short string of letters occurs, as square roots, each row of length 1."""
    rows_ND = np.zeros((len(texts), FEATURES))
    for row_D, text in zip(rows_ND, texts, strict=True):
        codes = np.frombuffer(" ".join(text.split()).encode("utf-32-le", "replace"), dtype=np.uint32)
        for n in GRAMS:
            row_D += np.bincount(_hashes(codes, n), minlength=FEATURES)
    rows_ND = np.sqrt(rows_ND)
    lengths_N1 = np.linalg.norm(rows_ND, axis=1, keepdims=True)
    unit_ND: Floats = rows_ND / np.maximum(lengths_N1, 1e-12)
    return unit_ND


def told_apart(theirs: Sequence[str], mine: Sequence[str], seed: int = 1337) -> Style:
    """How well a classifier that never saw a text says which side it is from. ValueError below five of a side."""
    if min(len(theirs), len(mine)) < FOLDS:
        raise ValueError(f"at least {FOLDS} texts of each side are needed, got {len(theirs)} and {len(mine)}")
    rows_ND = features([*theirs, *mine])
    side_N = np.repeat([-1.0, 1.0], [len(theirs), len(mine)])
    folds_N = _folds(len(theirs), len(mine), np.random.default_rng(seed))
    kernel_NN = rows_ND @ rows_ND.T
    areas = [_area_of_fold(kernel_NN, side_N, folds_N == fold) for fold in range(FOLDS)]
    return Style(float(np.mean(areas)), len(side_N))


def oneself(pairs: Sequence[tuple[str, str]], seed: int = 1337) -> Style:
    """How well the writer is told from the writer: pairs of texts on one subject, dealt to two sides at random.

    The mean over some deals, as one deal of a few hundred texts may be 0.03 off.
    """
    generator = np.random.default_rng(seed)
    areas: list[float] = []
    for deal in range(DEALS):
        swapped = generator.random(len(pairs)) < 0.5
        dealt = [pair[::-1] if swap else pair for pair, swap in zip(pairs, swapped, strict=True)]
        areas.append(told_apart([one for one, _ in dealt], [other for _, other in dealt], seed + deal).told_apart)
    return Style(float(np.mean(areas)), 2 * len(pairs))


def score(base: float, bot: float, me: float) -> float:
    """0 to 100 from three areas: of the base model, of the bot, and of the writer's own texts among themselves."""
    if base <= me:
        return 100.0 if bot <= me else 0.0  # nothing to gain: the base cannot be told from the writer already
    return float(np.clip(100 * (base - bot) / (base - me), 0, 100))


def of_one_length(theirs: Sequence[str], mine: Sequence[str]) -> tuple[list[str], list[str]]:
    """The pairs cut to the shorter one's length at a word's end: else the length alone would tell them apart."""
    cut = [(_cut(a, min(len(a), len(b))), _cut(b, min(len(a), len(b)))) for a, b in zip(theirs, mine, strict=False)]
    kept = [(a, b) for a, b in cut if a and b]
    return [a for a, _ in kept], [b for _, b in kept]


def area(scores_N: Floats, is_mine_N: NDArray[np.bool_]) -> float:
    """The area under the ROC curve: how often a text of the writer scores above another one, ties as a half."""
    order = np.sort(scores_N[~is_mine_N])
    mine = scores_N[is_mine_N]
    below = np.searchsorted(order, mine, side="left")
    ties = np.searchsorted(order, mine, side="right") - below
    return float((below + ties / 2).mean() / len(order))


def _area_of_fold(kernel_NN: Floats, side_N: Floats, held_N: NDArray[np.bool_]) -> float:
    learnt = ~held_N
    target = side_N[learnt]
    weight = np.where(target > 0, 0.5 / (target > 0).mean(), 0.5 / (target < 0).mean())  # sides count alike
    mean = float((weight * target).mean())
    ridge = np.diag(RIDGE / weight)
    alpha = np.linalg.solve(kernel_NN[np.ix_(learnt, learnt)] + ridge, target - mean)
    return area(kernel_NN[np.ix_(held_N, learnt)] @ alpha, side_N[held_N] > 0)


def _folds(theirs: int, mine: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """A fold for each text. The n-th of both sides answer one prompt and share a fold: else what a classifier learnt
    of one would speak against the other, and texts of one writer would look more alike than chance."""
    order = generator.permutation(max(theirs, mine)) % FOLDS
    return np.concatenate([order[:theirs], order[:mine]])


def _hashes(codes: NDArray[np.uint32], n: int) -> NDArray[np.int64]:
    """A feature for each string of `n` letters (FNV-1a, on whole letters)."""
    count = max(0, len(codes) - n + 1)
    hashed = np.full(count, OFFSET + np.uint64(n), dtype=np.uint64)
    for k in range(n):
        hashed = (hashed ^ codes[k : k + count].astype(np.uint64)) * PRIME
    return ((hashed >> np.uint64(24)) % np.uint64(FEATURES)).astype(np.int64)


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return text[: text.rfind(" ", 0, length + 1) if " " in text[: length + 1] else length].strip()
