"""Lets a bot, and what it came from, speak to the same prompts, so that both can be measured. Judges nothing.

What a bot came from is the bot without what its adapters learnt, or where all weights were trained, the base itself.
It speaks twice: as it is, and told who the writer is, with two of the writer's replies as examples: that is the bot one
has without any training.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeVar

from core import persona, retrieval, talk
from core.asking import Ask
from core.bot import Bot
from core.documents import Document
from core.errors import Trouble
from core.events import Progress, Stop, Work, drain
from core.examples.example import Example
from core.replies import Reply, Sampling, Turn
from core.retrieval import Found
from core.runs import Run

T = TypeVar("T")

LENGTH: Final = 120  # tokens of a reply
PIECE: Final = 500  # characters of a text that is compared
OPENING: Final = 80  # characters that a text is begun with
SHORT: Final = 40  # characters below which a text has no style
NO_NOTES: Final = Found((), 0.0, asked=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a run may be measured on: the writer's own, by side."""

    learnt: Sequence[Document]
    unseen: Sequence[Document]
    asked: Sequence[Example]  # held-out replies of the writer, with what was said before

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What retrieval must not find meanwhile."""
        return sorted({(document.source, document.key) for document in self.unseen})

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What others said and the writer answered, of what was learnt."""
        replies = (one for one in self.learnt if one.role == "me" and one.context)
        return [(one.context[-1].text, one.text) for one in replies]


@dataclass(frozen=True, slots=True)
class Base:
    """What a bot came from."""

    bot: Bot
    is_within: bool  # the bot itself, with its adapters turned off

    def do(self, what: Callable[[Bot], T]) -> T:
        """What comes of it when the base does it."""
        if not self.is_within:
            return what(self.bot)
        self.bot.set_strength(0.0)
        try:
            return what(self.bot)
        finally:
            self.bot.set_strength(1.0)


@dataclass(slots=True)
class Said:
    """Prompts, what the writer said to them, and what the bot and its base say."""

    prompts: list[str] = field(default_factory=list)
    mine: list[str] = field(default_factory=list)
    bot: list[Reply] = field(default_factory=list)
    base: list[Reply] = field(default_factory=list)  # as it is
    prompted: list[Reply] = field(default_factory=list)  # told who the writer is


def base_of(bot: Bot, run: Run | None = None) -> Base | None:
    """What a bot came from; None for one from nothing, or where the base is no longer on this computer."""
    if bot.adapted:
        return Base(bot, is_within=True)
    base = run.recipe().base if run is not None else None
    if base is None:
        return None
    try:
        return Base(Bot.of_base(Path(base.folder)), is_within=False)
    except Trouble:
        return None


def talked(bot: Bot, base: Base | None, writing: Writing, count: int, stop: Stop) -> Work[Said | None]:
    """Replies to what the writer was asked, or where that is little, texts gone on with from their beginnings."""
    said = Said()
    asks = [*questions(writing, count)] if bot.follows else []
    if len(asks) < count // 2:
        asks = beginnings(writing, count)
    for n, (ask, mine) in enumerate(asks):
        said.prompts.append(ask.question)
        said.mine.append(mine)
        said.bot.append(speak(bot, ask, drawn(n), stop))
        if base is not None:
            said.base.append(base.do(lambda it: speak(it, ask, drawn(n), stop, is_told=False)))  # noqa: B023
            if bot.follows:
                shots = retrieval.nearest(writing.pairs, ask.question)
                said.prompted.append(base.do(lambda it: speak(it, ask, drawn(n), stop, shots=shots)))  # noqa: B023
        if stop():  # perhaps in the middle of a reply, which then says nothing of the bot
            return None
        yield Progress(n + 1, len(asks), "Listening to it")
    return said


def questions(writing: Writing, count: int) -> list[tuple[Ask, str]]:
    fitting = [one for one in writing.asked if len(one.answer) >= SHORT and one.turns[-1].role == "user"]
    return [(Ask(turns=one.turns, notes=False), one.answer[:PIECE]) for one in fitting[:count]]


def beginnings(writing: Writing, count: int) -> list[tuple[Ask, str]]:
    """Unseen texts in pieces, from all documents in turn: the beginning is given, the rest is compared."""
    found: list[tuple[Ask, str]] = []
    depth = 0
    while len(found) < count and any(len(document.text) > depth * (PIECE + OPENING) for document in writing.unseen):
        for document in writing.unseen:
            at = depth * (PIECE + OPENING)
            begin = document.text.rfind(" ", at, at + OPENING)
            rest = document.text[begin + 1 : begin + 1 + PIECE]
            if begin > at and len(rest) >= PIECE // 2 and len(found) < count:
                turns = (Turn("user", document.text[at:begin].strip()),)
                found.append((Ask(turns=turns, mode="continue", notes=False), rest))
        depth += 1
    return found


def drawn(seed: int) -> Sampling:
    """How a reply is drawn that is compared with the writer's own."""
    return Sampling(temperature=0.8, length=LENGTH, seed=seed)


def speak(
    bot: Bot,
    ask: Ask,
    how: Sampling,
    stop: Stop,
    *,
    is_told: bool = True,
    shots: Sequence[tuple[str, str]] = (),
) -> Reply:
    """One reply, broken off where `stop` says so. Not `is_told`, the bot is asked as anybody's model would be, without
    a word on the writer."""
    asked = replace(ask, sampling=how)
    turns = talk.told(bot, asked, NO_NOTES, shots)
    if not is_told:
        turns = [turn for turn in turns if turn.role != "system"]
    return drain(talk.once(bot, asked, turns, how, stop))[1]


def told_before(bot: Bot, writing: Writing) -> list[int]:
    """What stands before an answer of a bot that is told who the writer is, as ids."""
    shots = persona.shots(retrieval.nearest(writing.pairs, ""))
    turns = [persona.system(""), *shots, Turn("user", persona.going_on(""))]
    return bot.fitting(turns, bot.model.shape.context)
