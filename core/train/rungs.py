"""What to give up when memory runs out in the middle of a training: speed first, and never what is learnt.

Each rung computes fewer sequences at once, or each block twice; the batch, and so the step, stays the same. Knows no
tensor but for the errors that say that memory is out.
"""

from dataclasses import dataclass, replace
from typing import Final

import torch

WORDS: Final = ("can't allocate memory", "not enough memory", "out of memory")  # of torch's plain errors


@dataclass(frozen=True, slots=True)
class Rung:
    """How a batch is computed: so many sequences at once, and whether blocks are computed again for their gradients."""

    at_once: int
    checkpointing: bool

    def lower(self) -> "Rung | None":
        """The next one, in less memory; None below the last."""
        if self.at_once > 1:
            return replace(self, at_once=self.at_once // 2)
        return None if self.checkpointing else replace(self, checkpointing=True)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether it says that there is no memory left, on whatever device."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in WORDS)
