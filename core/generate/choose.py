"""Sampling: logits in, one id out. Knows no text, no model and no cache.

The order is the one of transformers' generate(): repetition, temperature, top-k, top-p, min-p. Each limit sees what
the one before it left, so a set of limits means the same here as in other programs.

Tensor names: V vocabulary, K the ids that have been written already.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from core.replies import Sampling


def choose(logits_V: Tensor, written: Sequence[int], sampling: Sampling, generator: torch.Generator) -> int:
    """The next id. `written` are the ids of this reply so far; the prompt is not penalised."""
    logits_V = penalise(logits_V, written, sampling.repetition)
    if sampling.temperature == 0:
        return int(logits_V.argmax())
    return int(torch.multinomial(distribution(logits_V, sampling), 1, generator=generator))


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
