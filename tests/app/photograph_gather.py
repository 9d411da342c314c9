"""Photographs the states of Gather: found, reading, stopped, going on, done with skips: `… photograph_gather FOLDER`.

What is read is made up here. With QT_QPA_PLATFORM=xcb under Xvfb what is on the screen is photographed.
"""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QScrollArea

from app.settings import Scheme
from app.window import Window
from app.work import Task
from app.works import Works
from core.documents import Document, ImportReport, Item, Skipped
from core.events import Note, Progress, Stop, Work
from core.paths import Home, Project
from core.sources import Choice, Found, Person, Place
from importers import pull
from importers.base import Step
from importers.members import Stopped
from tests.app.photograph import FRAMES, Frame, begun, opened, save, until, wait

ALL: Final = 1_291  # posts
TOGETHER: Final = 20
SITE: Final = "mara.example"
DAY: Final = datetime(2024, 3, 1, tzinfo=UTC)
ME: Final = (Person("Mara Ellison", "Mara Ellison", 1_204, is_me=True), Person("Oskar", "Oskar", 87))
FOUND: Final = Found(
    source="blog", title="Your blog or site", items=1_291, authors=("Mara Ellison",),
    first=datetime(2003, 5, 1, tzinfo=UTC), last=DAY, tokens=699_000, private=0, skipped=0, people=ME, about=True,
    how="Its sitemap, page by page",
)  # fmt: skip
SKIPS: Final = (
    Skipped(f"https://{SITE}/about/", "This page is about something and no post."),
    Skipped(
        f"https://{SITE}/2011/02/the-letter-that-was-never-sent/", "The site wants a login before it shows this page."
    ),
    Skipped(f"https://{SITE}/2009/07/moved/", "There is no such page any more."),
)
ALONE: Final = f"{SITE} asks to be left alone. Import the same again after 14:30: it goes on where it ended."


def survey(project: Project, place: Place, choice: Choice) -> Task[tuple[Found, ...]]:
    def make(stop: Stop) -> Work[tuple[Found, ...]]:
        yield Progress(0, 0, "Looking at the address")
        return (FOUND,)

    return make


def post(number: int) -> Document:
    return Document(
        source="blog", key=f"{SITE}/{number}", text=f"Letter {number}. " + "Some words of a post. " * 90,
        title=f"Letter {number}", author="Mara Ellison", written=DAY,
    )  # fmt: skip


class Imports:
    """Imports of one site. The first one ends after a third, where its host wants to be left alone."""

    def __init__(self, *, parks: bool) -> None:
        self.parks = parks

    def import_path(self, project: Project, place: Place, choice: Choice) -> Task[ImportReport]:
        def steps(stop: Stop) -> Work[None]:
            for first in range(1, ALL, TOGETHER):
                posts: list[Item] = [post(number) for number in range(first, min(first + TOGETHER, ALL))]
                skipped = [SKIPS[first // 400]] if first % 400 == 1 and first // 400 < len(SKIPS) else []
                yield Step("blog", [*posts, *skipped], Progress(first, ALL, "Your blog or site"))
                time.sleep(0.1)
                if self.parks and first > ALL / 3:
                    self.parks = False
                    yield Note(ALONE)
                    raise Stopped

        def make(stop: Stop) -> Work[ImportReport]:
            return pull.pulled(steps(stop), project, stop, SITE)

        return make


def photograph(folder: Path, scheme: Scheme, frame: Frame, *, parks: bool) -> None:
    works = Works(survey=survey, import_path=Imports(parks=parks).import_path)
    with tempfile.TemporaryDirectory() as home, opened(Home(Path(home)), works, scheme, frame) as window:
        window.show_page(window.pages.index(window.gather))
        walk(window, folder, f"{scheme}{frame.name}{'-parked' if parks else ''}", parks=parks)


def walk(window: Window, folder: Path, name: str, *, parks: bool) -> None:
    gathering, gather = window.services.gathering, window.gather

    def take(state: str) -> None:
        wait(900)
        save(window, folder / f"gather-{state}-{name}.png")

    gathering.look([SITE])
    take("found")
    gather.findings.bring.click()
    if parks:
        until(gathering.ended)
    else:
        wait(1_500)
        take("reading")
        gather.progress.stop.click()
    take("stopped")
    gather.progress.go_on.click()
    wait(1_500)
    take("resumed")
    until(gathering.ended)
    take("done")
    gather.gathered.lists.buttons[1].click()
    area = gather.findChild(QScrollArea)
    if area is not None:
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    take("skipped")


if __name__ == "__main__":
    target, application = begun()
    for each in FRAMES:
        photograph(target, "light", each, parks=False)
        photograph(target, "dark", each, parks=False)
    photograph(target, "light", FRAMES[0], parks=True)
