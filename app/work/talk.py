"""The door to talks: one function that keeps the bots it woke awake. Knows no Qt."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.work import Task
from core.asking import Answer, Ask, Speaker
from core.events import Stop, Work
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
            return talk.answer(self._bots.get(speaker), ask, corpus, stop)

        return make
