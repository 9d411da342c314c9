"""The lists of what was read and what was not, as Qt models over plain values. Know no database."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from app import words
from app.views.text_grid import NOWHERE, Index, TextGrid
from app.words import gathering
from core.corpus import Heading, Import
from core.documents import Skipped

Row = TypeVar("Row")


class RowsModel(TextGrid, Generic[Row]):
    """Rows with the newest on top; a batch of new ones is one change, however large it is."""

    heads: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__(self.heads, [self.heads.index(name) for name in self.numbers])
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

    def text_at(self, row: int, column: int) -> str:
        return self.cell(self._rows[-1 - row], column)

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

    heads = (gathering.WHAT, words.WHY)

    def add(self, rows: Sequence[Skipped]) -> None:
        """What is not known yet: an import that goes on comes by the same again."""
        known = {one.key for one in self._rows}
        super().add([one for one in rows if one.key not in known])

    def cell(self, row: Skipped, column: int) -> str:
        return row.reason if column else gathering.bare(row.key)

    def in_full(self, row: int) -> str:
        """What stands in a row, however narrow its columns are."""
        one = self._rows[-1 - row]
        return f"{one.key}\n{one.reason}"
