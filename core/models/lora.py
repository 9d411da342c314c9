"""LoRA (2106.09685): low-rank pairs beside the frozen linear layers of a decoder. Knows no file and no optimizer.

A pair reads through its rows of A and writes, through B, to rows of the layer's output. Queries, keys and values are
one layer here but three in most families' files, each with a pair of its own: so a layer may have several pairs. They
lie in one A, stacked, and one B, whose rows each belong to one pair: one product reads for all of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.families.base import Rows
from core.models.decoder import Decoder, Linear
from core.models.dropout import Dropout

# Shape suffixes: I inputs, O outputs, R rank, P ranks of all pairs of a layer.

Pair: TypeAlias = Sequence[Rows]  # the rows that one pair writes to: of one layer's weight, or of two that share its A


class Adapted(Linear):
    """A frozen linear layer and its pairs. The pairs are kept in fp32 and compute in the precision of the input."""

    def __init__(self, base: Linear, counts: Sequence[int], A_PI: nn.Parameter, scale: float) -> None:
        """The i-th pair writes to the next `counts[i]` outputs."""
        super().__init__(base.in_features, base.out_features, bias=base.bias is not None, device="meta")
        self.weight, self.bias = base.weight, base.bias
        rank = len(A_PI) // len(counts)
        self.lora_a = A_PI
        self.lora_b = nn.Parameter(torch.zeros(base.out_features, rank, device=base.weight.device))
        self.rank, self.scale = rank, scale
        self.factor: Tensor
        self.register_buffer("factor", torch.tensor(0.0), persistent=False)  # for recordings: there a number would stay
        self.strength = 1.0
        self._counts = list(counts)
        self.small: nn.Module | None = None  # the layer's own weights in fewer bits (core/models/nf4.py)
        self._base: Tensor | None = None  # the layer's own weights, while others are merged

    def forward(self, x: Tensor, dropout: Dropout | None = None) -> Tensor:
        return self.added(x, super().forward(x) if self.small is None else self.small(x), dropout)

    def added(self, x: Tensor, y: Tensor, dropout: Dropout | None = None) -> Tensor:
        """What the layer's own weights made of `x`, and what the pairs add to it."""
        is_recorded = torch._C._is_tracing()
        if self._base is not None or (self.strength == 0 and not is_recorded):
            return y
        factor = self.factor if is_recorded else self._factor
        read = F.linear(x if dropout is None else dropout(x), self.lora_a.to(x.dtype)) * factor
        parts = zip(torch.split(read, self.rank, -1), self._b(x.dtype), strict=True)
        written = [F.linear(part, B_OR) for part, B_OR in parts]
        return y + (written[0] if len(written) == 1 else torch.cat(written, -1))

    @torch.no_grad()
    def merge(self) -> None:
        """Add the pairs to the weights, at the strength of now."""
        if self._base is not None:
            return
        pairs = zip(self._b(torch.float32), torch.split(self.lora_a.float(), self.rank), strict=True)
        delta_OI = torch.cat([B_OR @ A_RI for B_OR, A_RI in pairs]) * self._factor
        self._base = self.weight.data
        self.weight.data = (self._base.float() + delta_OI).to(self._base.dtype)

    def unmerge(self) -> None:
        """The layer's own weights again, bit for bit: they were put aside, as no subtraction would restore them."""
        if self._base is not None:
            self.weight.data, self._base = self._base, None

    def pair(self, rows: Rows) -> tuple[Tensor, Tensor]:
        """A (R, I) and B (rows, R) of the pair that writes to these rows, to read or to fill."""
        firsts = [0, *accumulate(self._counts)]
        index = firsts.index(rows.first)
        A_PI, B_OR = self.lora_a.detach(), self.lora_b.detach()
        return torch.split(A_PI, self.rank)[index], torch.split(B_OR, self._counts)[index]

    def let_go(self) -> None:
        """Forget the layer's own weights, which are kept elsewhere, packed (core/models/packed.py)."""
        self.weight = nn.Parameter(torch.empty(0), requires_grad=False)
        self.register_parameter("bias", None)

    @property
    def strength(self) -> float:
        """How much of what the pairs learnt is heard."""
        return self._strength

    @strength.setter
    def strength(self, strength: float) -> None:
        self._strength = strength
        self.factor.fill_(self._factor)

    @property
    def counts(self) -> Sequence[int]:
        """How many of the outputs, one after the other, each pair writes to."""
        return self._counts

    @property
    def merged(self) -> bool:
        return self._base is not None

    @property
    def _factor(self) -> float:
        return self.strength * self.scale

    def _b(self, dtype: torch.dtype) -> Sequence[Tensor]:
        return torch.split(self.lora_b.to(dtype), self._counts)


