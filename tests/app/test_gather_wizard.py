"""The whole way of gathering, by clicks and keys, with real importers: folder, zip, address and unknown table."""

import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.gathering import Finding
from app.pages.gather import GatherPage
from app.window import Window
from app.work import Task, gathering
from app.works import Works
from core.corpus import Corpus
from core.documents import Document, ImportReport
from core.events import Stop, Work
from core.paths import Home, Project
from core.sources import Choice, Found, Place
from importers import pull_web
from tests.app.conftest import Open
from tests.fakes.site import Site, connection, of_folder, serving

ADDRESS = "mara.example/feed/"
FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PATIENCE = 60_000  # milliseconds: each step is a process of its own
CHAT = """\
[06.03.23, 09:00:10] Oskar: Are you coming on Friday?
[06.03.23, 09:01:00] Mara: Friday yes, glue no.
[06.03.23, 09:02:00] Oskar: Good.
"""
TABLE = "from whom;said;on the\n" + "".join(
    f"{'Mara' if n % 2 else 'Oskar'};These are the words of row {n};2021-02-0{n}\n" for n in range(1, 8)
)


class Walk:
    """A user at the window, who can only click and type."""

    def __init__(self, qtbot: QtBot, window: Window, project: Project) -> None:
        self.qtbot, self.window, self.project = qtbot, window, project
        self.gather: GatherPage = window.gather
        window.show_page(1)
        self.before: list[str] = []  # what is in the project when nothing was brought in

    def looks(self, act: Callable[[], None]) -> list[Finding]:
        """Do something after which the window looks, and wait until it says what it found."""
        with self.qtbot.waitSignal(self.window.services.gathering.found, timeout=PATIENCE) as found:
            act()
        assert self.documents() == self.before
        return list(found.args[0])

    def brings(self) -> ImportReport:
        services = self.window.services
        with (
            self.qtbot.waitSignal(services.workspace.surveyed, timeout=PATIENCE),
            self.qtbot.waitSignal(services.gathering.ended, timeout=PATIENCE) as ended,
        ):
            click(self.gather.findings.bring)
        report = ended.args[0]
        assert isinstance(report, ImportReport)
        return report

    def documents(self) -> list[str]:
        if not self.project.corpus.exists():
            return []
        with Corpus(self.project.corpus) as corpus:
            return [document.text for document in corpus.documents()]

    def sentence(self) -> str:
        (_, card), *_ = self.gather.findings.cards
        return card.sentence


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    if isinstance(widget, QCheckBox):
        QTest.keyClick(widget, Qt.Key.Key_Space)
    else:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def choose(box: QComboBox, words: str) -> None:
    """Pick an entry with the keyboard."""
    while box.currentText() != words:
        before = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down if box.findText(words) > before else Qt.Key.Key_Up)
        assert box.currentIndex() != before


@pytest.fixture
def begin(qtbot: QtBot, home: Home, open_window: Open) -> Callable[[], Walk]:
    """Opens a window for a walk. No fixture holds it: windows go when their test does."""

    def walk() -> Walk:
        window = open_window(Works())
        return Walk(qtbot, window, window.services.workspace.project)

    return walk


def test_a_folder(begin: Callable[[], Walk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = begin()
    (tmp_path / "posts").mkdir()
    for n in range(1, 4):
        (tmp_path / "posts" / f"2020-01-0{n}-post.md").write_text(f"# Post {n}\n\nWords of post {n}.\n", "utf-8")
    (tmp_path / "posts" / "noise.txt").write_bytes(bytes(range(256)))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "posts"))
    gather = walk.gather
    walk.looks(lambda: click(gather.drop.folder))
    assert walk.sentence().startswith("3 items, from January 2020; about ")
    assert walk.sentence().endswith("1 item stays out and will be listed with the reason.")
    report = walk.brings()
    assert (report.added, report.skipped) == (3, 1)
    assert gather.status == "Done: 3 new documents, 1 skipped."
    assert gather.gathered.skipped.rowCount() == 1
    assert gather.gathered.next.hasFocus()
    walk.before = walk.documents()

    walk.looks(lambda: click(gather.drop.folder))
    assert (walk.brings().added, walk.documents()) == (0, walk.before)

    click(gather.gathered.lists.buttons[2])
    with walk.qtbot.waitSignal(walk.window.services.gathering.undone, timeout=PATIENCE) as undone:
        click(gather.gathered.undo)
    assert undone.args == [3]
    assert walk.documents() == []
    assert (tmp_path / "posts" / "2020-01-01-post.md").exists()


