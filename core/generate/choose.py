"""Sampling: logits in, one id out. Knows no text, no model and no cache.

The order is the one of transformers' generate(): repetition, temperature, top-k, top-p, min-p. Each limit sees what
the one before it left, so a set of limits means the same here as in other programs.

Tensor names: V vocabulary, K some ids of it.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import torch
from torch import Tensor

from core.replies import Sampling

MANY: Final = 1024  # ids that are looked at first where only the likeliest count
SLACK: Final = 1e-5  # of a logit: more than rounding, so that `likely` leaves out nothing that is near a limit


def choose(logits_V: Tensor, written: Sequence[int], sampling: Sampling, generator: torch.Generator) -> int:
    """The next id. `written` are the ids of this reply so far; the prompt is not penalised."""
    logits_V = penalise(logits_V, written, sampling.repetition)
    if sampling.temperature == 0:
        return int(logits_V.argmax())
    ids_K, sampling = likely(logits_V, sampling)
    return int(ids_K[draw(distribution(logits_V[ids_K], sampling), generator)])


def draw(chances_K: Tensor, generator: torch.Generator) -> int:
    """An index, by one random number: `torch.multinomial` draws as many as there are chances."""
    upto_K = chances_K.cumsum(0)
    place = torch.rand((), generator=generator, dtype=upto_K.dtype) * upto_K[-1]
    index = int(torch.searchsorted(upto_K, place, right=True))
    return min(index, int(chances_K.nonzero()[-1]))  # rounding up to the very end would be one too far


def likely(logits_V: Tensor, sampling: Sampling) -> tuple[Tensor, Sampling]:
    """The ids (K,) that the limits may leave, and the limits that mean the same among those alone.

    With the limits that people use these are a few dozen. All ids in double precision, sorted, took 1 to 20 ms a token
    (50,000 to 150,000 ids): as long as the model itself.
    """
    most = float(logits_V.max())
    least = -math.inf
    if sampling.top_k:
        least = float(logits_V.topk(min(sampling.top_k, len(logits_V))).values[-1])
    elif sampling.top_p < 1:
        return _top(logits_V, most, sampling)
    if sampling.min_p > 0 and sampling.top_p == 1:  # what top-p weighs must still be there
        edge = most + math.log(sampling.min_p) * sampling.temperature
        least = max(least, edge - SLACK * max(1.0, abs(most), abs(edge)))
    return (logits_V >= least).nonzero()[:, 0], sampling


def _top(logits_V: Tensor, most: float, sampling: Sampling) -> tuple[Tensor, Sampling]:
    """Of a top-p, the `MANY` likeliest ids where they hold enough of the weight; p is then a larger share of theirs."""
    some_K, ids_K = logits_V.topk(min(MANY, len(logits_V)))
    held, all_of_it = (((x.double() - most) / sampling.temperature).exp().sum() for x in (some_K, logits_V))
    share = float(held / all_of_it)
    if share <= sampling.top_p:
        return torch.arange(len(logits_V)), sampling
    return ids_K, replace(sampling, top_p=min(1.0, sampling.top_p / share))


def penalise(logits_V: Tensor, written: Sequence[int], penalty: float) -> Tensor:
    """The repetition penalty of CTRL (Keskar 1909.05858), which divides the logit.

    Dividing a negative logit would make its token likelier, so those are multiplied (transformers #2302).
    """
    if penalty == 1 or not written:
        return logits_V
    ids_K = torch.tensor(sorted(set(written)), device=logits_V.device)
    old_K = logits_V[ids_K]
    return logits_V.index_copy(0, ids_K, torch.where(old_K > 0, old_K / penalty, old_K * penalty))


def distribution(logits_V: Tensor, sampling: Sampling) -> Tensor:
    """The probabilities an id is drawn from; ids that a limit removed have 0. The likeliest id always stays."""
    # Doubles, and a largest logit of 0: no temperature, however near 0, overflows.
    logits_V = (logits_V.double() - logits_V.max()) / sampling.temperature
    if sampling.top_k:
        logits_V = _top_k(logits_V, sampling.top_k)
    if sampling.top_p < 1:
        logits_V = _top_p(logits_V, sampling.top_p)
    if sampling.min_p > 0:
        logits_V = _min_p(logits_V, sampling.min_p)
    return logits_V.softmax(0)


def _top_k(logits_V: Tensor, k: int) -> Tensor:
    """Keep the k likeliest (Fan 1805.04833); those as likely as the last of them stay too."""
    last = logits_V.topk(min(k, len(logits_V))).values[-1]
    return logits_V.masked_fill(logits_V < last, -math.inf)


def _top_p(logits_V: Tensor, p: float) -> Tensor:
    """Keep the smallest set of the likeliest ids that weighs at least `p` together (Holtzman 1904.09751)."""
    sorted_V, order_V = logits_V.softmax(0).sort(descending=True, stable=True)
    weight_before_V = sorted_V.cumsum(0) - sorted_V
    return logits_V.index_fill(0, order_V[weight_before_V >= p], -math.inf)


def _min_p(logits_V: Tensor, p: float) -> Tensor:
    """Keep what is at least `p` times as likely as the likeliest (Nguyen 2407.01082)."""
    return logits_V.masked_fill(logits_V < logits_V.max() + math.log(p), -math.inf)
