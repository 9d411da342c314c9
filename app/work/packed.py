"""The door to trainings on a rented machine: packed, trained there, brought home."""

from pathlib import Path

from app.work import Task
from core.events import Progress, Stop, Work
from core.paths import Project
from core.plan import Wish
from core.preload import loading_torch
from core.runs import Outcome, Run


def pack(project: Project, wish: Wish, run: Run | None, folder: Path) -> Task[Run | None]:
    """One folder for a rented machine."""

    def make(stop: Stop) -> Work[Run | None]:
        with loading_torch():
            from core.train import packed

        return packed.pack(project, wish, run, folder, stop)

    return make


def train(folder: Path, *, shares: bool) -> Task[Outcome]:
    """Train what was packed, on the machine where the folder is now; with `shares` of the weights in each process."""

    def make(stop: Stop) -> Work[Outcome]:
        with loading_torch():
            from core.train import packed

        return packed.train(folder, stop, shares=shares)

    return make


def bring_home(folder: Path, project: Project) -> Task[Run]:
    """Take the trained run back in."""

    def make(stop: Stop) -> Work[Run]:
        yield Progress(0, 0, "Checking what was trained")
        with loading_torch():
            from core.train import packed

        return packed.bring_home(folder, project)

    return make
