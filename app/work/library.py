"""The door to the library's long work: cleaning, what a model sees, and forgetting. Knows no Qt."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.work import Task
from app.work.web import live_guides
from core import learnt, library
from core.corpus import Corpus
from core.database import Damaged, damaged, newest_whole_backup
from core.documents import Document
from core.errors import DiskTrouble
from core.events import Progress, Stop, Work
from core.library import Filter, Look, Offers, Row
from core.lock import writing
from core.paths import Project
from core.runs import Run, all_runs
from core.selection import Selection, load

if TYPE_CHECKING:
    from app.beats import Beats, Wait
    from core.bench.corpus import CorpusRow
    from core.curate.clean import View
    from core.examples.make import Shape
    from core.examples.sight import Sight


def opened(project: Project, *, backup: bool = False) -> Corpus:
    """The corpus; where it is damaged, or is known to be, its newest backup that can be read, to read only."""
    try:
        if backup:
            raise damaged()
        return Corpus(project.corpus)
    except Damaged:
        found = newest_whole_backup(project.corpus)
        if found is None:
            raise
        return Corpus(found, read_only=True)


def look(project: Project, wanted: Filter, known: Offers | None = None, *, backup: bool = False) -> Task[Look | None]:
    """The library through a filter; None for a project without any writing.

    As all that only read: damage that is found while reading raises Damaged, and `backup` reads the newest backup.
    """

    def make(stop: Stop) -> Work[Look | None]:
        if not project.corpus.exists():
            return None
        with opened(project, backup=backup) as corpus:
            return (yield from library.look(corpus, wanted, known))

    return make


def lines(project: Project, numbers: Sequence[int], *, backup: bool = False) -> Task[list[Row]]:
    """The lines of these documents."""

    def make(stop: Stop) -> Work[list[Row]]:
        yield from ()
        with opened(project, backup=backup) as corpus:
            return library.rows(corpus, numbers)

    return make


def read(project: Project, number: int, *, backup: bool = False) -> Task[tuple[int, Document | None]]:
    """One document, with its number."""

    def make(stop: Stop) -> Work[tuple[int, Document | None]]:
        yield from ()
        with opened(project, backup=backup) as corpus:
            return number, corpus.document(number)

    return make


def exclude(project: Project, numbers: Sequence[int], excluded: bool) -> Task[None]:
    """Leave documents out by hand, or take them in again."""

    def make(stop: Stop) -> Work[None]:
        yield from ()
        with Corpus(project.corpus) as corpus:
            corpus.exclude(numbers, excluded)

    return make


def affected(project: Project, fingerprint: str) -> list[str]:
    """The runs that learnt from something else than what has this fingerprint."""
    return [run.name for run in learnt.of_another(all_runs(project.runs), fingerprint)]


def clean(project: Project, selection: Selection | None = None, *, backup: bool = False) -> "Task[View | None]":
    """The clean view of a project, by the selection that is saved there or another."""

    def make(stop: Stop) -> "Work[View | None]":
        from core.curate.of_project import view

        with opened(project, backup=backup) as corpus:
            return (yield from view(corpus, stop, load(project.root) if selection is None else selection))

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
        from core.database import backups, holds

        with writing(project), Corpus(project.corpus) as corpus:
            knowing = learnt.having_seen(all_runs(project.runs), source)
            yield Progress(0, 3, "Removing the text and rewriting the index")
            count = corpus.forget(source)
            yield Progress(1, 3, "Removing backups that hold it")
            fresh = corpus.keep_backup() if count else None
            for old in backups(project.corpus):
                if old != fresh and (count or holds(old, source)):
                    old.unlink(missing_ok=True)
            if source in {guide.source for guide in live_guides()}:
                project.web.unlink(missing_ok=True)  # what its site answered is kept there
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


def bench_corpus(tokens: int) -> "Task[CorpusRow | None]":
    """Measure cleaning and splitting on invented writing."""

    def make(stop: Stop) -> "Work[CorpusRow | None]":
        from core.bench import corpus

        return corpus.corpus(tokens, stop)

    return make


def bench_library(documents: int, rounds: int) -> "list[Wait | Beats]":
    """Open a window with a large library, use it and measure; returns when it is closed again."""
    from app import bench_library

    return bench_library.measure(documents, rounds)
