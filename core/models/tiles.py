"""Weights in the order in which machine code reads them (core/native/products.py). Knows no layer."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from core.native.plan import GROUP
from core.native.processor import Processor

# Shape suffixes: O outputs, I inputs, G groups of them, H half a group, S tiles of L outputs each, R rank.


@dataclass(frozen=True, slots=True)
class Tiles:
    """What the code is given the addresses of. The bias is there even where it is nought."""

    bits: int
    matrix: Tensor
    scales: Tensor
    bias: Tensor

    @property
    def addresses(self) -> tuple[int, int, int]:
        return self.matrix.data_ptr(), self.scales.data_ptr(), self.bias.data_ptr()


def of_eight(q_OI: Tensor, scale_O: Tensor, bias_O: Tensor | None, processor: Processor) -> Tiles:
    """Of signed bytes, each four of its inputs side by side for each lane."""
    lanes = processor.lanes
    raised_OI = _filled(q_OI, lanes).view(torch.uint8) ^ processor.offset  # 128 added, or nought
    S = len(raised_OI) // lanes
    matrix_SILF = raised_OI.view(S, lanes, -1, 4).transpose(1, 2).contiguous()
    return Tiles(8, matrix_SILF, _filled(scale_O, lanes), _bias(bias_O, q_OI, lanes))


def of_four(pairs_GHO: Tensor, scales_GO2: Tensor, bias_O: Tensor | None, processor: Processor) -> Tiles:
    """Of halves of bytes: an input of a group's first half, and above it one of its second."""
    lanes, outputs = processor.lanes, pairs_GHO.shape[2]
    pairs_OGH = _filled(pairs_GHO.permute(2, 0, 1), lanes)
    S = len(pairs_OGH) // lanes
    matrix_SGHL4 = pairs_OGH.view(S, lanes, len(pairs_GHO), -1, 4).permute(0, 2, 3, 1, 4).contiguous()
    scales_OG2 = _filled(scales_GO2.transpose(0, 1)[:outputs], lanes)
    scales_SG2L = scales_OG2.view(S, lanes, -1, 2).permute(0, 2, 3, 1).contiguous()
    return Tiles(4, matrix_SGHL4, scales_SG2L, _bias(bias_O, pairs_OGH[:outputs], lanes))


def of_small(weight_OI: Tensor, lanes: int) -> Tensor:
    """Of adapters (S, I, L), in bf16."""
    weight_OI = _filled(weight_OI.detach().to(torch.bfloat16), lanes)
    return weight_OI.view(-1, lanes, weight_OI.shape[1]).transpose(1, 2).contiguous()


def fit(inputs: int, outputs: int, lanes: int) -> bool:
    """Whether a layer of a block is whole groups and whole tiles."""
    return inputs % GROUP == 0 and outputs % lanes == 0


def _bias(bias_O: Tensor | None, like_O: Tensor, lanes: int) -> Tensor:
    return _filled(torch.zeros(len(like_O)) if bias_O is None else bias_O.float(), lanes)


def _filled(x_O: Tensor, lanes: int) -> Tensor:
    """Outputs filled up to whole tiles with nought, in memory of its own."""
    beyond = -len(x_O) % lanes
    return F.pad(x_O, (*([0, 0] * (x_O.ndim - 1)), 0, beyond)) if beyond else x_O.contiguous()
