"""A window on an empty home, with scripted work in place of the real."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import main
from app.lanes import Lane
from app.window import Window
from app.works import Works
from core.paths import Home
from tests.app.controls import STORIES
from tests.app.presses import Presses

Open = Callable[[Works], Window]
Watch = Callable[[Window], None]


@pytest.fixture
def home(own_home: Path) -> Home:
    return Home(own_home)


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Lane]:
    parent = QObject()
    lane = Lane("test", parent)
    yield lane
    lane.stop_all()
    lane.close()


@pytest.fixture
def open_window(qapp: QApplication, qtbot: QtBot, home: Home) -> Iterator[Open]:
    """Opens a window, shown and surveyed; it is closed after the test."""
    opened: list[tuple[Window, QObject]] = []

    def open_(works: Works) -> Window:
        parent = QObject()
        services = main.build(home, works, parent)
        window = Window(services)
        opened.append((window, parent))
        with qtbot.waitSignal(services.workspace.surveyed):
            window.show()
        return window

    yield open_
    for window, parent in opened:
        main.close(window.services)
        window.close()
        window.deleteLater()
        parent.deleteLater()
    opened.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # then only cycles hold what is left


@pytest.fixture
def watch(open_window: Open, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Watches what a story presses: it must be all that STORIES says of it, and there may be no control without one."""
    watched: list[Presses] = []

    def watch_(window: Window) -> None:
        watched.append(Presses([window.chat, window.meters, window.examples, window.settings]))

    yield watch_
    for presses in watched:
        presses.end()
        promised = {*STORIES.get(request.node.name, ())}
        assert promised <= presses.pressed, f"not pressed: {sorted(promised - presses.pressed)}"
        named = {control for controls in STORIES.values() for control in controls}
        assert presses.seen <= named, f"in no story: {sorted(presses.seen - named)}"
