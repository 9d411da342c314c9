"""Several documents in one sequence, each as if it were alone: where a token stands in its own, and what is hidden from
it. Knows no text and no weights.
"""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

# Shape suffixes: B batch, T tokens.


@dataclass(frozen=True, slots=True, eq=False)
class Documents:
    """What is added to the scores of attention: minus infinity where a token is of another document, or comes later."""

    positions_BT: Tensor  # they begin at 0 in each document
    _hidden_B1TT: Tensor
    _slid_B1TT: Tensor | None  # for layers that see a window

    @classmethod
    def of(cls, starts_BT: Tensor, dtype: torch.dtype, window: int = 0) -> Self:
        """`starts_BT` tells of each token where in the sequence its document starts."""
        at_T = torch.arange(starts_BT.shape[1], device=starts_BT.device)
        seen_B1TT = ((starts_BT[:, :, None] == starts_BT[:, None]) & (at_T <= at_T[:, None]))[:, None]
        slid_B1TT = seen_B1TT & (at_T > at_T[:, None] - window) if window else None
        hidden = (_hidden(seen_B1TT, dtype), None if slid_B1TT is None else _hidden(slid_B1TT, dtype))
        return cls(at_T - starts_BT, *hidden)

    def hidden(self, window: int) -> Tensor:
        """(B, 1, T, T), for a layer with this window or, at 0, with none."""
        return self._slid_B1TT if window and self._slid_B1TT is not None else self._hidden_B1TT


def _hidden(seen: Tensor, dtype: torch.dtype) -> Tensor:
    return torch.zeros_like(seen, dtype=dtype).masked_fill_(~seen, float("-inf"))
