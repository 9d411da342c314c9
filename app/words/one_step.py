"""The sentences of `One step`: reading, comparing, blaming, moving. Knows no widget."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from app.words import number
from app.words.inside import piece
from app.words.inside_here import likelier, odds
from core.inside.reports import Moved, Token

FORWARD: Final = "How surprised it was by each piece, in nats"
LOSS: Final = "The loss before and after this step"
BACKWARD: Final = "How strongly the loss pulls at each part"
UPDATE: Final = "Six numbers, before and after"
BEFORE: Final = "before"
AFTER: Final = "after"
AND_AGAIN: Final = "And again, with the next text: thousands of times."


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a step: its plain name, what books call it, and what happens."""

    name: str
    term: str
    story: str


STAGES: Final = (
    Stage(
        "Read",
        "forward pass",
        "At each place it gives every piece a chance. Below: how surprised it was by what came, in nats: 0 is certain, "
        "0.7 a coin toss, 7 one chance in a thousand.",
    ),
    Stage("Compare", "loss", "The surprise at all pieces becomes one number. Training wants it smaller."),
    Stage(
        "Blame", "backward pass", "Which way would each number have been less wrong? How strongly that pulls, by part:"
    ),
    Stage("Move", "update", "Each number moves a little that way. The pull says which way, the learning rate how far."),
)
PARTS: Final = {"norm": "last norm", "head": "output"}
TABLES: Final = ("embedding.weight", "head.weight")


def part(name: str) -> str:
    return PARTS.get(name, name)


def weight(moved: Moved) -> str:
    """A number in the model, by its place in its row."""
    return "number " + moved.name[moved.name.rindex(" ") + 1 : -1]


def six_of(weights: Sequence[Moved], token: Token, rate: float) -> str:
    """Whose numbers are shown, and by how much they move."""
    if not weights:
        return "…"
    table = weights[0].name.partition("[")[0]
    whose = f"that stand for {piece(token)}" if table in TABLES else f"of {table}"
    return f"Six of the numbers {whose}, at a learning rate of {rate:.2g}:"


def as_many(before: float, after: float | None) -> str:
    """The loss as a number of pieces that one could choose from blindly."""
    first = f"It was as unsure as between {number(round(exp(before)))} pieces of equal chance"
    return f"{first} …" if after is None else f"{first}, and {number(round(exp(after)))} after it."


def was_hardest(token: Token, chance_before: float, chance_after: float | None) -> str:
    before = f"It was most surprised by {piece(token)}: {odds(chance_before)} before this step"
    if chance_after is None:
        return f"{before} …"
    times = likelier(chance_before, chance_after)
    return f"{before}, {odds(chance_after)} after it{f': {times}' if times else ''}."
