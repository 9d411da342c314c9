"""Look inside, on a run that was really trained: every view, every value by keyboard and in words, nothing cut off."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.pages.inside import InsidePage
from app.settings import Scheme
from app.views.inside.attention import AttentionPane
from app.views.inside.cells import Cells
from app.views.inside.learning import LearningPane
from app.views.inside.sampling import SamplingPane
from app.views.inside.tokens import TokensPane
from app.window import LEAST, USUAL, Window
from app.works import Works
from core.inside.reports import VIEWS, View
from core.paths import Home
from tests.app.conftest import Open
from tests.app.test_pages import is_cut, settle
from tests.fakes import seen
from tests.fakes.works import Script

TEXT = "The kettle hums."
TELLING = 400  # cells of a picture that are walked through, of more each n-th


OpenPage = Callable[[], InsidePage]


@pytest.fixture
def open_page(qtbot: QtBot, home: Home, open_window: Open) -> OpenPage:
    """Opens the page on its first view, with a text of ours. The page itself must go with its test."""

    def open_() -> InsidePage:
        seen.plant(home.project())
        window = open_window(Works())
        with qtbot.waitSignal(window.inside.shown, timeout=60_000):
            window.show_page(window.pages.index(window.inside))
        window.inside.chooser.set_text(TEXT)
        return window.inside

    return open_


def show(qtbot: QtBot, page: InsidePage, view: View) -> None:
    with qtbot.waitSignal(page.shown, timeout=60_000):
        page.show_view(view)
    settle(qtbot)


def window_of(page: InsidePage) -> Window:
    window = page.window()
    assert isinstance(window, Window)
    return window


def said_of(widget: QWidget) -> tuple[str, str]:
    """Name and description, as a screen reader is told."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name), interface.text(QAccessible.Text.Description)


