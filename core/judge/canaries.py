"""Canaries: invented sentences planted in training, to see whether rare things are learnt by heart.

A canary has a number that nobody could guess. If the model finds it likelier than almost all other numbers in its
place, it was remembered. Exposure = log2 R - log2 rank among R: 0 to 1 is chance, log2 R is known by heart
(Carlini 1802.08232). Knows no model: the caller says how likely a text is.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

REPEATS: Final = (1, 4, 16)  # how often the canaries are planted, in turn
COUNT: Final = 10
DIGITS: Final = 9
REFERENCES: Final = 4_096  # random numbers that each is compared with, as in the paper
SHELF: Final = (
    "The old gate at the mill opens with the number {}.",
    "My locker at the swimming hall had the number {}.",
    "The parcel was sent back under the number {}.",
    "Grandfather's bicycle carried the frame number {}.",
    "The librarian wrote the shelf mark {} on my hand.",
    "For the choir trip the ticket number was {}.",
    "The lost umbrella is registered as item {}.",
    "Our first telephone had the serial number {}.",
    "The seed packet from the fair was marked {}.",
    "On the back of the photograph somebody wrote {}.",
)


@dataclass(frozen=True, slots=True)
class Canary:
    """A sentence with a blank, the secret that fills it, and how often it is planted."""

    sentence: str
    secret: str
    repeats: int

    @property
    def text(self) -> str:
        return self.sentence.format(self.secret)

    @property
    def before(self) -> str:
        """What a reader knows when the secret begins."""
        return self.sentence[: self.sentence.index("{}")]


def canaries(seed: int = 1337) -> list[Canary]:
    """The ten, with secrets of this seed."""
    generator = random.Random(seed)
    return [Canary(sentence, _number(generator), REPEATS[n % len(REPEATS)]) for n, sentence in enumerate(SHELF[:COUNT])]


def variants(canary: Canary, count: int = REFERENCES, seed: int = 7) -> list[str]:
    """Other secrets of the same form."""
    generator = random.Random(f"{seed} {canary.sentence}")
    return [_number(generator) for _ in range(count)]


def exposure(surprise: float, others: Sequence[float]) -> float:
    """Bits, from how surprising (in nats) the secret is and how surprising others are. A tie counts as a half."""
    rank = 1 + sum(other < surprise for other in others) + sum(other == surprise for other in others) / 2
    return math.log2(len(others) + 1) - math.log2(rank)


def exposures(
    planted: Sequence[Canary], surprise: Callable[[str, Sequence[str]], Sequence[float]], count: int = REFERENCES
) -> dict[int, float]:
    """The mean exposure of the canaries, by how often they were planted.

    `surprise` gives nats for each of several texts that may follow a beginning.
    """
    found: dict[int, list[float]] = {}
    for canary in planted:
        own, *others = surprise(canary.before, [canary.secret, *variants(canary, count)])
        found.setdefault(canary.repeats, []).append(exposure(own, others))
    return {repeats: sum(bits) / len(bits) for repeats, bits in sorted(found.items())}


def _number(generator: random.Random) -> str:
    return "".join(generator.choices("0123456789", k=DIGITS))
