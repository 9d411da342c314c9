"""The doors of the History page: a word with a bot as it was at an earlier step."""

from app.work import Task
from core.events import Stop, Work
from core.preload import loading_torch
from core.replies import Reply, Sampling
from core.runs import Run


def reply_at(run: Run, step: int, prompt: str, sampling: Sampling) -> Task[Reply]:
    """Let the run's weights of `step` continue `prompt`."""

    def make(stop: Stop) -> Work[Reply]:
        with loading_torch():
            from core.bot import Bot

        return Bot.open(run, step=step).reply(prompt, sampling, stop)

    return make
