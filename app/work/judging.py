"""The door to the meters. Knows no Qt."""

from collections.abc import Mapping
from typing import Any

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


def bench_chat(project: Project, plays: str, plan: Mapping[str, Any]) -> Task[Meters | None]:
    """A chat model from nothing, one author's voice on it, its meters. `plan` are fields of core.bench.chat.Plan."""

    def make(stop: Stop) -> Work[Meters | None]:
        with loading_torch():
            from core.bench import chat

        return chat.chat(project, plays, chat.Plan(**plan), stop)

    return make
