"""The doors of the morning: a message to the outside, and rest for the computer."""

import subprocess

from app import morning
from app.morning import Then
from app.work import Task
from core.events import Progress, Stop, Work


def tell(url: str, title: str, text: str) -> Task[None]:
    """Send a message to the address that the user named."""

    def make(stop: Stop) -> Work[None]:
        from app import messages

        yield Progress(0, 1, "Sending a message")
        messages.tell(url, title, text)

    return make


def rest(then: Then) -> None:
    """Let the computer sleep or shut down, as its system does it."""
    command = morning.power(then)
    if command:
        subprocess.run(command, check=False)
