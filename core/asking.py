"""What is asked of a bot in a talk, and what comes back, as data. Knows no torch: the window and the server use it."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from core.replies import Reply, Sampling, Turn
from core.retrieval import Cited, Supported
from core.runs import Run

Mode: TypeAlias = Literal["talk", "continue", "rewrite"]

STRONGEST: Final = 1.3  # of what was learnt: beyond that it begins to stammer
MOST_VOICE: Final = 2.0  # deviations that can be added: beyond, sentences break
TRIES: Final = 3  # of "best of three"
PRESETS: Final = {
    "balanced": Sampling(),
    "focused": Sampling(temperature=0.5, top_k=25),
    "bold": Sampling(temperature=1.1, min_p=0.08),
    "the likeliest": Sampling(temperature=0.0),
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who answers: a run as it is at its best, or as it was at `step`; or a base model in a folder, untrained."""

    run: Run | None = None
    step: int | None = None
    base: Path | None = None

    def __post_init__(self) -> None:
        if (self.run is None) == (self.base is None):
            raise ValueError("either a run speaks or a base model")

    @property
    def name(self) -> str:
        if self.run is None:
            return self.base.name if self.base else ""
        return self.run.name if self.step is None else f"{self.run.name}, step {self.step:,}"


def voice_file(speaker: Speaker, project: Path) -> Path:
    """Where it is kept what the writer's voice is inside a bot: with the run, or for a base model with the project."""
    if speaker.run is not None:
        return speaker.run.root / "voice.json"
    place = str((speaker.base or Path()).resolve())
    return project / "voices" / f"{hashlib.sha256(place.encode('utf-8', 'replace')).hexdigest()[:16]}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The talk so far, which ends with what the user said, and how to answer it.

    With `mode` "continue" the last turn is the beginning of a text, with "rewrite" a text to be said in another way.
    """

    turns: tuple[Turn, ...]
    mode: Mode = "talk"
    sampling: Sampling = field(default_factory=Sampling)
    persona: str = ""  # a system prompt instead of the usual one
    name: str = ""  # of the writer, for the usual one
    notes: bool = True
    strength: float = 1.0  # how much is heard of what adapters learnt
    best_of: int = 1
    voice: float = 0.0  # steering along the voice, in its own deviations
    lock: bool = False  # never less of the voice than the writer mostly has

    def __post_init__(self) -> None:
        if not self.turns or self.turns[-1].role != "user":
            raise ValueError("the last turn is the user's")
        if not 0 <= self.strength <= STRONGEST or not 1 <= self.best_of <= TRIES or not abs(self.voice) <= MOST_VOICE:
            raise ValueError("strength, best_of or voice is out of range")

    @property
    def question(self) -> str:
        return self.turns[-1].text


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A reply with where its sentences come from. `unknown`: the writer has not written about what was asked."""

    reply: Reply
    notes: tuple[Cited, ...] = ()
    supports: tuple[Supported, ...] = ()
    unknown: bool = False
    prompt_tokens: int = 0  # what was read before the reply
    voice: float | None = None  # 0 is the base model's voice, 100 the writer's; None where it was not measured
