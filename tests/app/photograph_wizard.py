"""Photographs Gather with real importers, state by state: `python -m tests.app.photograph_wizard FOLDER`.

A newcomer's way in an empty home: a folder, the same again, a zip, a chat that asks who one is, an unknown table, two
things at once, and what is nothing; then every guide. In both looks, in a usual and in the smallest window, with text
as it is and twice as large. What needs minutes, such as stopping and going on, is in photograph_gather.py.
"""

import itertools
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt

from app.settings import Scheme
from app.views.found_card import FoundCard
from app.window import Window
from app.works import Works
from core.paths import Home
from tests.app.photograph import FRAMES, Frame, begun, opened, save, wait
from tests.fakes.seven import ALL, rss
from tests.fakes.site import serving

SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
WITH_GUIDES: Final = ("light", "dark-both")
FORTY: Final = 40  # people who talk in one chat
SAID: Final = (("Oskar", "Are you coming on Friday?"), ("Mara", "Friday yes, glue no."), ("Ines", "After eight."))
LOCKED: Final = 1  # the bit of a zip's entry that says it needs a password


def write_all(folder: Path) -> dict[str, tuple[Path, ...]]:
    """What a newcomer drops, by the name of the state it leads to."""
    posts = folder / "My blog"
    posts.mkdir()
    for n in range(1, 13):
        words = "Some words of mine, about the weather and what it does to bread. " * 12
        (posts / f"20{n + 10}-01-01-post.md").write_text(f"# A walk in the rain, part {n}\n\n{words}{n}\n", "utf-8")
    (posts / "noise.txt").write_bytes(bytes(range(256)))
    (posts / "holiday.mp4").write_bytes(bytes(5_000))
    chat = folder / "WhatsApp Chat - Friday drums.zip"
    talk = "".join(f"[06.03.23, 09:{n:02}:10] {SAID[n % 3][0]}: {SAID[n % 3][1]}\n" for n in range(24))
    packed(chat, {"_chat.txt": talk})
    backup = folder / "my-blog-backup.zip"
    packed(backup, {f"blog/{path.name}": path.read_text("utf-8") for path in sorted(posts.glob("*.md"))})
    table = folder / "things I said.csv"
    rows = (f"{SAID[n % 2][0]};These are the words of row {n}, and there are many;2021-02-0{n}\n" for n in range(1, 8))
    table.write_text("who;said;when\n" + "".join(rows), "utf-8")
    many = folder / "WhatsApp Chat - Choir.txt"
    singers = (
        f"[06.03.23, 1{n // 60}:{n % 60:02}:10] Singer {n % FORTY:02}: I am there, number {n}.\n"
        for n in range(FORTY * 3)
    )
    many.write_text("".join(singers), "utf-8")
    empty, locked, film = folder / "empty.zip", folder / "locked.zip", folder / "holiday in Wales.mp4"
    packed(empty, {})
    packed(locked, {"secret.txt": "words " * 200})
    data = bytearray(locked.read_bytes())
    data[data.find(b"PK\3\4") + 6] |= LOCKED
    data[data.find(b"PK\1\2") + 8] |= LOCKED
    locked.write_bytes(data)
    film.write_bytes(bytes(50_000))
    return {
        "folder": (posts,), "again": (posts,), "zip": (backup,), "table": (table,), "chat": (chat,),
        "two": (posts, chat), "forty": (many,), "film": (film,), "empty": (empty,), "locked": (locked,),
        "missing": (folder / "nowhere to be found",), "several": (empty, film, posts),
    }  # fmt: skip


def packed(path: Path, members: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as whole:
        for name, text in members.items():
            whole.writestr(name, text)


class Walk:
    """Someone at a window, who photographs what it looks like."""

    def __init__(self, window: Window, folder: Path, name: str) -> None:
        self.window, self.gather = window, window.gather
        self._pictures = (folder / f"{number:02}-{{}}-{name}.png" for number in itertools.count(1))

    def take(self, state: str) -> None:
        wait(400)
        save(self.window, Path(str(next(self._pictures)).format(state)))

    def until_done(self) -> None:
        while self.window.services.gathering.is_running:
            wait(50)
        wait(300)

    def cards(self) -> Iterator[FoundCard]:
        return (card for _, card in self.gather.findings.cards)

    def drop(self, state: str, places: tuple[Path | str, ...]) -> None:
        """Drop it, answer what is asked, and bring it in, if anything comes of it."""
        self.gather.drop.chosen.emit([*places])
        wait(100)
        self.take(f"{state}-looking")
        self.until_done()
        self.take(f"{state}-found")
        for card in self.cards():
            if card.you is not None and not card.is_answered:
                card.you.list.item(1).setCheckState(Qt.CheckState.Checked)
                self.take(f"{state}-ticked")
            if card.private is not None:
                card.private.click()
        if self.gather.findings.bring.isEnabled():
            self.gather.findings.bring.click()
            self.until_done()
            self.take(f"{state}-done")
        elif self.gather.findings.isVisible():
            self.gather.findings.leave.click()
        self.window.services.notices.dismiss()

    def guides(self) -> None:
        self.gather.show_guides.click()
        for row in range(self.gather.guides.list.count()):
            self.gather.guides.list.setCurrentRow(row)
            self.take(f"guide-{row:02}")

    def undo(self) -> None:
        """Take back the newest import, as the list of imports offers it."""
        self.gather.gathered.lists.buttons[2].click()
        self.take("imports")
        self.gather.gathered.undo.click()
        self.until_done()
        self.take("undone")


def photograph(folder: Path, scheme: Scheme, frame: Frame) -> None:
    name = f"{scheme}{frame.name}"
    with (
        tempfile.TemporaryDirectory() as home,
        tempfile.TemporaryDirectory() as given,
        serving({"/feed.xml": rss(ALL).replace("https://mara.example", "")}) as site,
        opened(Home(Path(home)), Works(), scheme, frame) as window,
    ):
        window.show_page(window.pages.index(window.gather))
        walk = Walk(window, folder, name)
        walk.take("nothing-yet")
        for state, places in write_all(Path(given)).items():
            walk.drop(state, places)
        walk.drop("address", (f"{site.base}/feed.xml",))
        walk.undo()
        if name in WITH_GUIDES:
            walk.guides()


if __name__ == "__main__":
    target, application = begun()
    for scheme, frame in itertools.product(SCHEMES, FRAMES):
        if f"{scheme}{frame.name}" in sys.argv[2:] or not sys.argv[2:]:
            photograph(target, scheme, frame)
