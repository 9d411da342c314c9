"""What there is to say about a distribution over the vocabulary, without making a table of chances. Knows no text.

Tensor names: N rows, V vocabulary, C width.
"""

from dataclasses import dataclass, fields
from typing import Final, Self

import torch
from torch import Tensor

from core.models.decoder import Decoder

AT_ONCE: Final = 4_000_000  # scores: 16 MB, which stay near the processor while they are looked through


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """For each row (N): log of the sum of exp, the best id with its chance, and of one told id its chance and rank."""

    spread: Tensor
    best: Tensor
    best_chance: Tensor
    told_log: Tensor  # log of the chance of the told id
    rank: Tensor  # of the told id: 0 is first

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        return cls(*(torch.cat([getattr(part, field.name) for part in parts]) for field in fields(cls)))


@torch.inference_mode()
def ranked(model: Decoder, hidden_NC: Tensor, told_N: Tensor | None = None) -> Ranked:
    """Of what the output layer makes of each row; without `told_N` the best id is the told one."""
    rows = max(1, AT_ONCE // model.shape.vocab)
    parts: list[Ranked] = []
    for start in range(0, len(hidden_NC), rows):
        told = None if told_N is None else told_N[start : start + rows]
        parts.append(_ranked(model.logits(hidden_NC[None, start : start + rows])[0], told))
    return Ranked.joined(parts)


def _ranked(logits_NV: Tensor, told_N: Tensor | None) -> Ranked:
    top = logits_NV.max(1)
    told_N1 = (top.indices if told_N is None else told_N)[:, None]
    said_N1 = logits_NV.gather(1, told_N1)
    rank = (logits_NV > said_N1).sum(1)
    spread = logits_NV.sub_(top.values[:, None]).exp_().sum(1).log_() + top.values
    return Ranked(spread, top.indices, (top.values - spread).exp(), said_N1[:, 0] - spread, rank)
