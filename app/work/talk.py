"""The door to talks: one function that keeps the bots it woke awake. Knows no Qt."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.work import Task
from core.asking import Answer, Ask, Speaker
from core.corpus import Corpus
from core.documents import Document
from core.events import Progress, Stop, Work
from core.paths import Project
from core.preload import loading_torch

if TYPE_CHECKING:
    from core.talk import Bots

Talk: TypeAlias = Callable[[Speaker, Ask, Path | None], Task[Answer]]


class Talking:
    """Called with a speaker, what is asked and the corpus for notes, it gives the task of answering."""

    def __init__(self) -> None:
        self._bots: Bots | None = None

    def __call__(self, speaker: Speaker, ask: Ask, corpus: Path | None) -> Task[Answer]:
        def make(stop: Stop) -> Work[Answer]:
            with loading_torch():
                from core import talk

            if self._bots is None:
                self._bots = talk.Bots()
            return talk.answer(self._bots.get(speaker), ask, corpus, stop, known=talk.voice_of(speaker))

        return make


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
