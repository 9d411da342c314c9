"""The doors to importers: looking, importing, taking back. Each function returns a Task; imports live inside."""

from pathlib import Path
from typing import Final

from app.work import Task, web
from core.bench.reports import Fuzzed, ImportSpeed
from core.corpus import Import
from core.documents import ImportReport
from core.events import Progress, Stop, Work
from core.paths import Project
from core.sources import AS_IT_IS, Choice, Found, Guide, Place


def import_path(project: Project, place: Place, choice: Choice = AS_IT_IS) -> Task[ImportReport]:
    """Read a folder, a file, an export or what is at an address into the project's corpus."""
    if isinstance(place, str):
        return web.import_address(project, place, choice)
    path = place

    def make(stop: Stop) -> Work[ImportReport]:
        from importers import apart, pull

        return pull.import_path(path, project, stop, choice, apart.events)

    return make


def survey(project: Project, place: Place, choice: Choice = AS_IT_IS) -> Task[tuple[Found, ...]]:
    """What an import of `place` would bring, kind by kind."""
    if isinstance(place, str):
        return web.survey_address(project, place, choice)
    path = place

    def make(stop: Stop) -> Work[tuple[Found, ...]]:
        from importers import apart, pull

        return pull.survey(path, stop, choice, apart.events)

    return make


def imports(project: Project) -> Task[tuple[Import, ...]]:
    """The imports of the past of which anything is left, the newest first."""

    def make(stop: Stop) -> Work[tuple[Import, ...]]:
        from core.corpus import Corpus

        yield Progress(0, 0)
        if not project.corpus.exists():
            return ()
        with Corpus(project.corpus) as corpus:
            return tuple(corpus.imports())

    return make


def undo(project: Project, imports: tuple[int, ...]) -> Task[int]:
    """Take out what some imports added; the outcome is how many documents that were."""

    def make(stop: Stop) -> Work[int]:
        from core.corpus import Corpus
        from core.lock import writing

        removed = 0
        with writing(project), Corpus(project.corpus) as corpus:
            for done, number in enumerate(imports, start=1):
                removed += corpus.undo_import(number)
                yield Progress(done, len(imports))
        return removed

    return make


BENCHED: Final = ("x", "whatsapp", "mail", "chatgpt", "wordpress")  # kinds of exports that can be made up


def bench_import(megabytes: int, only: str | None) -> Task[list[ImportSpeed]]:
    """Measure how fast exports are imported."""

    def make(stop: Stop) -> Work[list[ImportSpeed]]:
        from importers.bench import measure

        return measure.measure(megabytes, only, stop)

    return make


def bench_fuzz(seeds: Path | None, only: str | None, minutes: float, seed: int) -> Task[list[Fuzzed]]:
    """Harm exports and read them, each kind for so many minutes."""

    def make(stop: Stop) -> Work[list[Fuzzed]]:
        from importers.bench import fuzzing

        return fuzzing.fuzz(seeds or fuzzing.SEEDS, only, 60 * minutes, seed, stop)

    return make


def export_guides() -> tuple[Guide, ...]:
    """Every kind of export, and how a person gets theirs."""
    from importers import EXPORTS

    return tuple(importer.guide for importer in EXPORTS)


def guides() -> tuple[Guide, ...]:
    """Everything that can be gathered: as exports, and live."""
    return (*export_guides(), *web.live_guides())
