"""Keys and values of the tokens read so far, so that each new token costs one pass. Knows no model and no text."""

from typing import TypeAlias

import torch
from torch import Tensor

from core.shape import Shape

# Shape suffixes: B batch, K key/value heads, T new tokens, S tokens so far, D head width.

KeysValues: TypeAlias = tuple[Tensor, Tensor]


class Cache:
    """Buffers for `length` tokens, allocated once. `used` of them are filled; what lies behind is meaningless."""

    def __init__(
        self,
        shape: Shape,
        length: int,
        batch: int = 1,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        size = (shape.layers, batch, shape.kv_heads, length, shape.head_width)
        self._keys = torch.empty(size, dtype=dtype, device=device)
        self._values = torch.empty(size, dtype=dtype, device=device)
        self.length = length
        self.used = 0

    def extend(self, layer: int, k_BKTD: Tensor, v_BKTD: Tensor) -> KeysValues:
        """Write one layer's new tokens behind the used ones; returns everything up to them.

        `used` grows only when the decoder has passed its last layer.
        """
        end = self.used + k_BKTD.shape[2]
        self._keys[layer, :, :, self.used : end] = k_BKTD
        self._values[layer, :, :, self.used : end] = v_BKTD
        return self._keys[layer, :, :, :end], self._values[layer, :, :, :end]

    def truncate(self, used: int) -> None:
        """Forget every token after the first `used`."""
        if not 0 <= used <= self.used:
            raise ValueError(f"cannot keep {used} of {self.used} tokens")
        self.used = used
