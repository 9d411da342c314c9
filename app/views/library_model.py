"""The documents of a library as a Qt model: all their numbers at once, their lines only as they come into view.

Knows no database: it emits `wanted` with the numbers of a block, and is handed the lines by `take`.
"""

from array import array
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor

from app import words as shared
from app.theme import Theme
from app.views.text_grid import NOWHERE, Index, TextGrid
from app.words import library as words
from core.library import Row

BLOCK: Final = 64  # lines that are asked for together
HELD: Final = 200  # blocks that are kept: 12,800 lines


class ShelfModel(TextGrid):
    """Title, source, date, words, in the order it was given."""

    wanted = Signal(list)  # numbers of documents

    def __init__(self, theme: Theme) -> None:
        super().__init__((words.TITLE, words.SOURCE, words.DATE, words.WORDS), figures={3})
        self._theme = theme
        self._numbers = array("q")
        self._rows: dict[int, Row] = {}
        self._asked: dict[int, bool] = {}

    def show(self, numbers: "array[int]") -> None:
        """Other documents, or the same in another order."""
        self.beginResetModel()
        self._numbers = numbers
        self._rows, self._asked = {}, {}
        self.endResetModel()

    def take(self, rows: Sequence[Row]) -> None:
        """Lines that were asked for."""
        self._rows.update({row.number: row for row in rows})
        if self._numbers:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._numbers) - 1, len(self.heads) - 1))

    def refresh(self) -> None:
        """Ask again for what is in view: something about the documents has changed."""
        self._asked = {}
        if self._numbers:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._numbers) - 1, len(self.heads) - 1))

    def number(self, row: int) -> int | None:
        return self._numbers[row] if 0 <= row < len(self._numbers) else None

    def row_of(self, number: int) -> int:
        """Where a document stands; -1 when it is not on show."""
        return self._numbers.index(number) if number in self._numbers else -1

    def line(self, row: int) -> Row | None:
        """The line of a row, if it is here already."""
        number = self.number(row)
        return None if number is None else self._rows.get(number)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._numbers)

    def text_at(self, row: int, column: int) -> str:
        self._ask(row)
        line = self.line(row)
        return "…" if line is None else cell(line, column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.FontRole):
            row = self.line(index.row())
            if row is None or not row.excluded:
                return None
            if role == Qt.ItemDataRole.ForegroundRole:
                return QColor(self._theme.colours.quiet)
            font = self._theme.font("body")
            font.setStrikeOut(True)
            return font
        return super().data(index, role)

    def _ask(self, row: int) -> None:
        block = row // BLOCK
        if block in self._asked:
            return
        while len(self._asked) >= HELD:
            self._let_go(next(iter(self._asked)))
        self._asked[block] = True
        self.wanted.emit(self._numbers[block * BLOCK : (block + 1) * BLOCK].tolist())

    def _let_go(self, block: int) -> None:
        del self._asked[block]
        for number in self._numbers[block * BLOCK : (block + 1) * BLOCK]:
            self._rows.pop(number, None)


def cell(row: Row, column: int) -> str:
    if column == 0:
        return f"{row.title} ({words.LEFT_OUT})" if row.excluded else row.title
    if column == 1:
        return row.source
    if column == 2:
        return f"{row.written:%Y-%m-%d}" if row.written else shared.NO_DATE
    return shared.number(row.words)
