"""The next-token distribution under the sliders, in numpy: quick enough for every move of a hand. Knows no torch.

It is core/generate/choose.py over again; tests hold the two together to the last digit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.replies import Sampling

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Shaped:
    """`before` is what the model says, `after` what is drawn from; removed tokens have 0. `left` is the mass, in what
    the temperature made of it, that the limits leave."""

    before: Numbers
    after: Numbers
    left: float


def softmax(logits: Numbers) -> Numbers:
    raised = np.exp(logits - logits.max())
    shares: Numbers = raised / raised.sum()
    return shares


def shape(logits: NDArray[np.float32], written: Sequence[int], sampling: Sampling) -> Shaped:
    """The distribution before and after `sampling`."""
    before = softmax(logits.astype(np.float64))
    changed = logits.copy()
    if sampling.repetition != 1 and written:
        ids = np.array(sorted(set(written)))
        old = changed[ids]
        changed[ids] = np.where(old > 0, old / np.float32(sampling.repetition), old * np.float32(sampling.repetition))
    if sampling.temperature == 0:
        after = np.zeros_like(before)
        after[int(changed.argmax())] = 1.0
        return Shaped(before, after, 1.0)
    heated = (changed.astype(np.float64) - float(changed.max())) / sampling.temperature
    limited = limit(heated, sampling)
    left = float(softmax(heated)[limited > -np.inf].sum())
    return Shaped(before, softmax(limited), left)


def limit(logits: Numbers, sampling: Sampling) -> Numbers:
    """-inf for what top-k, top-p and min-p remove, in this order."""
    if sampling.top_k:
        k = min(sampling.top_k, len(logits))
        logits = np.where(logits < np.partition(logits, -k)[-k], -np.inf, logits)
    if sampling.top_p < 1:
        order = np.argsort(-logits, kind="stable")
        weights = softmax(logits)[order]
        logits = logits.copy()
        logits[order[np.cumsum(weights) - weights >= sampling.top_p]] = -np.inf
    if sampling.min_p > 0:
        logits = np.where(logits < logits.max() + math.log(sampling.min_p), -np.inf, logits)
    return logits


def draw(shaped: Shaped, times: int, seed: int) -> NDArray[np.int64]:
    """How often each token comes up."""
    return np.random.default_rng(seed).multinomial(times, shaped.after / shaped.after.sum())
