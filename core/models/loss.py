"""Cross entropy of an output layer without its logits: rows are multiplied, judged and forgotten a few at a time.

The logits of 4,096 tokens over 151,936 words are 2.5 GB in fp32, and their gradients as much again. Here a chunk of
rows goes through the layer, gives its loss and its gradients at once, and makes room for the next (Cut Cross-Entropy,
2411.09009, does the same inside one kernel). Rows without a target are not multiplied at all.
"""

from typing import Any, Final

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

# Shape suffixes: N rows that have a target, C width, V vocabulary, M rows of one chunk.

MOST: Final = 1 << 24  # logits at a time: 64 MB in fp32, and as much for their gradients


def cross_entropy(x_NC: Tensor, table_VC: Tensor, targets_N: Tensor, scale: float = 1.0) -> Tensor:
    """The loss in nats, summed over the rows; fp32. `scale` multiplies the logits.

    Equal to `F.cross_entropy(scale * F.linear(x_NC, table_VC).float(), targets_N, reduction="sum")`.
    """
    if not torch.is_grad_enabled():
        return _Chunked.forward(_Nothing(), x_NC, table_VC, targets_N, scale)
    loss: Tensor = _Chunked.apply(x_NC, table_VC, targets_N, scale)  # type: ignore[no-untyped-call]  # torch's own gap
    return loss


class _Nothing:
    """Stands in for a context where nothing is to be learnt."""

    needs_input_grad = (False, False)


class _Chunked(torch.autograd.Function):
    """Computes the gradients on the way forward, so that nothing of size N x V is ever kept."""

    @staticmethod
    def forward(ctx: Any, x_NC: Tensor, table_VC: Tensor, targets_N: Tensor, scale: float) -> Tensor:
        wants_x, wants_table = ctx.needs_input_grad[:2]
        loss = torch.zeros((), dtype=torch.float32, device=x_NC.device)
        x_gradient = torch.empty_like(x_NC) if wants_x else None
        table_gradient: Tensor | None = None
        size = max(1, MOST // len(table_VC))
        for first in range(0, len(x_NC), size):
            rows = slice(first, first + size)
            logits_MV = F.linear(x_NC[rows], table_VC).float()
            if scale != 1:
                logits_MV *= scale
            all_M1 = logits_MV.logsumexp(1, keepdim=True)
            loss += (all_M1 - logits_MV.gather(1, targets_N[rows, None])).sum()
            if not wants_x and not wants_table:
                continue
            error_MV = _errors(logits_MV, all_M1, targets_N[rows], scale).to(x_NC.dtype)
            if x_gradient is not None:
                torch.mm(error_MV, table_VC, out=x_gradient[rows])
            if wants_table:
                part_VC = error_MV.t() @ x_NC[rows]
                table_gradient = part_VC if table_gradient is None else table_gradient.add_(part_VC)
        if wants_table and table_gradient is None:  # not one row had a target
            table_gradient = torch.zeros_like(table_VC)
        if wants_x or wants_table:
            ctx.gradients = x_gradient, table_gradient
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        x_gradient, table_gradient = ctx.gradients
        del ctx.gradients
        factor = float(gradient)
        for each in (x_gradient, table_gradient):
            if each is not None and factor != 1:
                each.mul_(factor)
        return x_gradient, table_gradient, None, None


def _errors(logits_MV: Tensor, all_M1: Tensor, targets_M: Tensor, scale: float) -> Tensor:
    """How much too high each logit was: its probability, less one for the target; in the logits' own memory."""
    logits_MV.sub_(all_M1).exp_()
    logits_MV[torch.arange(len(targets_M), device=targets_M.device), targets_M] -= 1
    return logits_MV if scale == 1 else logits_MV.mul_(scale)
