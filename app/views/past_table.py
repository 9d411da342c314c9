"""The runs of a project as a table model: a dot in the colour of the curve, name, best, time, size."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPixmap

from app.past import Past
from app.views.compare_plot import COLOURS
from app.views.documents import RowsModel
from app.views.text_grid import Index
from app.words import history


def colour_of(number: int) -> str:
    """The colour of the run at this place, counted from the oldest."""
    return COLOURS[number % len(COLOURS)]


def swatch(colour: str) -> QIcon:
    """A square of a colour. It stays as it is in a chosen row, where Qt would tint it."""
    square = QPixmap(16, 16)
    square.fill(colour)
    icon = QIcon(square)
    icon.addPixmap(square, QIcon.Mode.Selected)
    return icon


class PastModel(RowsModel[Past]):
    """The newest on top."""

    heads = (history.NAME, history.BEST, history.TIME, history.SIZE)
    numbers = (history.BEST, history.TIME, history.SIZE)

    @property
    def rows(self) -> list[Past]:
        """All of them, the oldest first."""
        return self._rows

    def number(self, row: int) -> int:
        """The place, from the oldest, of the run in a row of the table."""
        return len(self._rows) - 1 - row

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return swatch(colour_of(self.number(index.row())))
        return super().data(index, role)

    def cell(self, row: Past, column: int) -> str:
        story = row.story
        cells = (
            story.title,
            "–" if story.best is None else f"{story.best.bits:.3f}",
            history.lasted(story.seconds),
            history.megabytes(row.bytes_on_disk),
        )
        return cells[column]
