"""The door to the library's long work: cleaning, what a model sees, and forgetting. Knows no Qt."""

from typing import TYPE_CHECKING

from app.work import Task
from core.corpus import Corpus
from core.errors import DiskTrouble
from core.events import Progress, Stop, Work
from core.lock import writing
from core.paths import Project
from core.runs import Run, all_runs
from core.selection import Selection

if TYPE_CHECKING:
    from core.curate.clean import View
    from core.examples.make import Shape
    from core.examples.sight import Sight


def clean(project: Project, selection: Selection | None = None) -> "Task[View | None]":
    """The clean view of a project, by the selection that is saved there or another."""

    def make(stop: Stop) -> "Work[View | None]":
        from core.curate.of_project import view

        with Corpus(project.corpus) as corpus:
            return (yield from view(corpus, stop, selection))

    return make


def see(view: "View", project: Project, shape: "Shape", count: int) -> "Task[list[Sight]]":
    """About `count` examples as the newest run's tokenizer cuts them."""

    def make(stop: Stop) -> "Work[list[Sight]]":
        from core.examples import sight

        return sight.see(view, newest(project), shape, count, stop)

    return make


def newest(project: Project) -> Run | None:
    runs = all_runs(project.runs)
    return runs[-1] if runs and runs[-1].tokenizer_file.is_file() else None


def forget(project: Project, source: str) -> Task[tuple[int, list[str]]]:
    """Remove a source: text, index, backups and token files. Returns how many documents, and the bots that know it."""

    def make(stop: Stop) -> Work[tuple[int, list[str]]]:
        from core import learnt
        from core.database import backups

        with writing(project), Corpus(project.corpus) as corpus:
            knowing = learnt.having_seen(all_runs(project.runs), source)
            yield Progress(0, 3, "Removing the text and rewriting the index")
            count = corpus.forget(source)
            yield Progress(1, 3, "Removing backups that hold it")
            fresh = corpus.keep_backup()
            for old in backups(project.corpus):
                if old != fresh:
                    old.unlink(missing_ok=True)
            yield Progress(2, 3, "Removing prepared text")
            learnt.forget_tokens(knowing)
        return count, [run.name for run in knowing]

    return make


def restore(project: Project) -> Task[str]:
    """Put the newest backup in the place of a damaged corpus; returns its name."""

    def make(stop: Stop) -> Work[str]:
        from core.database import is_whole, restore

        with writing(project):
            yield Progress(0, 0, "Looking for a backup that can be read")
            if is_whole(project.corpus):
                raise DiskTrouble("Your corpus is whole.", fix="There is nothing to put back; nothing was changed.")
            return restore(project.corpus).name

    return make
