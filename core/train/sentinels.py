"""What goes wrong in numbers, and what to do about it. Pure: numbers in, a verdict out; acts on nothing itself."""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

Verdict: TypeAlias = Literal["skip", "turn back", "give up"]

IN_A_ROW: Final = 3  # steps without a finite number, after which it is no accident
STRIKES: Final = 3  # times to turn back before giving up
SLOWER: Final = 0.5  # of the learning rate, each time


@dataclass(slots=True)
class Strikes:
    """Counts steps that gave no finite number, and how often it turned back for them."""

    turned: int = 0
    row: int = 0

    def failed(self) -> Verdict:
        """One more step failed."""
        self.row += 1
        if self.row < IN_A_ROW:
            return "skip"
        self.row = 0
        self.turned += 1
        return "give up" if self.turned > STRIKES else "turn back"

    def went_well(self) -> None:
        self.row = 0


@dataclass(slots=True)
class Patience:
    """How long held-out text has not got better. `most` looks are waited; None is for ever."""

    most: int | None
    looks: list[tuple[int, float]] = field(default_factory=list)

    def looked(self, step: int, bits: float) -> None:
        if not self.looks or self.looks[-1][0] < step:
            self.looks.append((step, bits))

    def forget_after(self, step: int) -> None:
        self.looks = [look for look in self.looks if look[0] <= step]

    @property
    def best_step(self) -> int | None:
        return min(self.looks, key=lambda look: look[1])[0] if self.looks else None

    @property
    def is_over(self) -> bool:
        """Whether the last looks brought nothing."""
        if self.most is None or not self.looks:
            return False
        since = sum(step > (self.best_step or 0) for step, _ in self.looks)
        return since >= self.most
