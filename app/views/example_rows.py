"""Examples of talk as a Qt model: a box for what is used, what is asked, what is answered, the kind. Saves nothing."""

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import Qt, Signal

from app.views.text_grid import NOWHERE, Index, TextGrid
from app.words import examples as words
from core import chatrows
from core.chatrows import OWN, Kind, Row

SHOWN: Final = 200  # characters of a text in one line of a table


class ExampleRows(TextGrid):
    """Holds all rows, and shows those of one kind that hold the words searched for. `ticked` tells which to use."""

    ticked = Signal(object, bool)  # Row

    def __init__(self) -> None:
        super().__init__((words.ASKED, words.ANSWER, words.KIND))
        self._rows: dict[str, Row] = {}
        self._shown: list[str] = []
        self._used: set[str] = set()
        self._kind: Kind | None = None
        self._sought = ""

    @property
    def count(self) -> int:
        return len(self._rows)

    @property
    def own(self) -> int:
        """How many are the writer's own, and were not made."""
        return sum(row.kind in OWN for row in self._rows.values())

    @property
    def used(self) -> int:
        return len(self._used)

    def is_used(self, row: Row) -> bool:
        return row.id in self._used

    def row(self, number: int) -> Row | None:
        return self._rows[self._shown[number]] if 0 <= number < len(self._shown) else None

    def place(self, id_: str) -> int:
        """Where a row is shown; -1 where it is not."""
        return self._shown.index(id_) if id_ in self._shown else -1

    def clear(self) -> None:
        self._rows = {}
        self._show()

    def put(self, rows: Iterable[Row]) -> None:
        """More rows, or other ones in the place of those of their ids. What is shown already stays where it is."""
        before = list(self._shown)
        self._rows |= {row.id: row for row in rows}
        self._used = {row.id for row in chatrows.used(self._rows.values())}
        shown = [id_ for id_, row in self._rows.items() if self._fits(row)]
        if shown[: len(before)] != before:
            self._show()
            return
        if len(shown) > len(before):
            self.beginInsertRows(NOWHERE, len(before), len(shown) - 1)
            self._shown = shown
            self.endInsertRows()
        if before:
            self.dataChanged.emit(self.index(0, 0), self.index(len(before) - 1, len(self.heads) - 1))

    def narrow(self, kind: Kind | None, sought: str) -> None:
        """Show one kind only, and only what holds these words."""
        self._kind, self._sought = kind, sought.casefold().strip()
        self._show()

    def _show(self) -> None:
        self.beginResetModel()
        self._used = {row.id for row in chatrows.used(self._rows.values())}
        self._shown = [id_ for id_, row in self._rows.items() if self._fits(row)]
        self.endResetModel()

    def _fits(self, row: Row) -> bool:
        is_kind = self._kind is None or row.kind == self._kind
        return is_kind and self._sought in f"{row.asked}\n{row.answer}".casefold()

    # ---- what Qt asks

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def text_at(self, row: int, column: int) -> str:
        shown = self._rows[self._shown[row]]
        return (in_one_line(shown.asked), in_one_line(shown.answer), words.KINDS[shown.kind])[column]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            is_used = self.is_used(self._rows[self._shown[index.row()]])
            return Qt.CheckState.Checked if is_used else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != 0:
            return False
        self.ticked.emit(self._rows[self._shown[index.row()]], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


def in_one_line(text: str) -> str:
    return " ".join(text[: 2 * SHOWN].split())[:SHOWN]
