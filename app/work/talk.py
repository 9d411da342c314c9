"""The door to talks: one function that keeps the bots it woke awake. Knows no Qt."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from app.work import Task
from app.work.calibrating import Calibrating
from core.asking import Answer, Ask, Speaker
from core.corpus import Corpus, stamp_of
from core.documents import Document
from core.events import Progress, Stop, Work
from core.paths import Project, home
from core.preload import loading_torch

if TYPE_CHECKING:
    from core.bot import Bot
    from core.embeddings import Near
    from core.judge.copies import Copies
    from core.talk import Bots
    from core.voice import Voice

SHORTEST_COPY: Final = 50  # characters, as core/judge/copies.py has it

Talk: TypeAlias = Callable[[Speaker, Ask, Path | None], Task[Answer]]


class Talking:
    """Called with a speaker, what is asked and the corpus for notes, it gives the task of answering."""

    def __init__(self) -> None:
        self._bots: Bots | None = None
        self._near: Near | None = None
        self._calibrating = Calibrating()
        self.settle, self.end = self._calibrating.settle, self._calibrating.end

    def _meanings(self) -> "Near | None":
        """Embeddings are opened once; where there are none, it is looked again each time."""
        from core.embeddings import near_of

        self._near = self._near or near_of(home().root)
        return self._near

    def __call__(self, speaker: Speaker, ask: Ask, corpus: Path | None) -> Task[Answer]:
        def make(stop: Stop) -> Work[Answer]:
            bot, known = self._woken(speaker, corpus)
            from core import talk

            near = self._meanings()
            answering = talk.answer(bot, ask, corpus, stop, known=known, near=near)
            return self._calibrating.after(answering, corpus, near)

        return make

    def read_ahead(self, speaker: Speaker, ask: Ask, corpus: Path) -> Task[None]:
        """The task of reading what the answer to `ask` will begin with, while it is still typed."""

        def make(stop: Stop) -> Work[None]:
            yield Progress(0, 0)
            if stop():
                return
            bot, known = self._woken(speaker, corpus)
            from core import talk

            talk.read_ahead(bot, ask, corpus, stop, known=known, near=self._meanings())

        return make

    def _woken(self, speaker: Speaker, corpus: Path | None) -> "tuple[Bot, Voice | None]":
        """Who answers, awake, and what is known of the voice."""
        with loading_torch():
            from core import talk

        self._bots = self._bots or talk.Bots()
        bot = self._bots.get(speaker)
        return bot, talk.voice_of(bot, speaker, corpus.parent if corpus is not None else Path())


def find_voice(project: Project, base: Path) -> Task[bool]:
    """Find the writer's voice in a base model, so that it can be steered; whether it was found and not stopped."""

    def make(stop: Stop) -> Work[bool]:
        with loading_torch():
            from core.judge import listening

        return (yield from listening.find_voice(project, base, stop)) is not None

    return make


Marked: TypeAlias = tuple[tuple[int, int, str, str], ...]  # start, end, key of the document, its heading


class Shading:
    """Called with a project and a reply, it gives the task of finding what of it stands in the writing word for word.

    The index of a corpus is made once, and again when the corpus has changed. It runs beside the talk, never before it.
    """

    def __init__(self) -> None:
        self._stamp: tuple[object, ...] = ()
        self._index: Copies | None = None
        self._headings: dict[str, str] = {}

    def __call__(self, project: Project, reply: str) -> Task[Marked]:
        def make(stop: Stop) -> Work[Marked]:
            if len(reply) < SHORTEST_COPY or not project.corpus.is_file():
                return ()
            yield Progress(0, 0)
            index = self._index_of(project.corpus)
            return tuple((at.start, at.end, at.name, self._headings[at.name]) for at in index.find(reply))

        return make

    def _index_of(self, path: Path) -> "Copies":
        from core.judge.copies import Copies, Original

        stamp = (path, *stamp_of(path))
        if self._index is None or stamp != self._stamp:
            with Corpus(path) as corpus:
                own = [one for one in corpus.documents() if one.role == "me"]
            self._headings = {one.key: f"{one.title or one.thread or one.source}" for one in own}
            self._index, self._stamp = Copies(Original(one.key, one.text) for one in own), stamp
        return self._index


def document(project: Project, key: str) -> Task[Document | None]:
    """One document of the corpus, to be read; None when it is there no more."""

    def make(stop: Stop) -> Work[Document | None]:
        return _document(project, key)

    return make


def _document(project: Project, key: str) -> Work[Document | None]:
    yield Progress(0, 0)
    if not project.corpus.is_file():
        return None
    with Corpus(project.corpus) as corpus:
        return next((document for document in corpus.documents() if document.key == key), None)
