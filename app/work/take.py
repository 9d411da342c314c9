"""The door to what leaves and comes home: exports, the share check, .mynah files and backups."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.work import Task
from core import learnt
from core.backup import Backup
from core.bundle import Brought
from core.events import Stop, Work
from core.paths import Home, Project
from core.preload import loading_torch
from core.runs import Run
from core.taken import Exported, Form

if TYPE_CHECKING:
    from core.export.share import Shared


def export(run: Run, form: Form, target: Path, persona: str = "") -> Task[Exported | None]:
    """Write a bot in one form, then put the same five prompts to both. Ollama is told who it is to be."""

    def make(stop: Stop) -> Work[Exported | None]:
        with loading_torch():
            from core.export import write

        return write.export(run, form, target, stop, persona=persona)

    return make


def bundle(project: Project, run: Run, target: Path, writing: bool, persona: str = "") -> Task[Exported | None]:
    """Write a bot as one .mynah file, then put the same five prompts to both."""

    def make(stop: Stop) -> Work[Exported | None]:
        with loading_torch():
            from core import bundle as bundles
            from core.export import write

        step = bundles.best_step(run)
        corpus = project.corpus if writing else None
        if (yield from bundles.save(run, step, target, stop, corpus=corpus, persona=persona)):
            return (yield from write.bundled(run, target, stop))
        return None

    return make


def check_share(project: Project, run: Run) -> "Task[Shared]":
    """What of the corpus this bot would give away."""

    def make(stop: Stop) -> "Work[Shared]":
        with loading_torch():
            from core.corpus import Corpus
            from core.export import share, subject

        with Corpus(project.corpus, read_only=True) as corpus:
            found = yield from share.check(subject.of_run(run), corpus, stop)
        return replace(found, unhidden=learnt.unhidden(run))

    return make


def bring_in(path: Path, home: Home, name: str = "") -> Task[Brought | None]:
    """Take a .mynah file in, as a project of its own."""

    def make(stop: Stop) -> Work[Brought | None]:
        from core import bundle as bundles

        return bundles.bring_in(path, home, stop, name=name)

    return make


def back_up(project: Project, path: Path) -> Task[Backup | None]:
    """Everything of a project as one zip."""

    def make(stop: Stop) -> Work[Backup | None]:
        from core import backup

        return backup.save(project, path, stop)

    return make


def restore(path: Path, home: Home, name: str = "") -> Task[Backup | None]:
    """A project from a backup."""

    def make(stop: Stop) -> Work[Backup | None]:
        from core import backup

        return backup.restore(path, home, stop, name=name)

    return make
