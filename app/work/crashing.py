"""The doors of `mynah bench crash` and `mynah bench resumes`."""

from app.work import Task
from core.bench.reports import Crash, ResumeRow
from core.events import Stop, Work
from core.preload import loading_torch


def crash(trials: int, stride: int, seed: int) -> Task[list[Crash]]:
    """Kill trainings at random and at every file operation, with our saver and with a naive one."""

    def make(stop: Stop) -> Work[list[Crash]]:
        with loading_torch():
            from core.bench import campaign

        return campaign.run(trials, stride, seed, stop)

    return make


def resumes(only: str, seed: int) -> Task[list[ResumeRow]]:
    """Stop and kill trainings by every method whose name has `only` in it, and compare every bit."""

    def make(stop: Stop) -> Work[list[ResumeRow]]:
        with loading_torch():
            from core.bench import resumes as bench

        return bench.resumes({name: how for name, how in bench.WAYS.items() if only in name}, seed, stop)

    return make
