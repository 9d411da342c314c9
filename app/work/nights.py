"""The doors of the morning: a message to the outside, and rest for the computer."""

import subprocess
import sys

from app import morning
from app.morning import Then
from app.supervisor import autostart
from app.work import Task
from core.atomic import disk_errors
from core.events import Progress, Stop, Work


def tell(url: str, title: str, text: str) -> Task[None]:
    """Send a message to the address that the user named."""

    def make(stop: Stop) -> Work[None]:
        from app import messages

        yield Progress(0, 1, "Sending a message")
        messages.tell(url, title, text)

    return make


def after_restart(project: str | None) -> None:
    """From now on the system goes on with the training of a project when its owner logs in; None: no more."""
    command = [sys.executable, "-m", "app", "train", "--resume", "--keep-going", "--project", project or ""]
    entry = autostart(command)
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
