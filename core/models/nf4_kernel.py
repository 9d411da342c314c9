"""bitsandbytes' kernel that makes four-bit weights whole, where it can be had: on a card of NVIDIA's, when it imports.

The bytes are the same (core/models/nf4.py), so a training may begin with it and go on without. It is imported at its
first use: that takes seconds, and nobody else needs it.
"""

from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from core.models.nf4 import FourBit

NEAR = 1e-2  # of the largest weight: as near as bf16 can be


def of(device: torch.device) -> ModuleType | None:
    """The library, where it computes on such a device faster than plain torch; else None."""
    return _imported() if device.type == "cuda" else None


@lru_cache
def _imported() -> ModuleType | None:
    try:
        import bitsandbytes.functional as theirs
    except (ImportError, OSError, RuntimeError):  # not there, or made for another driver
        return None
    return theirs


def whole(theirs: ModuleType, layer: "FourBit", dtype: torch.dtype) -> Tensor:
    """The weights (O, I) that the bytes of a layer stand for."""
    count, blocks = layer.shape.numel(), -(-layer.shape.numel() // 64)
    scales = theirs.QuantState(absmax=layer.outer, code=layer.inner_levels, blocksize=256, dtype=torch.float32)
    state = theirs.QuantState(
        absmax=layer.inner[:blocks],
        shape=layer.shape,
        code=layer.levels,
        blocksize=64,
        quant_type="nf4",
        dtype=dtype,
        offset=layer.mean,
        state2=scales,
    )
    found: Tensor = theirs.dequantize_4bit(layer.pairs[: (count + 1) // 2, None], state)
    return found


def agrees(theirs: ModuleType, layer: "FourBit", ours: Tensor) -> bool:
    """Whether the kernel gives what plain torch made of the same bytes: asked once, on a card that nobody has tried."""
    found = whole(theirs, layer, ours.dtype)
    return found.shape == ours.shape and bool((found - ours).abs().max() <= NEAR * ours.abs().max())
