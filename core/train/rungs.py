"""What to give up when memory runs out in the middle of a training: speed first, and never what is learnt.

Each rung computes fewer sequences at once, or each block twice; the batch, and so the step, stays the same. In a team
all processes leave a step together and take the next rung together, or they would cut a batch in different ways. Knows
no tensor but for the errors that say that memory is out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import torch

from core.errors import MemoryTrouble
from core.train.memory import give_back
from core.train.together import any_of

T = TypeVar("T")

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


class ShortElsewhere(Exception):
    """Another process of the team has too little memory for this step. All have heard so, and give it up."""


def in_memory(compute: Callable[[], T], step_down: Callable[[], None]) -> T:
    """What `compute` gives. Where it is too much for the memory of any process, all of them `step_down` and try again.

    `compute` changes nothing that a second one would not begin anew. Whatever processes exchange inside it they ask
    `go_on_together` before: whoever waits for one that has no memory left would wait for ever.
    """
    while True:
        try:
            found = compute()
        except ShortElsewhere:
            pass
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            any_of(True)
        else:
            if not any_of(False):
                return found
            del found
        step_down()  # where the error is gone, and with it all that its frames held in memory
        give_back()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def go_on_together() -> None:
    """Raise ShortElsewhere when another process has given this step up."""
    if any_of(False):
        raise ShortElsewhere


def below(rung: Rung) -> Rung:
    """The rung below; MemoryTrouble when there is none."""
    lower = rung.lower()
    if lower is None:
        raise MemoryTrouble(
            "The memory of this computer is too small for this training, even one sequence at a time.",
            fix="Close other programs and press Continue, or train a smaller model.",
        )
    return lower


def is_out_of_memory(error: BaseException) -> bool:
    """Whether it says that there is no memory left, on whatever device."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in WORDS)
