"""The sentences of the first tour: five stops, each with something to read and something to try. Knows no widget."""

from dataclasses import dataclass
from typing import Final

from app.words import number
from core.inside.reports import View

TOUR_TITLE: Final = "The first tour"
NEXT: Final = "Next"
PREVIOUS: Final = "Back"
END_TOUR: Final = "End the tour"
TRAINING_NOW: Final = "Your bot is training while you read this."


def stop_of(number_: int, total: int) -> str:
    return f"Stop {number_} of {total}"


@dataclass(frozen=True, slots=True)
class TourStop:
    """A place on the tour: the view, what to read, and something to try."""

    view: View
    heading: str
    read: str
    try_it: str
    minutes: int


STOPS: Final[tuple[TourStop, ...]] = (
    TourStop(
        "tokens",
        "It does not read letters, and it does not read words",
        "Your bot reads pieces. It made them itself, by gluing together what stands side by side most often in your "
        "writing. A word you love is one piece; a word you used once is spelt out.",
        "Type your own name into the text field. How many pieces are you?",
        2,
    ),
    TourStop(
        "pairs",
        "The simplest bot in the world",
        "Count which piece follows which, then throw dice by those counts. That is a language model already, and it "
        "took no training. It writes nonsense in your rhythm. Everything your bot adds is the distance on the ruler.",
        "Give it a word you often begin with. Compare the two texts.",
        2,
    ),
    TourStop(
        "attention",
        "Looking back",
        "Counting only sees the last piece. Your bot looks at all of them: each head is a habit of looking back that "
        "it found by itself. Early in a training they are all smooth; then some become sharp.",
        "Choose the sharpest square. Walk through it with the arrow keys: who looks at whom?",
        2,
    ),
    TourStop(
        "step",
        "How it learns",
        "Read, compare, blame, move: four things, thousands of times. Forward pass, loss, backward pass, update. "
        "Below is one such step with the real numbers of your bot, at the point where it was last saved.",
        "Look at the piece that surprised it most: how much likelier is it after a single step?",
        2,
    ),
    TourStop(
        "sampling",
        "It never chooses a word",
        "It gives every piece a chance, and dice are thrown. Temperature sharpens the chances or flattens them: that "
        "is why a cool bot repeats itself and a hot one stumbles. Nothing else about it changes.",
        "Pull the temperature to both ends. Then choose a piece yourself, and write a sentence together.",
        2,
    ),
)


def training_live(step: int, steps: int, loss: float, rate: float) -> str:
    """What the running training does just now."""
    return (
        f"Right now: step {number(step)} of {number(steps)}. Loss {loss:.3f} nats a piece, and each number moves by "
        f"about {rate:.5f} at most."
    )
