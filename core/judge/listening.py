"""Finds the writer's voice inside a model: what the writer said against what the model says to the same prompts.

A run's voice is found while it is measured; that of a base model, so that it can be steered before any training, on its
own, from writing that a later measuring does not ask for. Knows no window.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core import voice
from core.asking import Ask, Speaker, voice_file
from core.atomic import disk_errors, write_file
from core.bot import Bot
from core.corpus import Corpus
from core.curate.of_project import view as clean_view
from core.errors import Unsupported
from core.events import Progress, Stop, Work
from core.examples.build import documents_of, of_view
from core.judge.speaking import LENGTH, Base, Said, Writing, beginnings, drawn, questions, speak
from core.leaks import without_leaks
from core.paths import Project
from core.replies import Reply, Turn
from core.split import split
from core.voice import Voice

PROMPTS: Final = 40


def find_voice(project: Project, folder: Path, stop: Stop, count: int = PROMPTS) -> Work[Voice | None]:
    """The voice in a base model, kept beside the project; None, and nothing kept, when stopped.

    Raises Unsupported where there is too little writing to tell a voice by.
    """
    with Corpus(project.corpus) as corpus:
        view = yield from clean_view(corpus, stop)
    if view is None:
        return None
    learnt = documents_of(without_leaks(split(view.learnt())), "train")
    own = [document for document in learnt if document.role == "me"]
    asked = [example for example in of_view(view, "talk").train if example.kind in ("dialogue", "reply")]
    writing = Writing(learnt=learnt, unseen=own, asked=asked)
    asks = questions(writing, count)
    asks = asks if len(asks) >= count // 2 else beginnings(writing, count)
    yield Progress(0, len(asks), "Waking the model")
    bot = Bot.of_base(folder)
    said = yield from heard(bot, asks, stop)
    if said is None:
        return None
    found = voice_between(Base(bot, is_within=False), said)
    if found is None:
        raise Unsupported(
            "There is too little of your writing to tell your voice by.", fix="Add more of your writing first."
        )
    keep(found, voice_file(Speaker(base=folder), project.root))
    return found


def heard(bot: Bot, asks: Sequence[tuple[Ask, str]], stop: Stop) -> Work[Said | None]:
    """What the base says to these prompts beside what the writer said."""
    said = Said()
    for n, (ask, mine) in enumerate(asks):
        if stop():
            return None
        said.prompts.append(ask.question)
        said.mine.append(mine)
        said.base.append(speak(bot, ask, drawn(n), stop, is_told=False))
        yield Progress(n + 1, len(asks), "Listening to it")
    return None if stop() else said


def voice_between(base: Base, said: Said) -> Voice | None:
    """The direction from the base's replies to the writer's, as the base reads both; None for too few."""

    def pair(it: Bot, prompt: str, mine: str, theirs: Reply) -> voice.Read:
        encode = it.tokenizer.encode
        return it.fitting([Turn("user", prompt)], LENGTH), encode(mine), encode(theirs.text)

    told = [each for each in zip(said.prompts, said.mine, said.base, strict=True) if each[2].text.strip()]
    return base.do(lambda it: voice.find(it.model, [pair(it, *each) for each in told]))


def keep(found: Voice, path: Path) -> None:
    with disk_errors("keeping the voice"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, found.to_json().encode("ascii"))
