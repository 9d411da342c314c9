"""The door to base models: looked at before they are believed, fetched, put on the shelf."""

from pathlib import Path

from app.work import Task
from core.events import Stop, Work
from core.paths import Home
from core.preload import loading_torch
from core.shelf import Shelved


def add(home: Home, folder: Path, *, link: bool) -> Task[Shelved | None]:
    """Put the user's own folder on the shelf, when it is a model that Mynah can read."""

    def make(stop: Stop) -> Work[Shelved | None]:
        with loading_torch():
            from core import shelf, weights

        return shelf.add(home, folder, weights.look, stop, link=link)

    return make
