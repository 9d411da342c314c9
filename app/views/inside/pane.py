"""What every view of `Look inside` is: a picture of one report, with the facts and arrays behind it. Starts no work."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, TypeAlias

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.inside.cells import Cells
from app.views.layouts import Flow
from app.views.parts import holder, text
from core.inside.reports import Array, Asked, Report, View

Facts: TypeAlias = Sequence[tuple[str, str]]


class Pane(QWidget):
    """A subclass lays out its parts with `add`, and fills them in `show_report`."""

    view: ClassVar[View]

    wanted = Signal()  # something of its own was changed: please ask again
    said = Signal(str)  # what the cell under cursor or mouse shows

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._arrays: Sequence[Array] = ()
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(12)

    def add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self._inside.addWidget(widget)
            for cells in [widget] if isinstance(widget, Cells) else widget.findChildren(Cells):
                cells.moved.connect(self._on_moved)

    def ask(self, asked: Asked) -> Asked:
        """The question with what this view adds to it."""
        return replace(asked, view=self.view)

    def show_report(self, report: Report) -> None:
        raise NotImplementedError

    def facts(self) -> Facts:
        """The figures behind the picture, by name."""
        raise NotImplementedError

    def arrays(self) -> Sequence[Array]:
        return self._arrays

    def veil(self, veiled: bool) -> None:
        """Hide the words of the picture, or show them again."""
        for cells in self.findChildren(Cells):
            cells.veil(veiled)

    def first_focus(self) -> QWidget:
        return next((cells for cells in self.findChildren(Cells) if cells.isVisible()), self)

    def _on_moved(self, index: int) -> None:
        cells = self.sender()
        if isinstance(cells, Cells) and 0 <= index < cells.count():
            self.said.emit(cells.words(index))


def caption(sentence: str) -> QWidget:
    """A heading above a part of a picture."""
    made = text(sentence, "label")
    made.setContentsMargins(0, 10, 0, 0)
    return made


class LongLine(QLabel):
    """A heading that would rather stand in one line, and wraps where that is too long."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", "label")
        self.setWordWrap(True)

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())


def titled(sentence: str, key: QWidget) -> QWidget:
    """A heading with what the colours below it mean."""
    line = Flow(gap=16)
    line.addWidget(LongLine(sentence))
    line.addWidget(key)
    line.setContentsMargins(0, 10, 0, 0)
    return holder(line)


def beginning(widget: QWidget) -> QWidget:
    """A widget at the beginning of its line, no wider than it wants to be."""
    line = Flow()
    line.addWidget(widget)
    return holder(line)
