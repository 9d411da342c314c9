"""Frozen layers in four bits, to train adapters beside: NF4 with doubly quantised scales (QLoRA, 2305.14314). Exact in
the sense that another program with the same rules (bitsandbytes) makes the same bytes. Knows no step and no file.

A block of 64 weights is divided by its largest; each becomes the nearest of 16 levels, which are equally likely for
normal weights. The largest ones, less their mean, become bytes in blocks of 256 of their own. For every product the
weights are made whole again and forgotten, on the way back too: only the bytes stay.
"""

from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from core.models import lora, nf4_kernel
from core.models.decoder import Decoder

# Shape suffixes: O outputs, I inputs, N weights in a row, G blocks.

BLOCK: Final = 64  # weights that share a scale
SCALES: Final = 256  # scales that share a scale of their own
# Appendix E of the paper: quantiles of a normal distribution, from -1 to 1, with 0 among them.
LEVELS: Final = (
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
    -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
    0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
)  # fmt: skip


def dynamic_levels() -> Tensor:
    """The 256 levels of a byte with a moving exponent (Dettmers, 2110.02861): seven decades, each with twice as many
    levels as the one below, of both signs; and 0 and 1."""
    found = [0.0, 1.0]
    for decade in range(7):
        edges = torch.linspace(0.1, 1.0, 2**decade + 1, dtype=torch.float32)
        middles = (edges[:-1] + edges[1:]) / 2 * 10.0 ** (decade - 6)
        found += [*middles.tolist(), *(-middles).tolist()]
    return torch.tensor(sorted(found), dtype=torch.float32)


class FourBit(nn.Module):
    """A linear layer that cannot learn, in half a byte a weight and a little. Its bytes are in no checkpoint."""

    pairs: Tensor  # two weights a byte
    inner: Tensor
    outer: Tensor
    mean: Tensor
    levels: Tensor
    inner_levels: Tensor
    bias: Tensor | None

    def __init__(self, weight_OI: Tensor, bias_O: Tensor | None) -> None:
        super().__init__()
        self.shape = weight_OI.shape
        self._trusts: bool | None = None  # whether another's kernel gave the same weights here
        flat_N = weight_OI.detach().float().flatten()
        self._count = len(flat_N)
        blocks_GN = F.pad(flat_N, (0, -self._count % (2 * BLOCK))).view(-1, BLOCK)
        largest_G = blocks_GN.abs().amax(1)
        codes = nearest(blocks_GN / largest_G.clamp(min=1e-12)[:, None], torch.tensor(LEVELS, device=flat_N.device))
        pairs = codes.flatten().view(-1, 2)
        mean = largest_G.mean()
        rest = F.pad(largest_G - mean, (0, -len(largest_G) % SCALES)).view(-1, SCALES)
        outer = rest.abs().amax(1)
        levels = dynamic_levels().to(flat_N.device)
        inner = nearest(rest / outer.clamp(min=1e-12)[:, None], levels)
        for name, kept in {
            "pairs": pairs[:, 0] << 4 | pairs[:, 1],
            "inner": inner.flatten()[: len(largest_G)],
            "outer": outer,
            "mean": mean,
            "levels": torch.tensor(LEVELS, device=flat_N.device),
            "inner_levels": levels,
        }.items():
            self.register_buffer(name, kept, persistent=False)
        self.register_buffer("bias", None if bias_O is None else bias_O.detach(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = _Product.apply(x, self)  # type: ignore[no-untyped-call]  # torch's own gap
        return y if self.bias is None else y + self.bias.to(x.dtype)

    def whole(self, dtype: torch.dtype) -> Tensor:
        """The weights (O, I) that the bytes stand for; by another's kernel where there is one and it agrees."""
        theirs = nf4_kernel.of(self.pairs.device)
        if theirs is not None and self._trusts is None:
            self._trusts = nf4_kernel.agrees(theirs, self, self.plainly(dtype))
        return nf4_kernel.whole(theirs, self, dtype) if theirs is not None and self._trusts else self.plainly(dtype)

    def plainly(self, dtype: torch.dtype) -> Tensor:
        """The same in plain torch."""
        inner_G, outer = self.inner_levels[self.inner.long()], self.outer.repeat_interleave(SCALES)
        largest_G = inner_G * outer[: len(inner_G)] + self.mean
        codes_N = torch.stack((self.pairs >> 4, self.pairs & 15), 1).flatten()
        values_GN = self.levels[codes_N.int()].view(-1, BLOCK) * largest_G[:, None]
        return values_GN.flatten()[: self._count].view(self.shape).to(dtype)


class _Product(torch.autograd.Function):
    """Remembers the layer, not its weights."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, layer: FourBit) -> Tensor:
        ctx.layer = layer
        return F.linear(x, layer.whole(x.dtype))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient @ ctx.layer.whole(gradient.dtype), None


@torch.no_grad()
def shrink(model: Decoder) -> Decoder:
    """`model` itself, with the base of every layer that has adapters in four bits, one layer at a time."""
    for layer in lora.adapted(model):
        layer.small = FourBit(layer.weight, layer.bias)
        layer.let_go()
    return model


def nearest(x: Tensor, levels: Tensor) -> Tensor:
    """The number of the level that is nearest to each of `x`; of two as near the lower."""
    return torch.bucketize(x, (levels[:-1] + levels[1:]) / 2).to(torch.uint8)
