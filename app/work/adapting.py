"""The door of `mynah bench adapt`."""

import tempfile
from pathlib import Path

from app.work import Task
from core.bench.reports import AdaptRow
from core.events import Stop, Work
from core.paths import Project
from core.preload import loading_torch


def adapt(first: Path, second: Path, minutes: tuple[float, float]) -> Task[list[AdaptRow]]:
    """Read two folders of writing, train a base on the first, and adapt it to the second beside one from nothing."""

    def make(stop: Stop) -> Work[list[AdaptRow]]:
        with loading_torch():
            from core.bench import adapting
        from importers import apart, pull

        with tempfile.TemporaryDirectory() as scratch:
            projects = Project(Path(scratch) / "first"), Project(Path(scratch) / "second")
            for place, project in zip((first, second), projects, strict=True):
                yield from pull.import_path(place, project, stop, reading=apart.events)
            return (yield from adapting.adapt(*projects, minutes, Path(scratch) / "base", stop))

    return make
