"""Every page, in both looks, at both ends of text size and window size: nothing cut off, everything within reach."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.settings import Scheme
from app.window import KEYS, LEAST, USUAL, Window
from core.corpus import Corpus
from core.documents import Document, Skipped
from core.journal import Evaluated, Fact, Sampled, Saved, Stepped
from core.paths import Home
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

FACTS: list[Fact] = [
    *(Stepped(step, 6.0 - step / 100, 1e-3, 12_345.0, step / 2) for step in range(1, 301)),
    Evaluated(300, 2.5, 2.75, True, 150.0),
    Sampled(300, "Once upon", " a time there was a long sentence that went on and on until it had to be wrapped."),
    Saved(300),
]


@pytest.fixture
def full_home(home: Home) -> Home:
    """A home where every page has something to show: documents, a skip, an interrupted run."""
    project = home.project()
    with Corpus(project.corpus) as corpus, corpus.batch():
        for number in range(30):
            corpus.add(
                Document(
                    source="files",
                    key=f"{number}.md",
                    text="Some words. " * number,
                    title=f"A title that goes on for a while, number {number}",
                    written=datetime(2020, 1, 1 + number, tzinfo=UTC),
                )
            )
        corpus.skip("files", Skipped("photo.png", "This is not a text file."))
    plant_run(project, FACTS)
    return home


def settle(qtbot: QtBot, window: Window | None = None) -> None:
    """What is read from the disk is on show, and laid out."""
    if window is not None:
        qtbot.waitUntil(lambda: window.services.disk.is_idle, timeout=30_000)
    for _ in range(3):
        QApplication.sendPostedEvents()
        qtbot.wait(20)


def shown(window: Window) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisible():
            yield widget


def is_cut(widget: QWidget) -> bool:
    """Whether some of the text of a label or button has no room."""
    match widget:
        case QLabel() if not widget.text():
            return False
        case QLabel() if widget.wordWrap():
            return widget.height() < widget.heightForWidth(widget.width())
        case QLabel() | QAbstractButton():
            least = widget.minimumSizeHint()
            return widget.width() < least.width() or widget.height() < least.height()
    return False


def cut(window: Window) -> list[str]:
    return [widget.text() for widget in shown(window) if is_cut(widget)]  # type: ignore[attr-defined]  # has text if cut


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface else ""


def is_reachable(widget: QWidget) -> bool:
    return widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def tabbed_through(window: Window) -> set[QWidget]:
    """Every widget that the Tab key comes to."""
    visited: set[QWidget] = set()
    for _ in range(200):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus in visited:
            break
        if focus is not None:
            visited.add(focus)
    return visited


@pytest.mark.parametrize("size", [USUAL, LEAST], ids=["usual", "least"])
@pytest.mark.parametrize("text_size", [100, 200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_text_is_cut_off(
    qtbot: QtBot, full_home: Home, open_window: Open, scheme: Scheme, text_size: int, size: tuple[int, int]
) -> None:
    window = open_window(Script().works())
    window.services.theme.change(scheme, text_size)
    window.resize(*size)
    for number, page in enumerate(window.pages):
        window.show_page(number)
        settle(qtbot, window)
        with suppress(qtbot.TimeoutError):  # on a busy machine the last layout may come late
            qtbot.waitUntil(lambda: not cut(window), timeout=30_000)
        assert (page.key, cut(window)) == (page.key, [])
        assert page.minimumSizeHint().width() <= page.width()
        assert window.size().toTuple() == size


def test_everything_has_a_name_and_can_be_reached_by_tab(qtbot: QtBot, full_home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    window.activateWindow()
    for number, page in enumerate(window.pages):
        window.show_page(number)
        settle(qtbot, window)
        wanted = {widget for widget in shown(window) if is_reachable(widget)}
        assert len(wanted) > 6
        assert [f"{page.key}: {widget}" for widget in wanted if not name_of(widget)] == []
        missed = wanted - tabbed_through(window)
        assert [f"{page.key}: {widget.accessibleName()}" for widget in missed] == []


def test_every_page_has_its_key(qtbot: QtBot, full_home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    for number, page in reversed(list(enumerate(window.pages))[:KEYS]):
        QTest.keyClick(window, getattr(Qt.Key, f"Key_{number + 1}"), Qt.KeyboardModifier.ControlModifier)
        assert page.isVisible()
        focus = QApplication.focusWidget()
        assert focus is not None
        assert page.isAncestorOf(focus)
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.settings.isVisible()
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == "Begin a text"
