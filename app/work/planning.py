"""The doors of planning: an outlook on a training, and several candidates in one night."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from app.awake import kept_awake
from app.work import Task
from core import forecast, shelf
from core.corpus import Corpus
from core.errors import Trouble, Unsupported
from core.events import Progress, Stop, Work
from core.footprint import budget
from core.forecast import Choice, Known, Outlook, Size, Writing
from core.ladders import Ladder
from core.paths import Project, home
from core.plan import Wish
from core.preload import loading_torch
from core.runs import Outcome
from core.shelf import Shelved

if TYPE_CHECKING:
    from core.train.ladder import Start


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


def outlook(project: Project, size: Size, seconds: float | None, choice: Choice) -> Task[Outlook | None]:
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
        return forecast.look(writing, machine, size, seconds, here(), choice)

    return make


def ladder(project: Project, wish: Wish) -> Task[Ladder]:
    """Train several candidates within the time of the wish, compare them, and keep the best for the chat."""

    def make(stop: Stop) -> Work[Ladder]:
        characters = writing_of(project).characters
        with loading_torch():
            import torch._dynamo  # noqa: F401  # torch.optim loads it at its first use, in the middle of things

            from core.chatdata import before

        return kept_awake(before.climb(project, wish, characters, starts(project, characters, wish), stop))

    return make


def climb(project: Project, wish: Wish) -> Task[Outcome]:
    """The same for the window, which hears of the best of them as of a single training."""

    def make(stop: Stop) -> Work[Outcome]:
        found = yield from ladder(project, wish)(stop)
        best = next((each for each in found.rungs if each.run == found.best), None)
        return Outcome(
            run=found.best,
            steps=0,
            best_bits_per_byte=None if best is None else best.bits,
            tokens_per_second=0.0,
            seconds=sum(each.seconds for each in found.rungs),
            weights_sha256="",
            stopped=found.stopped,
        )

    return make


def here() -> "list[str | Known]":
    """The base models that are on this computer, by what their own files tell; of one that cannot be read the name
    alone. Needs torch."""
    return [known(model) or model.id for model in shelf.all_models(home()) if model.is_there]


def base_folder(id_: str) -> Path:
    """Where a base model of the shelf lies."""
    return shelf.find(home(), id_).folder


def known(model: Shelved) -> Known | None:
    """What the files of a base model tell; None for one that cannot be read. Needs torch."""
    from core import weights
    from core.generate.templates import PLAIN, suiting
    from core.tokenizers import pretrained

    with contextlib.suppress(Trouble):
        source = weights.look(model.folder)
        tokenizer = pretrained.read(model.folder / weights.TOKENIZER, weights.end(source), source.shape.vocab)
        talks = suiting(tokenizer) is not PLAIN
        return Known(id=model.id, title=model.title, shape=weights.usable_shape(source), talks=talks)
    return None


def starts(project: Project, characters: int, wish: Wish) -> "list[Start]":
    """The base models that a ladder tries: those that fit into the memory, first those that only go on with a text,
    then those that answer, the smallest first of each. Needs torch."""
    from core.device import best_device
    from core.machine import this_machine
    from core.train.ladder import Start
    from core.train.measure import described

    machine = described(this_machine(project.root), best_device())
    outlook = forecast.look(Writing(characters=characters), machine, "best", None, here(), Choice(wish=wish))
    fit = [each for each in outlook.options if each.base in outlook.shelf and each.memory <= budget(machine)]
    return [
        Start(title=shelf.find(home(), each.base).title, folder=base_folder(each.base), method=each.method)
        for each in sorted(fit, key=lambda each: (each.answers, each.millions))
    ]
