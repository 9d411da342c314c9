"""The window remembers, asks before it closes on a training, and offers to go on with one that was interrupted."""

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import main, words
from app.main import Watch
from app.views.close_sheet import CloseSheet
from app.window import LEAST
from core.corpus import Corpus
from core.documents import Document
from core.errors import Busy, DiskTrouble
from core.journal import Fact, Finished, Saved, Stepped
from core.paths import Home
from core.plan import Wish
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

STEPS: list[Fact] = [Stepped(step, 3.0, 1e-3, 1_000.0, float(step)) for step in range(1, 301)]
INTERRUPTED: list[Fact] = [*STEPS, Saved(300)]
FINISHED: list[Fact] = [*STEPS, Finished(300, 2.5, 300.0, "hash")]


@pytest.fixture
def written(home: Home) -> Home:
    """A home with one document."""
    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="Some words of mine."))
    return home


def test_an_interrupted_run_is_offered_and_can_be_continued(qtbot: QtBot, home: Home, open_window: Open) -> None:
    run = plant_run(home.project(), INTERRUPTED)
    script = Script()
    window = open_window(script.works())
    assert window.welcome.go_on.isVisible()
    with qtbot.waitSignal(window.services.training.ended):
        window.welcome.go_on.click()
        assert window.train.isVisible()
    assert script.asked == [run]


def test_the_offer_can_be_put_off(qtbot: QtBot, home: Home, open_window: Open) -> None:
    plant_run(home.project(), INTERRUPTED)
    window = open_window(Script().works())
    window.welcome.put_off.click()
    assert not window.welcome.go_on.isVisible()
    assert window.welcome.talk.isVisible()


def test_a_finished_run_is_not_offered(qtbot: QtBot, home: Home, open_window: Open) -> None:
    plant_run(home.project(), FINISHED)
    window = open_window(Script().works())
    assert not window.welcome.go_on.isVisible()
    window.welcome.talk.click()
    assert window.chat.isVisible()