def test_a_zip_with_private_talk_dropped_anywhere(begin: Callable[[], Walk], tmp_path: Path) -> None:
    walk = begin()
    path = tmp_path / "WhatsApp Chat - Oskar.zip"
    with zipfile.ZipFile(path, "w") as whole:
        whole.writestr("_chat.txt", CHAT)
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, dragged, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    )
    walk.window.show_page(0)
    walk.looks(lambda: walk.window.dropEvent(drop))
    assert walk.gather.isVisible()
    (_, card), *_ = walk.gather.findings.cards
    assert walk.sentence().startswith("3 messages by 2 people, from March 2023. All of it is private")
    assert not walk.gather.findings.bring.isEnabled()  # first it has to be said who the user is
    assert card.you is not None
    assert card.private is not None
    assert not card.private.isChecked()
    names = [card.you.list.item(row).text() for row in range(card.you.list.count())]
    assert names == ["Oskar  ·  2", "Mara  ·  1"]
    assert card.you.list.hasFocus()
    QTest.keyClick(card.you.list, Qt.Key.Key_Down)
    QTest.keyClick(card.you.list, Qt.Key.Key_Space)
    assert not walk.gather.findings.bring.isEnabled()  # all of it is private, and nothing would come in
    click(card.private)
    assert walk.sentence().startswith("1 message, by Mara, from March 2023.")
    assert walk.brings().added == 1
    assert walk.documents() == ["Friday yes, glue no."]
    assert walk.window.services.keeper.now.me == ["Mara"]

    walk.before = walk.documents()
    walk.looks(lambda: walk.window.dropEvent(drop))
    (_, card), *_ = walk.gather.findings.cards
    assert card.you is not None
    assert [person.name for person in card.you.ticked] == ["Mara"]  # said once


def test_an_import_whose_window_is_closed_in_the_middle_is_finished_on_another_day(
    qtbot: QtBot, home: Home, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "posts").mkdir()
    for n in range(100, 300):
        (tmp_path / "posts" / f"{n}.md").write_text(f"# Post {n}\n\nWords of post {n}.\n", "utf-8")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "posts"))
    window = open_window(Works(import_path=slowly))
    walk = Walk(qtbot, window, window.services.workspace.project)
    walk.looks(lambda: click(walk.gather.drop.folder))
    with qtbot.waitSignal(window.services.gathering.noted, timeout=PATIENCE):
        click(walk.gather.findings.bring)
    assert window.services.gathering.is_running
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE)
    some = len(walk.documents())
    assert 0 < some < 200

    window = open_window(Works())
    walk = Walk(qtbot, window, window.services.workspace.project)
    assert walk.gather.gathered.isVisible()
    walk.before = walk.documents()
    walk.looks(lambda: click(walk.gather.drop.folder))
    assert walk.brings().added == 200 - some
    posts = sorted(text.rpartition("\n")[2] for text in walk.documents())
    assert posts == [f"Words of post {n}." for n in range(100, 300)]


def slowly(project: Project, place: Place, choice: Choice) -> Task[ImportReport]:
    """A real import that comes to no end before it is stopped."""
    make = Works().import_path(project, place, choice)

    def made(stop: Stop) -> Work[ImportReport]:
        steps = make(stop)
        while True:
            try:
                event = next(steps)
            except StopIteration as end:
                return cast(ImportReport, end.value)
            yield event
            while isinstance(event, Document) and not stop():
                time.sleep(0.01)

    return made