def attach(model: Decoder, pairs: Iterable[Pair], *, rank: int, alpha: float, seed: int) -> None:
    """Freeze `model` and put `pairs` on its layers. They change nothing yet: every B is zero."""
    if model.adapted:
        raise ValueError("this model has adapters already")
    layers: dict[str, list[Rows]] = {}
    owners: dict[str, str] = {}  # of the A that a layer reads through: itself, or the other layer of its pair
    for pair in pairs:
        for rows in pair:
            layers.setdefault(rows.name, []).append(rows)
            owners[rows.name] = pair[0].name
    model.requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    drawn: dict[str, nn.Parameter] = {}
    for name, parts in layers.items():
        base = model.get_submodule(name.removesuffix(".weight"))
        if not isinstance(base, Linear):
            raise TypeError(f"{name} belongs to no linear layer")
        if owners[name] not in drawn:
            drawn[owners[name]] = _drawn(len(parts) * rank, base, generator)
        adapted = Adapted(base, _counts(base, parts), drawn[owners[name]], alpha / rank)
        model.set_submodule(name.removesuffix(".weight"), adapted)
    model.adapted = True


def whole(model: Decoder) -> Iterator[Pair]:
    """One pair for each linear layer of the blocks: enough for models whose adapters go into no family's files."""
    for name, module in model.blocks.named_modules(prefix="blocks"):
        if isinstance(module, Linear):
            yield (Rows(f"{name}.weight"),)


def adapted(model: Decoder) -> list[Adapted]:
    """The layers that have adapters."""
    return [module for module in model.modules() if isinstance(module, Adapted)]


def halves(model: Decoder, pair: Pair) -> list[tuple[Tensor, Tensor]]:
    """A and B of a pair, for each layer that it writes to, to read or fill: their A is one."""
    layers = {rows: model.get_submodule(rows.name.removesuffix(".weight")) for rows in pair}
    return [layer.pair(rows) for rows, layer in layers.items() if isinstance(layer, Adapted)]


def set_strength(model: Decoder, strength: float) -> None:
    """How much of what was learnt is heard: 0 is the base, 1 is what was trained. Costs nothing, merges nothing."""
    for layer in adapted(model):
        if layer.merged:
            raise ValueError("merged adapters have the strength that they were merged with")
        layer.strength = strength


def merge(model: Decoder) -> None:
    """Put the adapters into the weights, for a model that others can read. Keeps the base's weights beside them."""
    for layer in adapted(model):
        layer.merge()


def unmerge(model: Decoder) -> None:
    for layer in adapted(model):
        layer.unmerge()


def _counts(base: Linear, parts: Sequence[Rows]) -> list[int]:
    """How many outputs each pair of a layer writes to; together they write to each once, in order."""
    counts: list[int] = []
    for rows in parts:
        if rows.first != sum(counts):
            raise ValueError(f"the pairs of {rows.name} leave outputs out")
        counts.append(base.out_features if rows.count is None else rows.count)
    if sum(counts) != base.out_features:
        raise ValueError(f"the pairs of {parts[0].name} write to {sum(counts)} of {base.out_features} outputs")
    return counts


def _drawn(rows: int, base: Linear, generator: torch.Generator) -> nn.Parameter:
    """As a fresh linear layer is drawn: Kaiming's uniform distribution, with the bound of 1 / sqrt(inputs)."""
    bound = base.in_features**-0.5
    A_RI = torch.empty(rows, base.in_features).uniform_(-bound, bound, generator=generator)
    return nn.Parameter(A_RI.to(base.weight.device))
