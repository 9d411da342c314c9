"""A factor on the loss, so that gradients in fp16 neither vanish nor overflow (Micikevicius, 1710.03740). Pure.

fp16 has five bits for the exponent: what is smaller than 6e-8 is nothing and what is larger than 65,504 infinite. The
factor is halved when a step overflows, and that step is made again; after many steps without, it is doubled. Powers of
two change no digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# torch's GradScaler begins with 65,536 for losses that are means; ours are sums over about a thousand targets.
START: Final = 64.0
LEAST, MOST = 2.0**-14, 2.0**16
PATIENCE: Final = 2_000  # steps without an overflow, as there


@dataclass(slots=True)
class Scaler:
    """`good` steps in a row were finite with this factor."""

    factor: float = START
    good: int = 0

    def overflowed(self) -> bool:
        """A gradient was infinite: whether there is a smaller factor to try the step again with."""
        if self.factor <= LEAST:
            return False
        self.factor, self.good = self.factor / 2, 0
        return True

    def went_well(self) -> None:
        self.good += 1
        if self.good >= PATIENCE:
            self.factor, self.good = min(MOST, 2 * self.factor), 0

    def told(self) -> list[float]:
        """What a resumed training needs to go on as if nothing had happened."""
        return [self.factor, float(self.good)]

    def restore(self, told: Sequence[float]) -> None:
        self.factor, self.good = told[0], int(told[1])
