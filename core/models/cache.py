"""Keys and values of the tokens read so far, so that each new token costs one pass. Knows no model and no text."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, TypeAlias

import torch
from torch import Tensor

from core.shape import Shape

# Shape suffixes: B batch, K key/value heads, T new tokens, S tokens so far, D head width.

KeysValues: TypeAlias = tuple[Tensor, Tensor]


class Cache:
    """A buffer for `length` tokens a layer, allocated once; `used` are filled, and what lies behind is meaningless."""

    is_still: ClassVar[bool] = False

    def __init__(
        self,
        shape: Shape,
        length: int,
        batch: int = 1,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        size = (shape.layers, 2, batch, shape.kv_heads, length, shape.head_width)
        self._whole = torch.empty(size, dtype=dtype, device=device)
        self._layers = [self._whole.select(0, layer) for layer in range(shape.layers)]
        self._place_T = torch.zeros(1, dtype=torch.long)
        self.length = length
        self.used = 0

    def extend(self, layer: int, k_BKTD: Tensor, v_BKTD: Tensor) -> KeysValues:
        """Write one layer's new tokens behind the used ones; returns everything up to them.

        `used` grows only when the decoder has passed its last layer.
        """
        used, new = self.used, k_BKTD.shape[2]
        keys_BKSD, values_BKSD = self.of(layer)
        keys_BKSD.narrow(2, used, new).copy_(k_BKTD)
        values_BKSD.narrow(2, used, new).copy_(v_BKTD)
        return keys_BKSD.narrow(2, 0, used + new), values_BKSD.narrow(2, 0, used + new)

    def of(self, layer: int) -> KeysValues:
        """The whole buffers of a layer (B, K, length, D)."""
        both = self._layers[layer]
        return both.select(0, 0), both.select(0, 1)

    def place(self, layer: int) -> tuple[Tensor, Tensor]:
        """Where a layer's next token goes, as tensors: the buffer (2, B, K, length, D) and `used` (1,)."""
        return self._layers[layer], self._place_T.fill_(self.used)

    @property
    def address(self) -> int:
        """Where all of it begins: layer for layer, keys and then values, one behind the other."""
        return self._whole.data_ptr()

    @property
    def device(self) -> torch.device:
        return self._layers[0].device

    @property
    def where(self) -> int | Tensor:
        """The position of the next token to be read."""
        return self.used

    def seen(self, window: int) -> Tensor | None:
        """Which of what `extend` gives the next token sees, where that is not all (T, S)."""
        return None

    def truncate(self, used: int) -> None:
        """Forget every token after the first `used`."""
        if not 0 <= used <= self.used:
            raise ValueError(f"cannot keep {used} of {self.used} tokens")
        self.used = used

    def copy(self, other: "Cache", used: int) -> None:
        """Hold the first `used` tokens of another cache of this shape, and nothing else."""
        for own, others in zip(self._layers, other._layers, strict=True):
            own.narrow(3, 0, used).copy_(others.narrow(3, 0, used))
        self.used = used


class StillCache(Cache):
    """A cache that can also take one token in a step that is always the same work on the same memory.

    Inside `standing()` the token's place is a number in a tensor, and all places are looked at, the later ones masked:
    so a GPU can replay a step that it recorded once, and a compiler sees no shape that changes.
    """

    is_still: ClassVar[bool] = True

    def __init__(
        self, shape: Shape, length: int, dtype: torch.dtype = torch.float32, device: torch.device | str = "cpu"
    ) -> None:
        super().__init__(shape, length, dtype=dtype, device=device)
        for both in self._layers:
            both.zero_()  # a masked place still takes part in sums, as 0 times what lies there
        self._at_T = torch.zeros(1, dtype=torch.long, device=device)
        self._places_S = torch.arange(length, device=device)
        self._is_standing = False

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Let the next step be that of the one token after the `used` ones.

        Inside, `used` is always 0 before the step: it would be a constant in what is recorded or compiled.
        """
        used, self.used, self._is_standing = self.used, 0, True
        self._at_T.fill_(used)
        try:
            yield
        finally:
            self.used, self._is_standing = used, False

    @property
    def where(self) -> int | Tensor:
        return self._at_T if self._is_standing else self.used

    def seen(self, window: int) -> Tensor | None:
        if not self._is_standing:
            return None
        seen_TS = self._places_S <= self._at_T[:, None]
        return seen_TS if not window else seen_TS & (self._places_S > self._at_T[:, None] - window)

    def extend(self, layer: int, k_BKTD: Tensor, v_BKTD: Tensor) -> KeysValues:
        """As in a cache that moves; while standing, all places are given, those after the new token too."""
        if not self._is_standing:
            return super().extend(layer, k_BKTD, v_BKTD)
        keys_BKSD, values_BKSD = self.of(layer)
        keys_BKSD.index_copy_(2, self._at_T, k_BKTD)
        values_BKSD.index_copy_(2, self._at_T, v_BKTD)
        return keys_BKSD, values_BKSD