def test_an_unknown_table(begin: Callable[[], Walk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = begin()
    path = tmp_path / "notes of mine.csv"
    path.write_text(TABLE, "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    (finding,) = walk.looks(lambda: click(walk.gather.drop.files))
    (_, card), *_ = walk.gather.findings.cards
    assert card.columns is not None
    boxes = card.columns
    assert [box.currentText() for box in (boxes.text, boxes.author, boxes.date)] == ["said", "(none)", "(none)"]
    assert len(finding.found[0].examples) == 5
    assert boxes.rows[0] == "no date  ·  you  ·  These are the words of row 1"

    walk.looks(lambda: choose(boxes.date, "on the"))
    (_, card), *_ = walk.gather.findings.cards
    assert card.columns is not None
    boxes = card.columns
    assert boxes.rows[0] == "2021-02-01  ·  you  ·  These are the words of row 1"
    walk.looks(lambda: choose(boxes.author, "from whom"))
    (_, card), *_ = walk.gather.findings.cards
    assert card.you is not None
    assert card.columns is not None
    assert card.columns.author.currentText() == "from whom"
    QTest.keyClick(card.you.list, Qt.Key.Key_Space)
    assert [person.name for person in card.you.ticked] == ["Mara"]
    assert walk.brings().added == 4
    assert sorted(walk.documents())[0] == "These are the words of row 1"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(of_folder(FIXTURES / "live" / "feed" / "given")) as site:
        yield site


def through(site: Site) -> Works:
    """Real work, with a web in which this computer answers for every host."""

    def survey(project: Project, place: Place, choice: Choice) -> Task[tuple[Found, ...]]:
        def make(stop: Stop) -> Work[tuple[Found, ...]]:
            return pull_web.survey_address(str(place), project, stop, choice, connection(site))

        return make

    def import_path(project: Project, place: Place, choice: Choice) -> Task[ImportReport]:
        def make(stop: Stop) -> Work[ImportReport]:
            return pull_web.import_address(str(place), project, stop, choice, connection(site))

        return make

    return Works(survey=survey, import_path=import_path)


def test_an_address(qtbot: QtBot, home: Home, open_window: Open, site: Site) -> None:
    window = open_window(through(site))
    walk = Walk(qtbot, window, window.services.workspace.project)
    field = walk.gather.drop.address
    field.setFocus()
    QTest.keyClicks(field, ADDRESS)
    (finding,) = walk.looks(lambda: QTest.keyClick(field, Qt.Key.Key_Return))
    assert finding.place == ADDRESS
    assert walk.sentence().startswith(f"{finding.found[0].items} items")
    you = walk.gather.findings.cards[0][1].you
    if you is not None and not you.ticked:
        QTest.keyClick(you.list, Qt.Key.Key_Space)
    assert walk.brings().added == finding.found[0].items
    assert len(walk.documents()) == finding.found[0].items


def test_what_is_no_address_and_no_file_is_told(begin: Callable[[], Walk]) -> None:
    walk = begin()
    field = walk.gather.drop.address
    QTest.keyClicks(field, "nowhere to be found")
    walk.looks(lambda: click(walk.gather.drop.look))
    assert walk.window.services.notices.now is not None
    assert walk.window.services.notices.now.text.startswith("There is no such file or folder.")
    assert walk.gather.findings.isHidden()


def test_the_way_to_every_export_is_told(begin: Callable[[], Walk]) -> None:
    walk = begin()
    gather = walk.gather
    click(gather.show_guides)
    assert gather.guides.search.hasFocus()
    QTest.keyClicks(gather.guides.search, "whatsapp")
    assert gather.guides.said.startswith("1. Open a chat")
    titles = {gather.guides.list.item(row).text() for row in range(gather.guides.list.count())}
    assert {guide.title for guide in gathering.guides()} == titles
