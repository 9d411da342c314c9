"""The door to the making of chat data. Knows no Qt."""

from pathlib import Path

from app.work import Task
from core.chatrows import Row
from core.events import Progress, Stop, Work
from core.paths import Project
from core.preload import loading_torch


def make(project: Project, base: Path, name: str, limit: int) -> Task[list[Row]]:
    """Questions to posts, answers from notes and rehearsal, by the base model in a folder."""

    def making(stop: Stop) -> Work[list[Row]]:
        with loading_torch():
            from core.bot import Bot
            from core.chatdata import make
            from core.corpus import Corpus
            from core.curate.of_project import view as clean_view
            from core.examples.build import documents_of
            from core.leaks import without_leaks
            from core.split import split

        with Corpus(project.corpus) as corpus:
            view = yield from clean_view(corpus, stop)
        if view is None:
            return []
        learnt = documents_of(without_leaks(split(view.learnt())), "train")  # what is held out is asked about later
        yield Progress(0, 0, "Waking the model")
        return (yield from make.make(project, Bot.of_base(base), name, learnt, limit, stop))

    return making
