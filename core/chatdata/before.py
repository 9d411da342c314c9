"""Before a training on a model that talks, that model asks what the posts answer: a bot that only learnt to go on with
posts would answer nobody. Takes a share of the time, and what it made stays for the next training. Knows no window.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path

from core import chatrows, weights
from core.bot import Bot
from core.chatdata.make import make
from core.documents import Document
from core.errors import Trouble
from core.events import Note, Progress, Stop, Work
from core.examples.build import documents_of
from core.examples.make import examples
from core.generate.templates import PLAIN, suiting
from core.ladders import Ladder
from core.paths import Project
from core.plan import DEFAULT_MINUTES, LEAST_CHARACTERS, Wish, asking_seconds, duration
from core.runs import NOTHING, Outcome
from core.tokenizers import pretrained
from core.train import ladder, loop
from core.train.ladder import Start
from core.train.prepare import read, sections_of


def train(project: Project, wish: Wish, stop: Stop) -> Work[Outcome]:
    """As `loop.train`; on a model that talks, questions first, in a share of the same time."""
    left = yield from asked(project, wish, wish.base, stop)
    return NOTHING if left is None else (yield from loop.train(project, left, stop))


def climb(project: Project, wish: Wish, characters: int, bases: Sequence[Start], stop: Stop) -> Work[Ladder]:
    """As `ladder.climb`; the first base that talks asks for all of them."""
    wish = replace(wish, minutes=wish.minutes or ladder.DEFAULT_MINUTES)
    first = next((start.folder for start in bases if talks(start.folder)), None)
    left = yield from asked(project, wish, first, stop)
    return (yield from ladder.climb(project, left or wish, characters, bases, stop))


def asked(project: Project, wish: Wish, base: Path | None, stop: Stop) -> Work[Wish | None]:
    """Make questions where there is time and a model for it; returns the wish for what is left, None when stopped."""
    seconds = asking_seconds(wish)
    if base is None or not seconds or not talks(base):
        return wish
    began = time.monotonic()
    yield from ask(project, base, seconds, stop)
    minutes = (wish.minutes or DEFAULT_MINUTES) - (time.monotonic() - began) / 60
    return None if stop() else replace(wish, minutes=minutes)


def talks(base: Path) -> bool:
    """Whether a model has marks for turns. One that cannot be read does not: the training says what is wrong."""
    try:
        source = weights.look(base)
        tokenizer = pretrained.read(base / weights.TOKENIZER, weights.end(source), source.shape.vocab)
        return suiting(tokenizer) is not PLAIN
    except Trouble:
        return False


def ask(project: Project, base: Path, seconds: float, stop: Stop) -> Work[None]:
    """Questions, answers from notes and rehearsal for so many seconds, as many as a training can use."""
    view = yield from read(project, stop)
    if view is None:
        return
    sections = sections_of(view)
    if sum(section.own_characters for section in sections) < LEAST_CHARACTERS:
        return  # the training says so
    learnt = documents_of(sections, "train")
    before = len(chatrows.load(project))
    yield Note(
        f"First the model asks itself what your posts answer, so that it learns to answer: {duration(seconds)} at most."
    )
    yield Progress(0, 0, "Waking the model")
    until = time.monotonic() + seconds
    rows = yield from make(
        project,
        Bot.of_base(base),
        base.resolve().name,
        learnt,
        wanted(learnt),
        lambda: stop() or time.monotonic() >= until,
    )
    yield Note(f"{len(rows) - before:,} examples were made, and are kept among your examples.")


def wanted(learnt: Sequence[Document]) -> int:
    """How many questions a training can use; a fifth of them fits too badly and is left out."""
    own = list(examples(learnt))
    has_talk = any(one.kind in chatrows.TALK for one in own)
    return ceil(chatrows.room("question", len(own), has_talk=has_talk) / chatrows.KEPT)
