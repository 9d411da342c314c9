"""The doors of night and morning: a training that another process does or watches, a message to the outside, and rest
for the computer."""

import os
import subprocess

from app import morning
from app.guardian import Guardian, watched
from app.morning import Then
from app.sitting import MYNAH
from app.supervisor import autostart
from app.work import Task
from core import elsewhere, following
from core.atomic import disk_errors
from core.events import Progress, Stop, Work
from core.paths import Project
from core.runs import Outcome


def tell(url: str, title: str, text: str) -> Task[None]:
    """Send a message to the address that the user named."""

    def make(stop: Stop) -> Work[None]:
        from app import messages

        yield Progress(0, 1, "Sending a message")
        messages.tell(url, title, text)

    return make


def after_restart(project: str | None) -> None:
    """From now on the system goes on with the training of a project when its owner logs in; None: no more."""
    entry = autostart([*MYNAH, "train", "--resume", "--keep-going", "--project", project or ""])
    with disk_errors("arranging that training goes on after a restart"):
        if project is None:
            entry.remove()
        else:
            entry.install()


def rest(then: Then) -> None:
    """Let the computer sleep or shut down, as its system does it."""
    command = morning.power(then)
    if command:
        subprocess.run(command, check=False)


def follow(project: Project) -> Task[Outcome]:
    """See what the training of another process does."""

    def make(stop: Stop) -> Work[Outcome]:
        return following.follow(project, stop)

    return make


def stop_elsewhere(project: Project) -> None:
    """Let that training save and end."""
    elsewhere.ask_to_stop(project)


def guarded(task: Task[Outcome], guardian: Guardian) -> Task[Outcome]:
    """The same training, with somebody who sits beside this window and goes on with it when that dies."""

    def make(stop: Stop) -> Work[Outcome]:
        return watched(task(stop), guardian)

    return make


def break_off() -> None:
    """End this process now: something in it hangs, and would be waited for for ever."""
    os._exit(1)
