"""Linear layers whose weights are integers: what answers on a processor. Knows no text and cannot learn.

One new token reads every weight once, so a reply is as fast as memory gives them: fewer bytes are more tokens. Many
tokens at once (a prompt) are a matter of arithmetic instead: for them bytes are multiplied where the processor can, and
else each layer's weights are made whole again and multiplied in its best precision.
"""

import warnings
from collections.abc import Callable
from typing import Any, Final, Literal, Self, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models.dropout import Dropout
from core.models.lora import Adapted
from core.models.tiles import Tiles, of_eight, of_four
from core.native.processor import Processor

# Shape suffixes: O outputs, I inputs, M rows that are multiplied, G groups of a row,
# N weights of a group, H half of them.

Bits: TypeAlias = Literal[8, 4]

GROUP: Final = 32  # weights that share a scale and a zero in 4 bits
FEW: Final = 8  # rows up to which the weights are not made whole, with 8 bits
FEW_OF_4_BITS: Final = 32
IN_CACHE: Final = 512 * 1024  # weights that are made whole, or made small, in one go
TILE: Final = 16  # the 4-bit kernel counts outputs in these
CLIPS: Final = (1.0, 0.95, 0.9, 0.85, 0.8)  # shares of a group's range that are tried: some lose less when cut


class Integers(nn.Module):
    """Weights that stay as their kernel takes them. They are buffers, which a recording of a block asks its layer for:
    plain tensors it would keep in memory for ever."""

    bits: Bits
    _bias_O: Tensor | None
    few = 0  # rows up to which torch's kernels for few rows are asked

    def _keep(self, **tensors: Tensor | None) -> None:
        for name, tensor in tensors.items():
            self.register_buffer(name, tensor, persistent=False)

    def whole(self, dtype: torch.dtype) -> Tensor:
        """The weights (O, I) that the integers stand for."""
        raise NotImplementedError

    def slowly(self, x: Tensor) -> Tensor:
        """What machine code (core/native/products.py) makes of `x`, whose every `GROUP` numbers become bytes."""
        groups = x.view(*x.shape[:-1], -1, GROUP)
        scale = (groups.abs().amax(-1, keepdim=True) / 127).clamp(min=1e-30)
        rounded = (groups / scale).round() * scale
        return F.linear(rounded.view(x.shape), self.whole(x.dtype), self._bias_O)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        return self


