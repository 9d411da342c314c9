"""The door to the meters. Knows no Qt."""

from app.work import Task
from core.events import Stop, Work
from core.meters import Meters
from core.paths import Project
from core.preload import loading_torch
from core.runs import Run


def measure(project: Project, run: Run, replies: int | None = None) -> Task[Meters | None]:
    """Every meter of a run, kept beside it."""

    def make(stop: Stop) -> Work[Meters | None]:
        with loading_torch():
            from core.judge import measure

        return measure.measure(project, run, stop, replies or measure.REPLIES)

    return make


def bench_chat(
    project: Project, plays: str, base_steps: int, steps: int, replies: int, layers: int, minutes: float | None
) -> Task[Meters | None]:
    """A chat model from nothing, one author's voice on it, and its meters."""

    def make(stop: Stop) -> Work[Meters | None]:
        with loading_torch():
            from core.bench import chat

        seconds = None if minutes is None else 60 * minutes
        sizes = {"replies": replies, "layers": layers, "width": 64 * layers}
        plan = chat.Plan(base_steps=base_steps, adapter_steps=steps, seconds=seconds, **sizes)
        return chat.chat(project, plays, plan, stop)

    return make
