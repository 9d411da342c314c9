"""The door to live sources: imports and surveys of addresses. See the package for what a door is."""

from app.work import Task
from core.documents import ImportReport
from core.events import Stop, Work
from core.paths import Project
from core.sources import AS_IT_IS, Choice, Found, Guide


def is_address(words: str) -> bool:
    """Whether what was typed means something on the web: an address, or a name such as @somebody@a.server."""
    from importers import web as addresses

    return addresses.is_address(words)


def import_address(project: Project, address: str, choice: Choice = AS_IT_IS) -> Task[ImportReport]:
    """Read what is at an address into the project's corpus."""

    def make(stop: Stop) -> Work[ImportReport]:
        from importers import apart_web, pull_web

        return pull_web.import_address(address, project, stop, choice, reading=apart_web.events)

    return make


def survey_address(project: Project, address: str, choice: Choice = AS_IT_IS) -> Task[tuple[Found, ...]]:
    """What an import of an address would bring."""

    def make(stop: Stop) -> Work[tuple[Found, ...]]:
        from importers import apart_web, pull_web

        return pull_web.survey_address(address, project, stop, choice, reading=apart_web.events)

    return make


def live_guides() -> tuple[Guide, ...]:
    """Every kind of live source, the commonest first, and what to paste."""
    from importers.live import LIVE

    return tuple(importer.guide for importer in reversed(LIVE))
