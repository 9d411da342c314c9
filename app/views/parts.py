"""The small parts every page is made of: texts, buttons, cards. Know no project and no job."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.theme import ICON, Theme


def text(words: str, kind: str = "", *, wraps: bool = True) -> QLabel:
    """A text that is shown as it is: never read as HTML, whoever wrote it."""
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    made.setWordWrap(wraps)
    if wraps:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


class TickWords(QLabel):
    """What a box to tick means, beside it: unlike the box's own words these break into lines. Pressing them ticks."""

    def __init__(self, box: QCheckBox, words: str, kind: str = "") -> None:
        super().__init__(words)
        self._box = box
        self.setProperty("kind", kind)
        self.setEnabled(box.isEnabled())
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setBuddy(box)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._box.isEnabled() and self.rect().contains(event.position().toPoint()):
            self._box.click()


def tick_with(box: QCheckBox, words: str, kind: str = "") -> QWidget:
    """A box without words of its own, and its words beside it."""
    box.setAccessibleName(words)
    line = row(box, TickWords(box, words, kind), gap=4)
    line.setAlignment(box, Qt.AlignmentFlag.AlignTop)
    line.setStretch(1, 1)
    return holder(line)


def tip(words: str) -> str:
    """The same for a tool tip. Qt has no plain ones: what looks like HTML is laid out, and its pictures are fetched."""
    return f"<qt>{escape(words)}</qt>" if GuiQt.mightBeRichText(words) else words


class Button(QPushButton):
    """A button with words, a drawing, or both. Return presses it too; what it does is also its accessible name."""

    def __init__(self, theme: Theme, words: str, *, kind: str = "", drawing: str = "", does: str = "") -> None:
        super().__init__()
        self._theme, self._drawing, self._does = theme, drawing, does
        self.set_words(words)
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the ring is for those who use the keyboard
        if does and not words:
            self.setToolTip(does)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def set_words(self, words: str) -> None:
        """What is written on it, with some air after the drawing; what is heard of it too, unless that says more."""
        self.setText(f" {words}" if words and self._drawing else words)
        self.setAccessibleName(self._does or words.strip() or self.accessibleName())

    def set_drawing(self, drawing: str) -> None:
        self._drawing = drawing
        self._paint_icon()

    def _paint_icon(self) -> None:
        if not self._drawing:
            return
        on_accent = self.property("kind") in ("primary", "round")
        self.setIcon(self._theme.icon(self._drawing, "on_accent" if on_accent else "text"))
        side = round(ICON * self._theme.scale)
        self.setIconSize(QSize(side, side))


def card(kind: str = "card", *, gap: int = 12, margin: int = 24) -> tuple[QFrame, QVBoxLayout]:
    """A rounded surface and the column inside it."""
    frame = QFrame()
    frame.setProperty("kind", kind)
    column = QVBoxLayout(frame)
    column.setContentsMargins(margin, margin, margin, margin)
    column.setSpacing(gap)
    return frame, column


def holder(layout: QLayout) -> QWidget:
    """A bare widget around a layout, which can be hidden as one and keeps its height for its width."""
    made = QWidget()
    made.setLayout(layout)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(layout.hasHeightForWidth())
    made.setSizePolicy(policy)
    return made


def at_left(widget: QWidget) -> QWidget:
    """A widget at its own width, at the left of a line."""
    line = row(widget)
    line.addStretch(1)
    return holder(line)


def row(*widgets: QWidget, gap: int = 8) -> QHBoxLayout:
    """Widgets side by side, without margins."""
    layout = QHBoxLayout()
    fill(layout, widgets, gap)
    return layout


def column(*widgets: QWidget, gap: int = 8) -> QVBoxLayout:
    """Widgets below each other, without margins."""
    layout = QVBoxLayout()
    fill(layout, widgets, gap)
    return layout


def fill(layout: QBoxLayout, widgets: Sequence[QWidget], gap: int) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for widget in widgets:
        layout.addWidget(widget)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and let it look again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
