"""The door of `mynah bench crash`."""

from app.work import Task
from core.bench.reports import Crash
from core.events import Stop, Work
from core.preload import loading_torch


def crash(trials: int, stride: int, seed: int) -> Task[list[Crash]]:
    """Kill trainings at random and at every file operation, with our saver and with a naive one."""

    def make(stop: Stop) -> Work[list[Crash]]:
        with loading_torch():
            from core.bench import campaign

        return campaign.run(trials, stride, seed, stop)

    return make
