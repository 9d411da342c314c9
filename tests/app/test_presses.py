"""That the stories of every control can go red: what is not pressed is not counted, and what is new is noticed."""

import ast
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from app.pages.base import Page
from tests.app.controls import STORIES
from tests.app.presses import Presses, hit, press

HERE = Path(__file__).parent


class OnePage(Page):
    """A page without services: only a place for controls."""

    def __init__(self) -> None:
        QWidget.__init__(self)


def test_every_story_that_is_named_is_there() -> None:
    there = {
        each.name
        for path in HERE.glob("test_every_control_*.py")
        for each in ast.parse(path.read_text("utf-8")).body
        if isinstance(each, ast.FunctionDef)
    }
    assert {*STORIES} <= there


def test_only_a_mouse_and_a_keyboard_press(qtbot: QtBot) -> None:
    page = OnePage()
    qtbot.addWidget(page)
    button, slider, closed = QPushButton("Go", page), QSlider(Qt.Orientation.Horizontal, page), QPushButton("No", page)
    slider.move(0, 60)
    closed.move(0, 120)
    closed.setEnabled(False)
    presses = Presses([page])
    page.show()
    button.click()
    slider.setValue(3)
    QTest.mouseClick(closed, Qt.MouseButton.LeftButton)
    assert presses.pressed == set()
    press(button)
    hit(slider, Qt.Key.Key_Right)
    presses.end()
    assert presses.pressed == {"OnePage: Go", "OnePage: QSlider (choice)"}
    assert presses.seen == {"OnePage: Go", "OnePage: No", "OnePage: QSlider (choice)"}


def test_what_comes_later_or_is_hidden_is_seen_too(qtbot: QtBot) -> None:
    page = OnePage()
    qtbot.addWidget(page)
    presses = Presses([page])
    page.show()
    passing = QPushButton("Passing", page)
    passing.show()
    passing.setParent(None)
    QPushButton("Hidden", page).hide()
    presses.end()
    assert presses.seen == {"OnePage: Passing", "OnePage: Hidden"}