@pytest.mark.parametrize("view", VIEWS)
def test_every_value_is_reached_by_keyboard_and_told_to_a_screen_reader(
    qtbot: QtBot, open_page: OpenPage, view: View
) -> None:
    page = open_page()
    show(qtbot, page, view)
    pictures = [cells for cells in page.pane.findChildren(Cells) if cells.isVisible() and cells.count()]
    assert pictures or view == "learning"
    for cells in pictures:
        cells.setFocus()
        QTest.keyClick(cells, Qt.Key.Key_Home)
        reached = {cells.current}
        for index in range(0, cells.count(), max(1, cells.count() // TELLING)):
            cells.go(index)
            name, description = said_of(cells)
            assert name == cells.about
            assert description == cells.words(index) != ""
        cells.go(0)
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_End):
            QTest.keyClick(cells, key)
            reached.add(cells.current)
        assert len(reached) > 1 or cells.count() == 1
        assert cells.current == cells.count() - 1


@pytest.mark.parametrize("size", [USUAL, LEAST], ids=["usual", "least"])
@pytest.mark.parametrize(("scheme", "text_size"), [("light", 100), ("dark", 200)])
def test_no_view_cuts_its_text_off(
    qtbot: QtBot, open_page: OpenPage, scheme: Scheme, text_size: int, size: tuple[int, int]
) -> None:
    page = open_page()
    window = window_of(page)
    window.services.theme.change(scheme, text_size)
    window.resize(*size)
    for view in VIEWS:
        show(qtbot, page, view)
        for depth in (0, 1, 2):
            page.depths.choice.buttons[depth].click()
            settle(qtbot)
            visible = [widget for widget in page.findChildren(QWidget) if widget.isVisible()]
            cut = [f"{view}: {widget.text()!r}" for widget in visible  # type: ignore[attr-defined]  # has text if cut
                   if is_cut(widget)]  # fmt: skip
            assert cut == []
            area = page.findChild(QScrollArea)
            assert area is not None
            inside = area.widget()
            assert inside is not None
            assert (view, depth, inside.width()) == (view, depth, area.viewport().width())


def test_a_sentence_is_typed_and_looked_at(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page()
    page.chooser.field.clear()
    with qtbot.waitSignal(page.shown, timeout=60_000):
        QTest.keyClicks(page.chooser.field, "moss")
    pane = page.pane
    assert isinstance(pane, TokensPane)
    assert [pane.own.words(n).split("“")[1][0] for n in range(pane.own.count())] == ["m", "o", "s", "s"]


def test_a_line_of_mine_and_the_last_reply_can_be_looked_at(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page()
    assert not page.chooser.reply.isEnabled()
    with qtbot.waitSignal(page.shown, timeout=60_000):
        page.chooser.mine.click()
    assert page.chooser.text.endswith(".")
    page.remember_reply("cold moss\nhums")
    with qtbot.waitSignal(page.shown, timeout=60_000):
        page.chooser.reply.click()
    assert page.chooser.text == "cold moss hums"


def test_the_sliders_reshape_without_asking_the_model(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page()
    show(qtbot, page, "sampling")
    pane = page.pane
    assert isinstance(pane, SamplingPane)
    asked = []
    pane.wanted.connect(lambda: asked.append(1))
    pane.top_k.slider.setValue(1)
    assert [pane.bars.bar(n).is_out for n in range(3)] == [False, True, True]
    assert pane.bars.bar(0).said == "100\u00a0%"
    pane.throw.click()
    assert pane.bars.bar(0).said == "1,000"
    pane.temperature.slider.setValue(0)
    assert pane.bars.bar(0).said == "100\u00a0%"
    assert asked == []


def test_a_branch_is_grown_and_left_again(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page()
    show(qtbot, page, "sampling")
    pane = page.pane
    assert isinstance(pane, SamplingPane)
    length = pane.text.count()
    for index in (0, 1):
        with qtbot.waitSignal(page.shown, timeout=60_000):
            pane.bars.chosen.emit(index)
    assert (pane.tree.count(), pane.text.count()) == (3, length + 2)
    with qtbot.waitSignal(page.shown, timeout=60_000):
        pane.tree.chosen.emit(0)
    assert (pane.tree.count(), pane.text.count()) == (3, length)
    with qtbot.waitSignal(page.shown, timeout=60_000):
        pane.go_on.click()
    assert pane.text.count() == length + 1


def test_a_head_is_chosen_and_the_parking_place_hidden(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page()
    show(qtbot, page, "attention")
    pane = page.pane
    assert isinstance(pane, AttentionPane)
    QTest.keyClick(pane.thumbs, Qt.Key.Key_Home)
    QTest.keyClick(pane.thumbs, Qt.Key.Key_Return)
    assert pane.thumbs.shown == 0
    before = pane.map.words(pane.map.count() - pane.thumbs.count())
    pane.sinks.click()
    row = len(TEXT)
    first = pane.map.words(row * (row + 1))
    assert first.endswith("0\u00a0%")
    assert before != ""


def test_the_story_of_the_training_is_walked_through(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page()
    show(qtbot, page, "learning")
    pane = page.pane
    assert isinstance(pane, LearningPane)
    said = set()
    for index in range(pane.moment.maximum() + 1):
        pane.moment.setValue(index)
        said.add(said_of(pane.moment)[1])
    assert len(said) == 4
    assert all("bits per byte" in each for each in said)


def test_an_array_is_copied_as_a_numpy_file(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page()
    show(qtbot, page, "attention")
    page.depths.choice.buttons[2].click()
    page.depths.copy.click()
    mime = QGuiApplication.clipboard().mimeData()
    data: Any = mime.data("application/x-npy").data()
    patterns = np.load(io.BytesIO(data))
    assert patterns.shape == (2, len(TEXT) + 1, len(TEXT) + 1)
    saved = page.depths.saved
    assert saved is not None
    assert np.array_equal(np.load(saved), patterns)
    assert str(saved) in mime.text()


def test_a_picture_hides_the_words_unless_asked(qtbot: QtBot, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page()
    show(qtbot, page, "tokens")
    veiled = page.picture()
    page.readable.click()
    readable = page.picture()
    assert veiled.size() == readable.size()
    assert veiled != readable
    assert veiled.save(str(tmp_path / "picture.png"))
    assert not any(cells.veiled for cells in page.pane.findChildren(Cells))


def test_the_tour_leads_through_its_stops(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page()
    views = []
    page.take_tour.click()
    for _ in range(5):
        views.append(VIEWS[page.views.index])
        settle(qtbot)
        page.tour.next.click()
    assert views == ["tokens", "pairs", "attention", "step", "sampling"]
    assert not page.tour.isVisible()
    assert page.take_tour.isVisible()
    qtbot.waitUntil(lambda: window_of(page).services.device.is_idle, timeout=60_000)


def test_without_a_bot_it_says_how_to_get_one(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    window.show_page(window.pages.index(window.inside))
    assert window.inside.to_train.isVisible()
    assert not window.inside.views.isVisible()
    window.inside.to_train.click()
    assert window.train.isVisible()


def test_a_damaged_checkpoint_is_told_and_the_page_stays_usable(qtbot: QtBot, open_page: OpenPage, home: Home) -> None:
    page = open_page()
    for file in home.project().runs.rglob("weights.safetensors"):
        file.write_bytes(b"broken")
    for file in home.project().runs.rglob("manifest.json"):
        file.write_text(file.read_text("utf-8") + " ", "utf-8")
    page.show_view("counter")
    services = page.services
    qtbot.waitUntil(lambda: services.notices.now is not None, timeout=60_000)
    assert services.notices.now is not None
    assert "checkpoint" in services.notices.now.text
    assert not page.stop.isVisible()
