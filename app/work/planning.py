"""The doors of planning: an outlook on a training, and several candidates in one night."""

from collections.abc import Sequence
from pathlib import Path

from app.awake import kept_awake
from app.work import Task
from core import forecast, shelf
from core.corpus import Corpus
from core.errors import Unsupported
from core.events import Progress, Stop, Work
from core.forecast import Outlook, Size, Writing
from core.ladders import Ladder
from core.paths import Project, home
from core.plan import Wish
from core.preload import loading_torch


def writing_of(project: Project) -> Writing:
    """How much of the writer's own a project holds. Raises Unsupported when there is nothing."""
    if project.corpus.exists():
        with Corpus(project.corpus) as corpus:
            found = forecast.writing_in(corpus.documents())
        if found.characters:
            return found
    raise Unsupported(
        "There is no writing in this project yet.", fix="Import a folder or a file of yours first, then plan."
    )


def outlook(project: Project, size: Size, seconds: float | None, wish: Wish) -> Task[Outlook | None]:
    """Measure this computer, and say what a training would take and give."""

    def make(stop: Stop) -> Work[Outlook | None]:
        yield Progress(0, 0, "Reading your writing")
        writing = writing_of(project)
        with loading_torch():
            import torch._dynamo  # noqa: F401  # torch.optim loads it at its first use, in the middle of things

            from core.train.measure import measure

        machine = yield from measure(project.root, writing.characters, stop)
        if machine is None:
            return None
        return forecast.look(writing, machine, size, seconds, on_shelf(), wish)

    return make


def ladder(project: Project, wish: Wish) -> Task[Ladder]:
    """Train several candidates within the time of the wish, compare them, and keep the best for the chat."""

    def make(stop: Stop) -> Work[Ladder]:
        characters = writing_of(project).characters
        with loading_torch():
            import torch._dynamo  # noqa: F401  # torch.optim loads it at its first use, in the middle of things

            from core.train.ladder import climb

        return kept_awake(climb(project, wish, characters, bases_on_shelf(), stop))

    return make


def on_shelf() -> Sequence[str]:
    """The base models that are on this computer."""
    return [model.id for model in shelf.all_models(home()) if model.is_there]


def base_folder(id_: str) -> Path:
    """Where a base model of the shelf lies."""
    return shelf.find(home(), id_).folder


def bases_on_shelf() -> list[tuple[str, Path]]:
    """Their titles and folders, the smallest first."""
    found = [model for model in shelf.all_models(home()) if model.is_there]
    return [(model.title, model.folder) for model in sorted(found, key=lambda model: model.bytes)]
