"""Sampling: logits in, one id out. Knows no text, no model and no cache.

The order is the one of transformers' generate(): repetition, temperature, top-k, top-p, min-p. Each limit sees what
the one before it left, so a set of limits means the same here as in other programs.

What may be about all ids is numpy's: torch would do it on all cores, where threads wait, awake, for the model's next
token (core/native/team.py), and the two would take each other's.

Array names: V vocabulary, K some ids of it.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.replies import Sampling

Array: TypeAlias = NDArray[Any]

MANY: Final = 1024  # ids that are looked at first where only the likeliest count
SLACK: Final = 1e-5  # of a logit: more than rounding, so that `likely` leaves out nothing that is near a limit


def choose(logits_V: Tensor, written: Sequence[int], sampling: Sampling, generator: torch.Generator) -> int:
    """The next id. `written` are the ids of this reply so far; the prompt is not penalised."""
    scores_V = penalise(logits_V, written, sampling.repetition).numpy()
    if sampling.temperature == 0:
        return int(scores_V.argmax())
    ids_K, sampling = likely(scores_V, sampling)
    return int(ids_K[draw(_chances(scores_V[ids_K], sampling), generator)])


def draw(chances_K: Array, generator: torch.Generator) -> int:
    """An index, by one random number."""
    upto_K = chances_K.cumsum()
    place = float(torch.rand((), generator=generator, dtype=torch.float64)) * upto_K[-1]
    index = int(np.searchsorted(upto_K, place, side="right"))
    return min(index, int(np.flatnonzero(chances_K)[-1]))  # rounding up to the very end would be one too far


def likely(logits_V: Array, sampling: Sampling) -> tuple[Array, Sampling]:
    """The ids (K,) that the limits may leave, and the limits that mean the same among those alone.

    With the limits that people use these are a few dozen. All ids in double precision, sorted, took 1 to 20 ms a token
    (50,000 to 150,000 ids): as long as the model itself.
    """
    most = float(logits_V.max())
    least = -math.inf
    if sampling.top_k:
        least = _highest(logits_V, sampling.top_k)
    elif sampling.top_p < 1:
        return _top(logits_V, most, sampling)
    if sampling.min_p > 0 and sampling.top_p == 1:  # what top-p weighs must still be there
        edge = most + math.log(sampling.min_p) * sampling.temperature
        least = max(least, edge - SLACK * max(1.0, abs(most), abs(edge)))
    return np.flatnonzero(logits_V >= least), sampling


def _top(logits_V: Array, most: float, sampling: Sampling) -> tuple[Array, Sampling]:
    """Of a top-p, the `MANY` likeliest ids where they hold enough of the weight; p is then a larger share of theirs."""
    ids_K = np.flatnonzero(logits_V >= _highest(logits_V, MANY))
    weights_V = np.exp(_warm(logits_V, most, sampling.temperature))
    share = float(weights_V[ids_K].sum() / weights_V.sum())
    if share <= sampling.top_p:
        return np.arange(len(logits_V)), sampling
    return ids_K, replace(sampling, top_p=min(1.0, sampling.top_p / share))


def _warm(logits_V: Array, most: float, temperature: float) -> Array:
    """Doubles, the largest of which is 0: no temperature, however near 0, makes it too large."""
    with np.errstate(over="ignore"):  # the others may go down to minus infinity
        return (logits_V.astype(np.float64) - most) / temperature


def _highest(logits_V: Array, k: int) -> float:
    """The k-th largest. Torch finds it on one core, in a third of numpy's time."""
    return float(torch.from_numpy(logits_V).topk(min(k, len(logits_V))).values[-1])


def penalise(logits_V: Tensor, written: Sequence[int], penalty: float) -> Tensor:
    """The repetition penalty of CTRL (Keskar 1909.05858), which divides the logit.

    Dividing a negative logit would make its token likelier, so those are multiplied (transformers #2302).
    """
    if penalty == 1 or not written:
        return logits_V
    ids_K, changed_V = np.array(sorted(set(written))), logits_V.numpy().copy()
    old_K = changed_V[ids_K]
    changed_V[ids_K] = np.where(old_K > 0, old_K / penalty, old_K * penalty)
    return torch.from_numpy(changed_V)


def distribution(logits_V: Tensor, sampling: Sampling) -> Tensor:
    """The probabilities an id is drawn from; ids that a limit removed have 0. The likeliest id always stays."""
    return torch.from_numpy(_chances(logits_V.numpy(), sampling))


def _chances(logits_V: Array, sampling: Sampling) -> Array:
    logits_V = _warm(logits_V, float(logits_V.max()), sampling.temperature)
    if sampling.top_k:
        logits_V = np.where(logits_V < _highest(logits_V, sampling.top_k), -np.inf, logits_V)
    if sampling.top_p < 1:
        logits_V = _top_p(logits_V, sampling.top_p)
    if sampling.min_p > 0:
        logits_V = np.where(logits_V < logits_V.max() + math.log(sampling.min_p), -np.inf, logits_V)
    return _softmax(logits_V)


def _top_p(logits_V: Array, p: float) -> Array:
    """Keep the smallest set of the likeliest ids that weighs at least `p` together (Holtzman 1904.09751)."""
    chances_V = _softmax(logits_V)
    order_V = np.argsort(-chances_V, kind="stable")
    weight_before_V = chances_V[order_V].cumsum() - chances_V[order_V]
    kept_V = logits_V.copy()
    kept_V[order_V[weight_before_V >= p]] = -np.inf
    return kept_V


def _softmax(logits_V: Array) -> Array:
    """Of logits whose largest is 0."""
    weights_V = np.exp(logits_V)
    chances_V: Array = weights_V / weights_V.sum()
    return chances_V
