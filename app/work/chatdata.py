"""The door to chat data: what there is, and the making of more. Knows no Qt."""

from pathlib import Path
from typing import Final

from app.work import Task
from core import chatrows
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


MOST: Final = 20_000  # of the writer's own, in one table


def own(project: Project) -> Task[None]:
    """Every row there is: those that are kept, and the writer's own examples as they would be learnt."""

    def looking(stop: Stop) -> Work[None]:
        from core.corpus import Corpus
        from core.curate.of_project import view as clean_view
        from core.examples.build import of_view

        kept = chatrows.load(project)
        yield from kept
        if not project.corpus.is_file():
            return
        with Corpus(project.corpus) as corpus:
            view = yield from clean_view(corpus, stop)
        if view is None or not view.learnt():
            return
        known = {row.id for row in kept}
        for example in of_view(view).train[:MOST]:
            row = chatrows.of_own(example)
            if row is not None and row.id not in known:
                yield row

    return looking
