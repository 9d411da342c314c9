"""What a user can press, and what a story pressed: seen as events on their way through the application.

Only what a mouse or a keyboard does counts: a story that calls `click()` or `setValue()` has pressed nothing. Knows no
page; a control has the name of its sheet or page, and its own accessible name.
"""

import time
from typing import Final, TypeAlias

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QSlider,
    QTableView,
    QWidget,
)

from app.pages.base import Page

Kinds: TypeAlias = tuple[type[QObject], ...]
CONTROLS: Final[Kinds] = (
    QAbstractButton, QSlider, QComboBox, QLineEdit, QPlainTextEdit, QListWidget, QTableView, QShortcut, QAction,
)  # fmt: skip
DONE: Final = (QEvent.Type.MouseButtonRelease, QEvent.Type.KeyPress, QEvent.Type.Shortcut)

PATIENCE: Final = 30.0  # seconds until what a user waits for can be pressed


def is_control(thing: QObject) -> bool:
    """Whether a user can press or fill it: not the parts that Qt makes its own widgets of."""
    inside = (QLineEdit, QComboBox, QAbstractItemView)
    if not isinstance(thing, CONTROLS) or isinstance(thing.parent(), inside):
        return False
    if isinstance(thing, QAction):
        return isinstance(thing.parent(), (QMenu, Page))
    return not (isinstance(thing, (QLineEdit, QPlainTextEdit)) and thing.isReadOnly())


def name_of(control: QObject) -> str:
    """The page or sheet that it lies on, and what a screen reader says of it."""
    place: QObject | None = control
    while place is not None and not isinstance(place, (QDialog, Page)):
        place = place.parent()
    return f"{type(place).__name__}: {own_name(control)}"


def own_name(control: QObject) -> str:
    if isinstance(control, QShortcut):
        return f"key {control.key().toString()}"
    if isinstance(control, QAction):
        return control.text()
    assert isinstance(control, QWidget)
    words = control.text() if isinstance(control, QAbstractButton) else ""
    kind = "" if isinstance(control, QAbstractButton) else " (field)" if is_field(control) else " (choice)"
    return f"{control.accessibleName() or words.strip() or type(control).__name__}{kind}"


def is_field(control: QObject) -> bool:
    return isinstance(control, (QLineEdit, QPlainTextEdit))


class Presses(QObject):
    """From its making on: `seen` are the controls there were on these pages and sheets, `pressed` those in use."""

    def __init__(self, pages: list[Page]) -> None:
        super().__init__()
        self._pages = pages
        self.seen: set[str] = set()
        self.pressed: set[str] = set()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one while tests run

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and is_control(watched) and self._is_ours(watched):
            self.seen.add(name_of(watched))
        elif event.type() in DONE:
            control = watched if is_control(watched) else watched.parent()
            if control is not None and is_control(control) and can_be_used(control) and self._is_ours(control):
                self.pressed.add(name_of(control))
        return False

    def end(self) -> None:
        """Look no longer; what was there and never shown is seen now."""
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]  # as above
        for page in self._pages:
            for kind in CONTROLS:
                self.seen |= {name_of(each) for each in page.findChildren(kind) if is_control(each)}

    def _is_ours(self, thing: QObject) -> bool:
        above: QObject | None = thing
        while above is not None and above not in self._pages:
            above = above.parent()
        return above is not None


def can_be_used(control: QObject) -> bool:
    return not isinstance(control, QWidget) or (control.isEnabled() and control.isVisible())


def comes(control: QWidget) -> bool:
    """Whether it can be used, now or in a moment."""
    until = time.monotonic() + PATIENCE
    while not can_be_used(control) and time.monotonic() < until:
        QTest.qWait(5)
    return can_be_used(control)


def press(button: QAbstractButton) -> None:
    """With the mouse, as a user does who sees it."""
    assert comes(button), f"{name_of(button)} cannot be pressed"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(12, button.height() // 2))


def hit(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key of the keyboard, on a widget that a user can get to by Tab."""
    assert comes(widget), f"{name_of(widget)} cannot be used"
    assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    QTest.keyClick(widget, key, modifier)


def write(field: QLineEdit | QPlainTextEdit, words: str) -> None:
    """Instead of what is there."""
    assert comes(field), f"{name_of(field)} cannot be written in"
    QTest.keySequence(field, "Ctrl+A")
    QTest.keyClicks(field, words)
