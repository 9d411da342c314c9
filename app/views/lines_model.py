"""Lines of text in columns as a Qt model, with a box to tick where wanted. Knows nothing of what they say."""

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal

from app.views.text_grid import NOWHERE, Index, TextGrid


class LinesModel(TextGrid):
    """`ticked` tells which line was ticked or not; without `ticks` there are no boxes."""

    ticked = Signal(int, bool)

    def __init__(self, heads: Sequence[str], figures: Collection[int] = ()) -> None:
        super().__init__(heads, figures)
        self._lines: list[tuple[str, ...]] = []
        self._ticks: list[bool] = []

    def show(self, lines: Sequence[tuple[str, ...]], ticks: Sequence[bool] = ()) -> None:
        self.beginResetModel()
        self._lines, self._ticks = list(lines), list(ticks)
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def text_at(self, row: int, column: int) -> str:
        return self._lines[row][column]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if self._has_box(index) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and self._has_box(index):
            return Qt.CheckState.Checked if self._ticks[index.row()] else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not self._has_box(index):
            return False
        self._ticks[index.row()] = Qt.CheckState(value) == Qt.CheckState.Checked
        self.dataChanged.emit(index, index)
        self.ticked.emit(index.row(), self._ticks[index.row()])
        return True

    def _has_box(self, index: Index) -> bool:
        return bool(self._ticks) and index.column() == 0
