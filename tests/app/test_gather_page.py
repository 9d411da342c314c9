"""Gather shows what is read while it is read, and what was not, and why."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.work import Task
from core.documents import Document, ImportReport, Skipped
from core.errors import DiskTrouble, WrongFile
from core.events import Note, Progress
from core.paths import Home, Project
from core.sources import AS_IT_IS, Choice, Found, Place
from tests.app.conftest import Open
from tests.fakes.tasks import broken, scripted
from tests.fakes.works import Script

POST = Document(
    source="files", key="a.md", text="three words only", title="A post", written=datetime(2020, 5, 1, tzinfo=UTC)
)
NOTE = Document(source="files", key="b.md", text="no title")  # and so it is listed by its first words
SKIP = Skipped("c.md", "There are no words in this file.")
FOUND = Found(source="files", title="Files", items=2, authors=(), first=None, last=None, tokens=9, private=0, skipped=1)
STOPPED = ImportReport(added=1, changed=0, already=0, skipped=0, seconds=0.1, stopped=True)
REPORT = ImportReport(added=2, changed=0, already=3, skipped=1, seconds=0.1)


def test_what_is_dropped_is_read_and_listed_with_the_newest_on_top(
    qtbot: QtBot, home: Home, open_window: Open, tmp_path: Path
) -> None:
    script = Script(found=[FOUND], imported=[Progress(1, 2), POST, NOTE, SKIP], report=REPORT)
    window = open_window(script.works())
    gather = window.gather
    listed: list[list[object]] = []
    window.services.gathering.ended.connect(lambda: listed.extend(cells(gather.gathered.headings)))
    paths = [tmp_path / "one", tmp_path / "two"]
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(window.services.gathering.found):
        gather.drop.dropEvent(event)
    assert script.asked == []  # nothing comes in before the user says so
    with qtbot.waitSignal(window.services.gathering.ended) as ended:
        gather.findings.bring.click()
    assert script.asked == paths
    assert ended.args == [ImportReport(added=4, changed=0, already=6, skipped=2, seconds=0.2)]
    assert listed[:2] == [["no title", "–", "2"], ["A post", "2020-05-01", "3"]]
    assert cells(gather.gathered.skipped) == [["c.md", "There are no words in this file."]]
    gather.gathered.skips.view.selectRow(0)
    assert gather.gathered.skip_in_full.text() == "c.md\nThere are no words in this file."


def test_nothing_here_yet_is_said_only_where_there_is_nothing(qtbot: QtBot, home: Home, open_window: Open) -> None:
    script = Script(found=[FOUND], imported=[Progress(1, 2), POST], report=REPORT)
    window = open_window(script.works())
    window.show_page(1)
    gather = window.gather
    assert gather.empty.isVisible()
    for leaves in (True, False):
        with qtbot.waitSignal(window.services.gathering.found):
            window.services.gathering.look([Path("one")])
            assert not gather.empty.isVisible()
        assert gather.findings.isVisible()
        assert not gather.empty.isVisible()
        if leaves:
            gather.findings.leave.click()
            assert gather.empty.isVisible()
    with qtbot.waitSignal(window.services.gathering.noted):
        gather.findings.bring.click()
        assert not gather.empty.isVisible()
    qtbot.waitUntil(lambda: gather.gathered.isVisible(), timeout=30_000)
    assert not gather.empty.isVisible()
    qtbot.waitUntil(lambda: not window.services.gathering.is_running, timeout=30_000)


def cells(model: QAbstractItemModel) -> list[list[object]]:
    """Everything a model shows, row by row."""
    rows, columns = range(model.rowCount()), range(model.columnCount())
    return [[model.index(row, column).data() for column in columns] for row in rows]


def test_trouble_ends_the_import_and_is_told(qtbot: QtBot, home: Home, open_window: Open) -> None:
    script = Script(imported=[POST, DiskTrouble("The disk is full.", fix="Free some space.")])
    window = open_window(script.works())
    with qtbot.waitSignal(window.services.gathering.ended) as ended:
        window.services.gathering.take([Path("one"), Path("two")])
    assert ended.args == [None]
    assert script.asked == [Path("one")]
    assert window.services.notices.now is not None
    assert window.services.notices.now.text == "The disk is full. Free some space."
    assert not window.services.gathering.is_running


def test_a_folder_with_nothing_to_read_is_told_and_the_next_is_read(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    trouble = WrongFile("There is nothing to read here.", fix="Choose another folder.")
    tasks = {Path("empty"): broken(trouble), Path("full"): scripted([POST], REPORT)}
    works = replace(Script().works(), import_path=lambda project, place, choice: tasks[Path(place)])
    window = open_window(works)
    with qtbot.waitSignal(window.services.gathering.ended) as ended:
        window.services.gathering.take([Path("empty"), Path("full")])
    assert ended.args == [REPORT]
    assert window.services.notices.now is not None
    assert window.services.notices.now.text == "There is nothing to read here. Choose another folder."


def test_an_import_can_be_stopped(qtbot: QtBot, home: Home, open_window: Open) -> None:
    script = Script(imported=[POST, Progress(1, 9, "a.md")], report=STOPPED, imports_hold=True)
    window = open_window(script.works())
    window.show_page(1)
    with qtbot.waitSignal(window.services.gathering.progressed):
        window.services.gathering.take([Path("one"), Path("two")])
    assert window.gather.status == "Reading 1 of 9 · a.md"
    with qtbot.waitSignal(window.services.gathering.ended):
        window.gather.progress.stop.click()
    assert window.gather.status == "Stopped: 1 new document."
    assert script.asked == [Path("one")]


def test_a_host_that_gives_no_more_for_now_is_told_and_can_be_continued(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    """Beside another place, whose import ends as it should."""
    note = "a.example asks to be left alone. Import the same again another day: it goes on where it ended."
    tasks = {"a.example": scripted([POST, Note(note)], STOPPED), Path("full"): scripted([NOTE], REPORT)}
    asked: list[Place] = []

    def import_path(project: Project, place: Place, choice: Choice) -> Task[ImportReport]:
        asked.append(place)
        return tasks[place]

    window = open_window(replace(Script().works(), import_path=import_path))
    window.show_page(1)
    gather = window.gather
    with qtbot.waitSignal(window.services.gathering.ended):
        window.services.gathering.bring([("a.example", AS_IT_IS), (Path("full"), AS_IT_IS)])
    assert gather.status.startswith("Stopped: ")
    assert gather.progress.more.startswith(note)
    assert gather.progress.go_on.isVisible()
    tasks["a.example"] = scripted([], REPORT)
    with qtbot.waitSignal(window.services.gathering.ended):
        gather.progress.go_on.click()
    assert asked == ["a.example", Path("full"), "a.example"]
    assert not gather.progress.go_on.isVisible()
    assert note not in gather.progress.more


def test_what_a_look_says_on_the_way_is_shown(qtbot: QtBot, home: Home, open_window: Open) -> None:
    looks = scripted([Note("Nobody answers there any more.")], (FOUND,))
    window = open_window(replace(Script().works(), survey=lambda project, place, choice: looks))
    said: list[str] = []
    window.services.gathering.told.connect(said.append)
    with qtbot.waitSignal(window.services.gathering.found):
        window.services.gathering.look(["gone.example"])
    assert said == ["Nobody answers there any more."]
    assert window.gather.progress.more == said[0]


def test_a_thousand_documents_are_a_few_changes_of_the_list(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script(imported=[NOTE] * 1_000, report=REPORT).works())
    changes: list[int] = []
    window.gather.gathered.headings.rowsInserted.connect(lambda parent, first, last: changes.append(last - first + 1))
    with qtbot.waitSignal(window.services.gathering.ended):
        window.services.gathering.take([Path("one")])
    assert sum(changes) == 1_000
    assert len(changes) < 20


def test_folders_and_files_are_chosen_with_buttons(
    qtbot: QtBot, home: Home, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script(found=[FOUND])
    window = open_window(script.works())
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "folder")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["a.md", "b.md"], ""))
    with qtbot.waitSignal(window.services.gathering.found):
        window.gather.drop.folder.click()
    with qtbot.waitSignal(window.services.gathering.found):
        window.gather.drop.files.click()
    with qtbot.waitSignal(window.services.gathering.ended):
        window.gather.findings.bring.click()
    assert script.asked == [Path("folder"), Path("a.md"), Path("b.md")]
