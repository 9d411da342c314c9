"""Rotary positions (RoFormer, 2104.09864). Knows no weights: where a token stands decides how far it turns."""

import torch
from torch import Tensor, nn

from core.shape import Shape

# Shape suffixes: B batch, H heads, T tokens, D head width.


class Rope(nn.Module):
    """The two halves of a head, or of its first `rope_width` numbers, turn by an angle that grows with position."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: Shape, local: bool = False) -> None:
        """`local` is the one of layers that slide, where those have their own: it is never stretched."""
        super().__init__()
        half = shape.turned // 2
        theta = shape.rope_local_theta if local else shape.rope_theta
        speeds = theta ** -(torch.arange(half, dtype=torch.float64) / half)
        gain = 1.0 if local else shape.rope_gain
        if shape.rope_divisors and not local:
            speeds = speeds / torch.tensor(shape.rope_divisors, dtype=torch.float64)
        angles = torch.arange(shape.context, dtype=torch.float64)[:, None] * speeds
        self.register_buffer("cos", (angles.cos() * gain).float(), persistent=False)
        self.register_buffer("sin", (angles.sin() * gain).float(), persistent=False)
        self._still = shape.head_width - shape.turned

    def forward(self, x_BHTD: Tensor, start: int | Tensor) -> Tensor:
        """`start` is where the first token stands; as a tensor (T,), or (B, T), where each does."""
        if not self._still:
            return self._turn(x_BHTD, start)
        turning, still = x_BHTD.tensor_split([x_BHTD.shape[3] - self._still], dim=3)
        return torch.cat((self._turn(turning, start), still), dim=3)

    def _turn(self, x_BHTD: Tensor, start: int | Tensor) -> Tensor:
        span = slice(start, start + x_BHTD.shape[2]) if isinstance(start, int) else start
        cos, sin = self.cos[span], self.sin[span]
        if cos.ndim == 3:  # (B, T, D / 2): the same for all heads
            cos, sin = cos[:, None], sin[:, None]
        left, right = x_BHTD.chunk(2, dim=3)
        return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=3)