class Int8(Integers):
    """Eight bits a weight, one scale an output: 0.3 % of error a layer. The result is in the precision of the input."""

    _q_OI: Tensor
    _scale_O: Tensor
    _scale16_O: Tensor
    _bias_O: Tensor | None
    bits = 8

    def __init__(self, weight_OI: Tensor, bias_O: Tensor | None) -> None:
        super().__init__()
        self.out_features, self.in_features = weight_OI.shape
        weight_OI = weight_OI.detach().float()
        scale_O = (weight_OI.abs().amax(1) / 127).clamp(min=1e-12)
        q_OI = (weight_OI / scale_O[:, None]).round().to(torch.int8)
        bias_O = None if bias_O is None else bias_O.detach().float()
        self._keep(_q_OI=q_OI, _scale_O=scale_O, _scale16_O=scale_O.to(torch.bfloat16), _bias_O=bias_O)
        self._packed: Any = None

    def answer_few(self) -> None:
        """Make ready what torch multiplies few rows by: a second copy of the weights."""
        self.few = FEW
        self._packed = _for_vnni(self._q_OI, self._scale_O, self._bias_O) if multiplies_bytes() else None

    def tiles(self, processor: Processor) -> Tiles:
        """The weights as machine code reads them, a second copy."""
        return of_eight(self._q_OI, self._scale_O, self._bias_O, processor)

    def forward(self, x: Tensor, dropout: Dropout | None = None) -> Tensor:
        """`dropout` is accepted as other linear layers do, and never falls: what is packed does not learn."""
        if self._packed is not None and x.numel() == self.in_features and x.dtype == torch.float32:
            return _dynamic(x, self._packed)  # one token of a reply: each word of Python would be a thousandth of it
        rows_MI = x.reshape(-1, self.in_features)
        y_MO = self._few(rows_MI) if len(rows_MI) <= self.few else self._many(rows_MI)
        return y_MO.to(x.dtype).view(*x.shape[:-1], -1)

    def whole(self, dtype: torch.dtype) -> Tensor:
        """The weights (O, I) that the integers stand for."""
        return self._q_OI.to(dtype) * self._scale_O.to(dtype)[:, None]

    def _few(self, x_MI: Tensor) -> Tensor:
        if self._packed is None:
            y_MO = torch._weight_int8pack_mm(x_MI.to(torch.bfloat16), self._q_OI, self._scale16_O)
            return y_MO if self._bias_O is None else y_MO + self._bias_O.to(y_MO.dtype)
        x_MI = x_MI.float()
        if len(x_MI) == 1:
            return _dynamic(x_MI, self._packed)
        return torch.cat([_dynamic(row_I[None], self._packed) for row_I in x_MI])  # each has a range of its own

    def _many(self, x_MI: Tensor) -> Tensor:
        """The integers themselves are multiplied; their scales then take a pass of the result, instead of one of all
        the weights."""
        if not multiplies_bytes():
            y_MO = F.linear(x_MI.to(arithmetic()), self._q_OI.to(arithmetic())).float()  # bf16 holds a byte exactly
        else:
            y_MO = _bytes_product(x_MI.float(), self._q_OI.t())
        return _scaled(y_MO, self._scale_O, self._bias_O)


