"""Which way the rows of an embedding point, and which point alike. Knows no text.

Tensor names: V vocabulary, C width.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


@torch.inference_mode()
def directions(weight_VC: Tensor) -> Tensor:
    """Each row less their mean, at length 1: what all tokens share says nothing about any."""
    centred_VC = weight_VC.float() - weight_VC.float().mean(0)
    unit_VC: Tensor = centred_VC / centred_VC.norm(dim=1, keepdim=True).clamp_min(1e-9)
    return unit_VC


@torch.inference_mode()
def nearest(weight_VC: Tensor, ids: Sequence[int], count: int) -> list[list[int]]:
    """The neighbours of each of `ids`, nearest first."""
    unit_VC = directions(weight_VC)
    close = unit_VC[list(ids)] @ unit_VC.T
    close[torch.arange(len(ids)), list(ids)] = -2.0
    found: list[list[int]] = close.topk(min(count, len(unit_VC) - 1)).indices.tolist()
    return found
