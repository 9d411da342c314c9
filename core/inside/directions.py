"""Which way the rows of an embedding point, and which point alike. Knows no text.

Tensor names: V vocabulary, N some rows of it, C width.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

LEAST = 1e-9  # a length that can be divided by


@torch.inference_mode()
def directions(rows_NC: Tensor, mean_C: Tensor) -> Tensor:
    """Each row less the mean of all, at length 1: what all tokens share says nothing about any."""
    centred_NC = rows_NC.float() - mean_C
    unit_NC: Tensor = centred_NC / centred_NC.norm(dim=1, keepdim=True).clamp_min(LEAST)
    return unit_NC


@torch.inference_mode()
def lengths(weight_VC: Tensor) -> tuple[Tensor, Tensor]:
    """The mean of all rows (C), and how far each is from it (V): a table as large as the first is never made."""
    mean_C = weight_VC.float().mean(0)
    squares_V = weight_VC.float().norm(dim=1).square() - 2 * (weight_VC @ mean_C) + mean_C.square().sum()
    return mean_C, squares_V.clamp_min(0).sqrt()


@torch.inference_mode()
def alike(weight_VC: Tensor, middle_C: Tensor, mean_C: Tensor, length_V: Tensor) -> Tensor:
    """The cosine between `middle_C` and the direction of each row (V)."""
    unit_C = middle_C / middle_C.norm().clamp_min(LEAST)
    cosines_V: Tensor = (weight_VC @ unit_C - mean_C @ unit_C) / length_V.clamp_min(LEAST)
    return cosines_V


@torch.inference_mode()
def nearest(weight_VC: Tensor, ids: Sequence[int], count: int) -> list[list[int]]:
    """The neighbours of each of `ids`, nearest first."""
    unit_VC = directions(weight_VC, weight_VC.float().mean(0))
    close = unit_VC[list(ids)] @ unit_VC.T
    close[torch.arange(len(ids)), list(ids)] = -2.0
    found: list[list[int]] = close.topk(min(count, len(unit_VC) - 1)).indices.tolist()
    return found
