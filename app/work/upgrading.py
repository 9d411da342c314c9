"""The door to bringing an older library up to date."""

from app.work import Task
from core.events import Stop, Work
from core.paths import Project


def upgrade(project: Project) -> Task[bool]:
    """Bring the library of a project up to date, if an older Mynah kept it. It is done whole, or not at all: False
    when it was stopped."""

    def make(stop: Stop) -> Work[bool]:
        from core.database import upgraded

        return not project.corpus.exists() or (yield from upgraded(project.corpus, stop))

    return make
