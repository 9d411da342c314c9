"""Cross entropy of an output layer without its logits: rows are multiplied, judged and forgotten a few at a time.

The logits of 4,096 tokens over 151,936 words are 2.5 GB in fp32, and their gradients as much again. Here a chunk of
rows goes through the layer, gives its loss and its gradients at once, and makes room for the next (Cut Cross-Entropy,
2411.09009, does the same inside one kernel). Rows without a target are not multiplied at all.
"""

import threading
from typing import Any, Final

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from core import footprint

# Shape suffixes: N rows that have a target, C width, V vocabulary, M rows of one chunk.

WORDS: Final = 4_096  # rows of the table that get their gradient at a time, on the processor: what its caches hold
FEW: Final = 1_024  # words that get their logits at a time there, in fp32: 94 GFLOP/s a core, all in one product 67


def cross_entropy(
    x_NC: Tensor, table_VC: Tensor, targets_N: Tensor, scale: float = 1.0, count: int | None = None
) -> Tensor:
    """The loss in nats, summed over the rows, or over the first `count` of them; fp32. `scale` multiplies the logits.

    Equal to `F.cross_entropy(scale * F.linear(x_NC, table_VC).float(), targets_N, reduction="sum")`.
    """
    count = len(x_NC) if count is None else count
    if not torch.is_grad_enabled():
        return _Chunked.forward(_Nothing(), x_NC, table_VC, targets_N, scale, count)
    loss: Tensor = _Chunked.apply(x_NC, table_VC, targets_N, scale, count)  # type: ignore[no-untyped-call]  # torch's own gap
    return loss


def with_targets(targets_N: Tensor, ignore: int) -> tuple[Tensor, int]:
    """The places of the rows that have a target, and how many they are. Filled up with row 0 to a multiple of
    `footprint.ROUND`: for each number of rows that the processor's library has met it keeps a program, a megabyte of
    them a thread."""
    places_M = (targets_N != ignore).nonzero().squeeze(1)
    count = len(places_M)
    return F.pad(places_M, (0, -count % footprint.ROUND)), count


