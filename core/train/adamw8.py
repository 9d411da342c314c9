"""AdamW that remembers each weight in two bytes instead of eight (Dettmers, 2110.02861), and is otherwise AdamW.

Both moments lie in blocks of 256 numbers, each number as one of 256 levels between nothing and the largest of its
block. Of the second moment it is the root that is kept: that is what a step divides by, and its range is half as many
decades wide. It is rounded to the nearest level, but never to nothing: dividing by nothing is how eight bits go wrong.
Whatever is kept is kept exactly, so a resumed training makes the same steps, bit for bit.

Small tensors, norms and biases, are remembered in fp32: they are nothing beside the matrices.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim import Optimizer

from core.models.nf4 import dynamic_levels, nearest

# Shape suffixes: N numbers of a weight, G blocks, S numbers of a slice.

BLOCK: Final = 256  # numbers that share a largest one
SMALL: Final = 4_096  # numbers up to which a tensor is remembered in fp32, as in bitsandbytes
SLICE: Final = 1 << 22  # numbers that are made whole at a time: 16 MB


def positive_levels() -> Tensor:
    """256 levels from 0 to 1: seven decades, each with twice as many levels as the one below."""
    found = [0.0, 1.0]
    for decade in range(7):
        edges = torch.linspace(0.1, 1.0, 2 ** (decade + 1) + 1, dtype=torch.float32)
        found += ((edges[:-1] + edges[1:]) / 2 * 10.0 ** (decade - 6)).tolist()
    return torch.tensor(sorted(found), dtype=torch.float32)


class AdamW8(Optimizer):
    """One step is that of `torch.optim.AdamW` on the moments that the bytes stand for."""

    def __init__(self, groups: Iterable[dict[str, Any]], betas: tuple[float, float], eps: float = 1e-8) -> None:
        super().__init__(groups, {"lr": 1e-3, "betas": betas, "eps": eps, "weight_decay": 0.0})
        for group in self.param_groups:
            for weight in group["params"]:
                self.state[weight] = fresh(weight)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]  # nobody has a closure
        """Move every weight that has a gradient."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    _move(weight, self.state[weight], group)


@lru_cache
def _levels(device: torch.device) -> tuple[Tensor, Tensor]:
    return dynamic_levels().to(device), positive_levels().to(device)


def is_small(weight: Tensor) -> bool:
    return weight.numel() <= SMALL


def fresh(weight: Tensor) -> dict[str, Tensor]:
    """What is remembered of a weight before its first step."""
    step = torch.zeros(())
    if is_small(weight):
        return {"step": step, "exp_avg": torch.zeros_like(weight), "exp_avg_sq": torch.zeros_like(weight)}
    numbers, blocks = weight.numel(), -(-weight.numel() // BLOCK)
    zero = int(nearest(torch.zeros(1), _levels(torch.device("cpu"))[0]))
    return {
        "step": step,
        "mean": torch.full((numbers,), zero, dtype=torch.uint8, device=weight.device),
        "mean_largest": torch.zeros(blocks, device=weight.device),
        "root": torch.zeros(numbers, dtype=torch.uint8, device=weight.device),
        "root_largest": torch.zeros(blocks, device=weight.device),
    }


def _move(weight: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
    state["step"] += 1
    flat_N, gradient_N = weight.view(-1), weight.grad.reshape(-1)  # type: ignore[union-attr]  # the caller looked
    if is_small(weight):
        mean_N, square_N = state["exp_avg"].view(-1), state["exp_avg_sq"].view(-1)
        _adamw(flat_N, gradient_N, mean_N, square_N, float(state["step"]), group)
        return
    signed, positive = _levels(weight.device)
    for numbers, blocks in _slices(len(flat_N)):
        mean_S = whole(state["mean"][numbers], state["mean_largest"][blocks], signed)
        square_S = whole(state["root"][numbers], state["root_largest"][blocks], positive).square_()
        _adamw(flat_N[numbers], gradient_N[numbers], mean_S, square_S, float(state["step"]), group)
        keep(mean_S, state["mean"][numbers], state["mean_largest"][blocks], signed)
        root_S = square_S.sqrt_()
        keep(root_S, state["root"][numbers], state["root_largest"][blocks], positive)
        state["root"][numbers].clamp_(min=(root_S > 0).to(torch.uint8))


def _adamw(weight: Tensor, gradient: Tensor, mean: Tensor, square: Tensor, step: float, group: dict[str, Any]) -> None:
    """Loshchilov and Hutter, 1711.05101, algorithm 2, in place."""
    beta1, beta2 = group["betas"]
    weight.mul_(1 - group["lr"] * group["weight_decay"])
    mean.lerp_(gradient, 1 - beta1)
    square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
    root = (square / (1 - beta2**step)).sqrt_().add_(group["eps"])
    weight.addcdiv_(mean, root, value=-group["lr"] / (1 - beta1**step))


def _slices(count: int) -> Iterator[tuple[slice, slice]]:
    """Whole blocks, a few at a time: which numbers, and which blocks they are."""
    for first in range(0, count, SLICE):
        last = min(count, first + SLICE)
        yield slice(first, last), slice(first // BLOCK, -(-last // BLOCK))


def whole(codes_S: Tensor, largest_G: Tensor, levels: Tensor) -> Tensor:
    """The numbers that bytes stand for."""
    return levels[codes_S.int()] * largest_G.repeat_interleave(BLOCK)[: len(codes_S)]


def keep(numbers_S: Tensor, codes_S: Tensor, largest_G: Tensor, levels: Tensor) -> None:
    """Write numbers as bytes, into `codes_S` and `largest_G`."""
    blocks = F.pad(numbers_S, (0, -len(numbers_S) % BLOCK)).view(-1, BLOCK)
    largest_G.copy_(blocks.abs().amax(1))
    shares = blocks / largest_G.clamp(min=torch.finfo(torch.float32).tiny)[:, None]
    codes_S.copy_(nearest(shares, levels).view(-1)[: len(numbers_S)])
