"""The one door through which heavy code enters: window and command line start all long work here.

Each function returns a `Task`: called with a `Stop`, on the thread that will do the work, it makes the work.
Imports live inside, so that nothing here loads torch or an importer before it is needed. Knows no Qt.
"""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from app.awake import kept_awake
from app.beats import Beats
from core.bench.reports import Limit, Row, Setup
from core.events import Stop, Work
from core.feedback import PAIRS_FILE
from core.paths import Project
from core.plan import Wish
from core.preload import loading_torch
from core.replies import Reply, Sampling
from core.runs import Outcome, Run

R = TypeVar("R")

Task: TypeAlias = Callable[[Stop], Work[R]]


def train(project: Project, wish: Wish) -> Task[Outcome]:
    """Plan and train a new run on the project's corpus."""

    def make(stop: Stop) -> Work[Outcome]:
        with loading_torch():
            import torch._dynamo  # noqa: F401  # torch.optim loads it at its first use, in the middle of things

            from core.chatdata import before

        return kept_awake(before.train(project, wish, stop))

    return make


def resume(project: Project, run: Run) -> Task[Outcome]:
    """Go on with a run that was stopped."""

    def make(stop: Stop) -> Work[Outcome]:
        with loading_torch():
            import torch._dynamo  # noqa: F401  # torch.optim loads it at its first use, in the middle of things

            from core.train import loop, preferences

        if (run.root / PAIRS_FILE).is_file():
            return kept_awake(preferences.resume(project, run, stop))
        return kept_awake(loop.resume(project, run, stop))

    return make


def learn_from_choices(project: Project) -> Task[Outcome]:
    """A new run that goes on from the bot that speaks, on the replies that the writer chose."""

    def make(stop: Stop) -> Work[Outcome]:
        with loading_torch():
            import torch._dynamo  # noqa: F401

            from core.train import preferences

        return kept_awake(preferences.train(project, stop))

    return make


def reply(run: Run, prompt: str, sampling: Sampling) -> Task[Reply]:
    """Let the run's best weights continue `prompt`."""

    def make(stop: Stop) -> Work[Reply]:
        with loading_torch():
            from core.bot import Bot

        return Bot.open(run).reply(prompt, sampling, stop)

    return make


def bench_train(setup: Setup) -> Task[list[Row]]:
    """Measure our training, and others beside it."""

    def make(stop: Stop) -> Work[list[Row]]:
        from core.bench import rows

        return rows.train(setup, stop)

    return make


def bench_share(setup: Setup) -> Task[list[Row]]:
    """Measure our training while another program keeps a core busy."""

    def make(stop: Stop) -> Work[list[Row]]:
        from core.bench import rows

        return rows.share(setup, stop)

    return make


def bench_limits(setup: Setup) -> Task[list[Limit]]:
    """Measure how fast the machine multiplies matrices."""

    def make(stop: Stop) -> Work[list[Limit]]:
        from core.bench import rows

        return rows.limits(setup, stop)

    return make


def window() -> int:
    """Open the window and stay until it is closed; returns the exit code. Unsupported where it cannot open."""
    from app import libraries

    libraries.check()
    from app.main import main

    return main()


def bench_gui(seconds: float) -> list[Beats]:
    """Measure how smooth the window stays during the whole way, with so many seconds of training."""
    from app.bench_gui import measure

    return measure(seconds)