def test_the_sample_is_imported_into_its_own_project_on_the_way_to_training(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    script = Script()
    window = open_window(script.works())
    with qtbot.waitSignal(window.services.gathering.ended):
        window.welcome.sample.click()
    (folder,) = script.asked
    assert isinstance(folder, Path)
    assert folder.name == "essays"
    assert window.train.isVisible()
    assert window.services.workspace.is_sample
    qtbot.waitUntil(lambda: window.services.disk.is_idle)


def test_the_window_closes_at_once_when_nothing_runs(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    qtbot.waitUntil(lambda: window.services.disk.is_idle)
    window.resize(900, 700)
    assert window.close()
    assert json.loads(home.settings.read_text("utf-8"))["window"][2:] == [900, 700]


def test_closing_on_a_training_asks_and_keeps_it_on_escape(qtbot: QtBot, written: Home, open_window: Open) -> None:
    window = open_window(Script(trained=STEPS, holds=True).works())
    window.services.training.begin(Wish())
    assert not window.close()
    (sheet,) = window.findChildren(CloseSheet)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert window.services.training.is_running


def test_closing_on_a_training_stops_it_and_then_closes(qtbot: QtBot, written: Home, open_window: Open) -> None:
    window = open_window(Script(trained=STEPS, holds=True).works())
    window.services.training.begin(Wish())
    window.close()
    (sheet,) = window.findChildren(CloseSheet)
    with qtbot.waitSignal(window.services.training.stopping):
        sheet.stop.click()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert window.services.device.is_idle


def test_a_signal_stops_a_training_and_closes_without_asking(qtbot: QtBot, written: Home, open_window: Open) -> None:
    window = open_window(Script(trained=STEPS, holds=True).works())
    asked = threading.Event()
    Watch(asked.is_set, window)
    with qtbot.waitSignal(window.services.training.noted):
        window.services.training.begin(Wish())
    asked.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert window.services.device.is_idle
    assert window.findChildren(CloseSheet) == []


def test_t22_at_log_off_a_training_is_saved_and_nobody_is_asked(qtbot: QtBot, written: Home, open_window: Open) -> None:
    window = open_window(Script(trained=STEPS, holds=True).works())
    watch = Watch(lambda: False, window)
    with qtbot.waitSignal(window.services.training.noted):
        window.services.training.begin(Wish())
    watch.on_session_ends()
    assert not window.services.training.is_running
    assert window.findChildren(CloseSheet) == []


def test_t22_what_cannot_be_saved_in_time_does_not_hold_up_the_log_off(
    qtbot: QtBot, written: Home, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "MOMENT", 0.2)
    window = open_window(Script(trained=STEPS, holds=True).works())
    watch = Watch(lambda: False, window)
    with qtbot.waitSignal(window.services.training.noted):
        window.services.training.begin(Wish())
    monkeypatch.setattr(window, "leave", lambda: None)  # as of a step that takes longer than the system waits
    watch.on_session_ends()
    assert window.services.training.is_running
    monkeypatch.undo()
    window.leave()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)


def test_trouble_while_saving_keeps_the_window_open(qtbot: QtBot, written: Home, open_window: Open) -> None:
    trouble = DiskTrouble("The disk is full.", fix="Free some space.")
    window = open_window(Script(trained=STEPS, outcome=trouble, holds=True).works())
    window.services.training.begin(Wish())
    window.close()
    (sheet,) = window.findChildren(CloseSheet)
    sheet.stop.click()
    qtbot.waitUntil(lambda: window.services.notices.now is not None)
    assert window.isVisible()


def test_a_second_window_on_the_project_is_told_so(qtbot: QtBot, written: Home, open_window: Open) -> None:
    busy = Busy("Mynah is already training in this project.", fix="Wait until that is done.")
    window = open_window(Script(trained=[busy]).works())
    window.services.training.begin(Wish())
    qtbot.waitUntil(lambda: window.services.notices.now is not None)
    notice = window.services.notices.now
    assert notice is not None
    assert notice.text == "Mynah is already training in this project. Wait until that is done."


def test_unreadable_settings_are_told(qtbot: QtBot, home: Home, open_window: Open) -> None:
    home.root.mkdir(parents=True)
    home.settings.write_text("{", "utf-8")
    window = open_window(Script().works())
    assert window.services.notices.now is not None
    assert window.services.notices.now.text == words.SETTINGS_LOST


def test_the_page_and_the_project_are_remembered(qtbot: QtBot, home: Home, open_window: Open) -> None:
    first = open_window(Script().works())
    first.show_page(first.pages.index(first.train))
    with qtbot.waitSignal(first.services.workspace.surveyed):
        first.services.workspace.choose("sample")
    qtbot.waitUntil(lambda: first.services.disk.is_idle)
    first.close()
    second = open_window(Script().works())
    assert second.train.isVisible()
    assert second.services.workspace.is_sample


def test_the_look_and_the_text_size_change_by_button_and_key(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    window.sidebar.look.click()
    assert not window.services.theme.is_dark
    window.sidebar.look.click()
    assert window.services.theme.is_dark
    before = window.font().pixelSize()
    QTest.keyClick(window, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.font().pixelSize() > before
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.font().pixelSize() == before


def test_a_project_that_was_on_show_and_is_gone_does_not_keep_the_window_shut(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    home.settings.parent.mkdir(parents=True)
    home.settings.write_text(json.dumps({"project": "blog"}), "utf-8")
    window = open_window(Script().works())
    assert window.sidebar.projects.currentData() == "blog"


def test_a_folder_that_is_no_project_is_not_offered(qtbot: QtBot, home: Home, open_window: Open) -> None:
    (home.root / "projects" / "blog (old)").mkdir(parents=True)
    window = open_window(Script().works())
    offered = [window.sidebar.projects.itemData(index) for index in range(window.sidebar.projects.count())]
    assert offered == ["me", "sample"]


@pytest.mark.parametrize("text_size", [100, 200])
def test_the_sidebar_of_a_low_window_shows_whole_buttons(
    qtbot: QtBot, home: Home, open_window: Open, text_size: int
) -> None:
    window = open_window(Script().works())
    window.services.theme.change("light", text_size)
    window.resize(*LEAST)
    area = window.sidebar.places

    def whole() -> bool:
        seen = [button for button in window.sidebar.buttons if not button.visibleRegion().isEmpty()]
        return len(seen) < len(window.pages) and all(
            button.visibleRegion().boundingRect().height() == button.height() for button in seen
        )

    qtbot.waitUntil(whole, timeout=30_000)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum() // 2 + 5)
    qtbot.waitUntil(whole, timeout=30_000)
    window.sidebar.choose(len(window.pages) - 1)
    qtbot.waitUntil(whole, timeout=30_000)
    assert whole()
    assert not window.sidebar.buttons[-1].visibleRegion().isEmpty()
    line: list[QWidget] = [*window.sidebar.buttons, window.sidebar.look, window.sidebar.mark]
    middles = [part.mapTo(window.sidebar, part.rect().center()).x() for part in line]
    assert max(middles) - min(middles) <= 1  # an even and an odd width
