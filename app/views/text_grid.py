"""A table of texts as a Qt model: heads, figures on the right, tool tips as letters. Knows nothing of what it says."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.views.parts import tip

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()


class TextGrid(QAbstractTableModel):
    """Who inherits tells how many rows there are, and each text by `text_at`."""

    def __init__(self, heads: Sequence[str], figures: Collection[int] = ()) -> None:
        """`figures` are the columns that stand on the right, so that their numbers can be compared."""
        super().__init__()
        self.heads, self._figures = tuple(heads), frozenset(figures)

    def text_at(self, row: int, column: int) -> str:
        """What stands there, as its writer has it."""
        raise NotImplementedError

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.text_at(index.row(), index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self.text_at(index.row(), index.column()))
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(index.column())
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in self._figures else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