class Room(threading.local):
    """Memory for one chunk of logits, kept by each thread of the processor from step to step.

    How many rows have a target differs from chunk to chunk. Blocks of ever other sizes leave holes between them that
    no other fits: 40 steps of a small model took 1.5 GB so, where 0.65 suffice. Cards have allocators that know.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, torch.dtype], Tensor] = {}

    def take(self, what: str, rows: int, columns: int, like: Tensor, dtype: torch.dtype) -> Tensor:
        """A matrix whose numbers are left from its last use; the next `take` of the same name takes it back."""
        if like.device.type != "cpu":
            return torch.empty(rows, columns, dtype=dtype, device=like.device)
        found, needed = self._kept.get((what, dtype)), rows * columns
        if found is None or len(found) < needed:
            with torch.inference_mode(mode=False):  # what is made inside could not be written to outside
                found = torch.empty(columns << (rows - 1).bit_length(), dtype=dtype)
            self._kept[what, dtype] = found
        return found[:needed].view(rows, columns)


_ROOM: Final = Room()


class _Nothing:
    """Stands in for a context where nothing is to be learnt."""

    needs_input_grad = (False, False)


class _Chunked(torch.autograd.Function):
    """Computes the gradients on the way forward, so that nothing of size N x V is ever kept."""

    @staticmethod
    def forward(ctx: Any, x_NC: Tensor, table_VC: Tensor, targets_N: Tensor, scale: float, count: int) -> Tensor:
        wants_x, wants_table = ctx.needs_input_grad[:2]
        loss = torch.zeros((), dtype=torch.float32, device=x_NC.device)
        x_gradient = torch.empty_like(x_NC) if wants_x else None
        table_gradient = torch.empty_like(table_VC) if wants_table else None
        size = footprint.rows_at_once(len(x_NC), len(table_VC))
        for first in range(0, len(x_NC), size):
            rows = slice(first, first + size)
            logits_MV = _logits(x_NC[rows], table_VC)
            if scale != 1:
                logits_MV *= scale
            losses_M1, shares_MV = _judged(logits_MV, targets_N[rows, None])
            counts = max(0, count - first)  # of this chunk, the rows that are not there to fill it up
            loss += losses_M1[:counts].sum()
            if not wants_x and not wants_table:
                continue
            error_MV = _narrow(_errors(shares_MV, targets_N[rows], scale), x_NC.dtype)
            error_MV[counts:] = 0
            if x_gradient is not None:
                torch.mm(error_MV, table_VC, out=x_gradient[rows])
            if table_gradient is not None:
                _multiply(error_MV, x_NC[rows], table_gradient, more=first > 0)
        if table_gradient is not None and not len(x_NC):  # not one row had a target
            table_gradient.zero_()
        if wants_x or wants_table:
            ctx.gradients = x_gradient, table_gradient
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None, None, None]:
        x_gradient, table_gradient = ctx.gradients
        del ctx.gradients
        factor = float(gradient)
        for each in (x_gradient, table_gradient):
            if each is not None and factor != 1:
                each.mul_(factor)
        return x_gradient, table_gradient, None, None, None


def _logits(x_MC: Tensor, table_VC: Tensor) -> Tensor:
    """What the layer says, in fp32; the same bits however many words at a time."""
    rows, columns = len(x_MC), len(table_VC)
    wide_MV = _ROOM.take("logits", rows, columns, x_MC, torch.float32)
    if x_MC.dtype == torch.float32:
        size = FEW if wide_MV.is_cpu else columns
        for first in range(0, columns, size):
            words = slice(first, first + size)
            torch.mm(x_MC, table_VC[words].t(), out=wide_MV[:, words])
        return wide_MV
    narrow_MV = _ROOM.take("narrow", rows, columns, x_MC, x_MC.dtype)
    return wide_MV.copy_(torch.mm(x_MC, table_VC.t(), out=narrow_MV))


def _narrow(error_MV: Tensor, dtype: torch.dtype) -> Tensor:
    """The same numbers in the type of the weights."""
    if error_MV.dtype == dtype:
        return error_MV
    rows, columns = error_MV.shape
    return _ROOM.take("narrow", rows, columns, error_MV, dtype).copy_(error_MV)


def _judged(logits_MV: Tensor, targets_M1: Tensor) -> tuple[Tensor, Tensor]:
    """The loss (M, 1) of each row, and the share of each word; on the processor in the logits' own memory.

    One softmax gives both: the largest share is one over the sum of all, next to the largest logit.
    """
    largest_M1, right_M1 = logits_MV.amax(1, keepdim=True), logits_MV.gather(1, targets_M1)
    shares_MV = torch.softmax(logits_MV, 1, out=logits_MV if logits_MV.is_cpu else None)
    return largest_M1 - shares_MV.amax(1, keepdim=True).log() - right_M1, shares_MV


def _errors(shares_MV: Tensor, targets_M: Tensor, scale: float) -> Tensor:
    """How much too high each logit was: its share, less one for the target; in the same memory."""
    shares_MV[torch.arange(len(targets_M), device=targets_M.device), targets_M] -= 1
    return shares_MV if scale == 1 else shares_MV.mul_(scale)


def _multiply(error_MV: Tensor, x_MC: Tensor, gradient_VC: Tensor, *, more: bool) -> None:
    """What the rows of a chunk say about the table: written, or added where there is `more` than the first chunk.

    A part of the table at a time, on the processor: in one product it is 142 GFLOP/s a core, so 208.
    """
    size = WORDS if gradient_VC.is_cpu else len(gradient_VC)
    for first in range(0, len(gradient_VC), size):
        words = slice(first, first + size)
        if more:
            gradient_VC[words] += error_MV[:, words].t() @ x_MC
        else:
            torch.mm(error_MV[:, words].t(), x_MC, out=gradient_VC[words])
