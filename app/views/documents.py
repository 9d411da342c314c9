"""The lists of what was read and what was not, as Qt models over plain values. Know no database."""

from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app import words
from app.words import gathering
from core.corpus import Heading, Import
from core.documents import Skipped

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows with the newest on top; a batch of new ones is one change, however large it is."""

    heads: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []

    def replace(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def add(self, rows: Sequence[Row]) -> None:
        if rows:
            self.beginInsertRows(NOWHERE, 0, len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.cell(self._rows[-1 - index.row()], index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        return None

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Numbers stand on the right, so that they can be compared."""
        side = Qt.AlignmentFlag.AlignRight if self.heads[column] in self.numbers else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def cell(self, row: Row, column: int) -> str:
        """What stands in a column of a row."""
        raise NotImplementedError


class HeadingsModel(RowsModel[Heading]):
    """Title, date and words of each document."""

    heads = (words.TITLE, words.DATE, words.WORDS)
    numbers = (words.WORDS,)

    def cell(self, row: Heading, column: int) -> str:
        if column == 0:
            return row.title
        if column == 1:
            return f"{row.written:%Y-%m-%d}" if row.written else words.NO_DATE
        return words.number(row.words)


class ImportsModel(RowsModel[Import]):
    """What was imported when, and how much of it is there."""

    heads = (gathering.WHERE, gathering.WHEN, words.DOCUMENTS)
    numbers = (words.DOCUMENTS,)

    def cell(self, row: Import, column: int) -> str:
        if column == 0:
            return row.origin
        return gathering.import_line(row) if column == 1 else words.number(row.documents)


class SkippedModel(RowsModel[Skipped]):
    """What was not read, and why."""

    heads = (words.FILE, words.WHY)

    def cell(self, row: Skipped, column: int) -> str:
        return row.reason if column else row.key
