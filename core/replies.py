"""What is asked of a bot and what comes back, as data. Knows no torch: the window and the command line use it too."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant"]

# What a bot says of itself, wherever it is talked to.
FROM_SCRATCH: Final = (
    "This is a small model trained from scratch on your writing. "
    "It continues text in your style; it does not answer questions."
)


# Of a model that was taught to talk before it learnt from the writer.
ADAPTED: Final = "This bot answers in your style. It can be wrong: what has no source is its own words."
UNTRAINED: Final = (
    "This is a base model with your notes. It has not been trained on your writing yet, "
    "so it borrows your facts and some of your tone."
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the next token is chosen. A temperature of 0 always takes the likeliest; a limit of 0, or 1.0, is off.

    The same seed, prompt and settings give the same text. Without a seed each reply is new.
    """

    temperature: float = 0.8
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.05
    repetition: float = 1.05  # divides the logits of tokens already written in this reply
    length: int = 300  # tokens at most
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.temperature < 0 or self.top_k < 0 or self.length < 1 or self.repetition < 1:
            raise ValueError("temperature and top_k may not be negative; length and repetition are at least 1")
        if not 0 < self.top_p <= 1 or not 0 <= self.min_p < 1:
            raise ValueError("top_p must be in (0, 1] and min_p in [0, 1)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more text of a reply, whole characters only, as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply; `ended` tells whether the model itself came to an end."""

    text: str
    tokens: int
    seconds: float
    ended: bool
    stopped: bool

    @property
    def tokens_per_second(self) -> float:
        return self.tokens / self.seconds if self.seconds else 0.0