class Int4(Integers):
    """Four bits a weight, a scale and a zero for each `GROUP` of inputs: about 8 % of error a layer."""

    _packed: Tensor
    _scales_GO2: Tensor
    _pairs_GHO: Tensor
    _bias_O: Tensor | None
    bits = 4

    def __init__(self, weight_OI: Tensor, bias_O: Tensor | None) -> None:
        super().__init__()
        self.out_features, self.in_features = weight_OI.shape
        weight_OI = F.pad(weight_OI.detach().float(), (0, 0, 0, -self.out_features % TILE))
        q_OI, scale_OG, zero_OG = four_bits(weight_OI)
        first_OGH, second_OGH = _in_groups(q_OI[: self.out_features]).chunk(2, 2)
        self._keep(
            _scales_GO2=torch.stack((scale_OG, zero_OG), 2).transpose(0, 1).contiguous().to(torch.bfloat16),
            _pairs_GHO=(first_OGH | second_OGH << 4).permute(1, 2, 0).contiguous(),
            _bias_O=None if bias_O is None else bias_O.detach().float(),
        )
        self._byte_O = (self.whole(torch.float32).abs().amax(1) / 127).clamp(min=1e-12)

    def answer_few(self) -> None:
        """As `Int8.answer_few`."""
        self.few = FEW_OF_4_BITS
        halves_GHO = (self._pairs_GHO & 15, self._pairs_GHO >> 4)
        q_OI = torch.cat(halves_GHO, 1).permute(2, 0, 1).flatten(1).int()
        q_OI = F.pad(q_OI, (0, 0, 0, -self.out_features % TILE))
        self._keep(_packed=torch._convert_weight_to_int4pack_for_cpu(q_OI, 2))

    def tiles(self, processor: Processor) -> Tiles:
        """As `Int8.tiles`."""
        return of_four(self._pairs_GHO, self._scales_GO2, self._bias_O, processor)

    def forward(self, x: Tensor, dropout: Dropout | None = None) -> Tensor:
        """As `Int8.forward`."""
        rows_MI = x.reshape(-1, self.in_features)
        y_MO = self._few(rows_MI) if len(rows_MI) <= self.few else self._many(rows_MI)
        return y_MO.to(x.dtype).view(*x.shape[:-1], -1)

    def whole(self, dtype: torch.dtype) -> Tensor:
        """The weights (O, I) that the integers stand for."""
        return self._unpacked(dtype).t()

    def _unpacked(self, dtype: torch.dtype, unit_O: Tensor | float = 1.0) -> Tensor:
        """The weights (I, O) as multiples of each output's unit, made in parts that stay in the processor's cache.

        Outputs lie side by side, as their scales do, so that torch takes many of both at once: 0.85 ms for 2.4 million
        weights, where groups side by side, all in one part, took 2.6.
        """
        G, H, outputs = self._pairs_GHO.shape
        scale_G1O, zero_G1O = (each[:, None] / unit_O for each in self._scales_GO2[:, :outputs].float().unbind(2))
        least_G1O = zero_G1O - 8 * scale_G1O  # what a 0 stands for
        made_GNO = torch.empty(G, GROUP, outputs, dtype=dtype)
        groups = max(1, IN_CACHE // (GROUP * outputs))
        q_G2HO, x_GNO = torch.empty(groups, 2, H, outputs, dtype=torch.uint8), torch.empty(groups, GROUP, outputs)
        for first in range(0, G, groups):
            part = slice(first, first + groups)
            pairs_GHO = self._pairs_GHO[part]
            q, x = q_G2HO[: len(pairs_GHO)], x_GNO[: len(pairs_GHO)]
            torch.bitwise_and(pairs_GHO, 15, out=q[:, 0])
            torch.bitwise_right_shift(pairs_GHO, 4, out=q[:, 1])
            torch.addcmul(least_G1O[part], x.copy_(q.flatten(1, 2)), scale_G1O[part], out=x)
            made_GNO[part] = x.round_() if dtype == torch.int8 else x
        return made_GNO.flatten(0, 1)

    def _few(self, x_MI: Tensor) -> Tensor:
        y_MO = torch._weight_int4pack_mm_for_cpu(x_MI.to(torch.bfloat16), self._packed, GROUP, self._scales_GO2)
        if y_MO.shape[1] != self.out_features:
            y_MO = y_MO[:, : self.out_features]
        return y_MO if self._bias_O is None else torch.add(self._bias_O, y_MO)

    def _many(self, x_MI: Tensor) -> Tensor:
        if not multiplies_bytes():
            return _product(x_MI, self.whole, self._bias_O)
        y_MO = _bytes_product(x_MI.float(), self._unpacked(torch.int8, self._byte_O))
        return _scaled(y_MO, self._byte_O, self._bias_O)


class PackedAdapted(nn.Module):
    """A packed layer and the adapters beside it, which stay as they are: their strength can still be turned."""

    def __init__(self, packed: nn.Module, adapters: Adapted) -> None:
        super().__init__()
        self.packed, self.adapters = packed, adapters

    def forward(self, x: Tensor, dropout: Dropout | None = None) -> Tensor:
        y: Tensor = self.packed(x)
        return self.adapters.added(x, y)


class Table(nn.Module):
    """The rows of the embedding in half the bytes, given out as the layers take them, in fp32."""

    def __init__(self, weight_VC: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight_VC.detach().to(torch.bfloat16), requires_grad=False)

    def forward(self, ids: Tensor) -> Tensor:
        return F.embedding(ids, self.weight).float()


def four_bits(weight_OI: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Integers 0 to 15 (O, I) as bytes, scale and zero (O, G) of `(q - 8) * scale + zero`.

    Of a few cuts of each group's range the one with the smallest squared error is taken: a single far weight would
    make the steps of its group coarse. In parts that stay in the processor's cache, in a seventh of the time.
    """
    parts = torch.split(weight_OI, max(1, IN_CACHE // weight_OI.shape[1]))
    q_OI, scale_OG, zero_OG = (torch.cat(made) for made in zip(*map(_four_bits_of_part, parts), strict=True))
    return q_OI, scale_OG, zero_OG


def _four_bits_of_part(weight_OI: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    groups_OGN = _in_groups(weight_OI)
    low, high = groups_OGN.amin(2), groups_OGN.amax(2)
    best = torch.full_like(low, torch.inf)
    q_OGN, scale_OG, zero_OG = torch.empty_like(groups_OGN), torch.empty_like(low), torch.empty_like(low)
    for clip in CLIPS:
        scale = ((high - low) * clip / 15).clamp(min=1e-12).to(torch.bfloat16).float()
        zero = ((high + low) / 2 + scale / 2).to(torch.bfloat16).float()
        q = ((groups_OGN - zero[..., None]) / scale[..., None]).round().add_(8).clamp_(0, 15)
        error = ((q - 8) * scale[..., None] + zero[..., None] - groups_OGN).square().sum(2)
        better = error < best
        best = torch.where(better, error, best)
        scale_OG, zero_OG = torch.where(better, scale, scale_OG), torch.where(better, zero, zero_OG)
        q_OGN = torch.where(better[..., None], q, q_OGN)
    return q_OGN.flatten(1).to(torch.uint8), scale_OG, zero_OG


def _in_groups(x_OI: Tensor) -> Tensor:
    return x_OI.view(len(x_OI), -1, GROUP)


def multiplies_bytes() -> bool:
    """Whether this processor adds up products of bytes in one instruction, and torch has the kernels for it.

    Without the instruction those kernels would saturate, or see only seven bits of each number.
    """
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_vnni")) and "fbgemm" in torch.backends.quantized.supported_engines


def _for_vnni(q_OI: Tensor, scale_O: Tensor, bias_O: Tensor | None) -> Any:
    """The weights in the order in which the kernel reads them."""
    zeros_O = torch.zeros(len(q_OI), dtype=torch.long)
    with warnings.catch_warnings():  # tensors of this kind will leave torch one day; the pinned version has them
        warnings.filterwarnings("ignore", "torch.quantize_per_tensor", UserWarning)
        quantised = torch._make_per_channel_quantized_tensor(q_OI, scale_O.double(), zeros_O, 0)
    return torch.ops.quantized.linear_prepack(quantised, bias_O)


def no_weights() -> Any:
    """What `_for_vnni` makes of next to nothing."""
    return _for_vnni(torch.zeros(1, 1, dtype=torch.int8), torch.ones(1), None) if multiplies_bytes() else None


def _dynamic(x_1I: Tensor, packed: Any) -> Tensor:
    """The product with a row (1, I) or (1, 1, I) whose own range becomes eight bits; fp32."""
    y_1O: Tensor = torch.ops.quantized.linear_dynamic.default(x_1I, packed, False)
    return y_1O


def _bytes_product(x_MI: Tensor, q_IO: Tensor) -> Tensor:
    """The product with rows that become eight bits each in its own range, as `_dynamic` makes of one; fp32 (M, O).

    Twice as fast as in bf16: the processor multiplies twice as many bytes in one instruction.
    """
    low_M1, high_M1 = x_MI.amin(1, keepdim=True), x_MI.amax(1, keepdim=True)  # a norm takes 25 times as long
    scale_M1 = torch.maximum(high_M1, low_M1.neg_()).div_(127).clamp_(min=1e-30)
    x8_MI = (x_MI / scale_M1).round_().to(torch.int8)
    return torch._int_mm(x8_MI, q_IO).float().mul_(scale_M1)


def _scaled(y_MO: Tensor, scale_O: Tensor, bias_O: Tensor | None) -> Tensor:
    return y_MO.mul_(scale_O) if bias_O is None else torch.addcmul(bias_O, y_MO, scale_O, out=y_MO)


def _product(x_MI: Tensor, whole: Callable[[torch.dtype], Tensor], bias_O: Tensor | None) -> Tensor:
    dtype = arithmetic()
    return F.linear(x_MI.to(dtype), whole(dtype), None if bias_O is None else bias_O.to(dtype))


def arithmetic() -> torch.dtype:
    """The precision in which this processor multiplies matrices fastest."""
    return torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16") else torch.float32
