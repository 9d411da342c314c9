"""Below a picture: why it matters, the numbers behind it, or the arrays, which can be copied as .npy. Knows no view."""

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import Theme
from app.views.inside.pane import Facts
from app.views.parts import Button, text
from app.views.segments import Segments
from app.views.table import Table
from app.views.text_grid import NOWHERE, Index, TextGrid
from app.words import inside as words
from core.inside.reports import Array

ROWS = 9  # of a table before it scrolls


class Rows(TextGrid):
    """Rows of texts under headings."""

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__(heads)
        self._rows: Sequence[Sequence[str]] = ()

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def text_at(self, row: int, column: int) -> str:
        return self._rows[row][column]


class Depth(QWidget):
    """Three depths of the same thing, of which one is shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._arrays: Sequence[Array] = ()
        self.choice = Segments(words.DEPTHS, words.DEPTH)
        self.choice.chosen.connect(self._on_chosen)
        self.why = text("")
        self.facts = Rows((words.NAME, words.VALUE))
        self.tensors = Rows((words.HOOK, words.SHAPE, words.AXES))
        self._facts = Table(theme, self.facts, words.FACTS, wide=0)
        self._tensors = Table(theme, self.tensors, words.ARRAYS, wide=2)
        for table, model in ((self._facts, self.facts), (self._tensors, self.tensors)):
            header = table.view.horizontalHeader()
            for column in range(model.columnCount()):
                header.setSectionResizeMode(column, header.ResizeMode.Stretch)
        self.copy = Button(theme, words.COPY_ARRAY, drawing="copy", does=words.COPY_ARRAY_WHY)
        self.copy.clicked.connect(self._on_copy)
        self.saved: Path | None = None  # where the array that was copied last lies
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        for widget in (self.choice, self.why, self._facts, self._tensors, self.copy):
            inside.addWidget(widget)
        inside.setAlignment(self.copy, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._dress)
        self._on_chosen(0)
        self._dress()

    def show_depths(self, why: str, facts: Facts, arrays: Sequence[Array]) -> None:
        self.why.setText(why)
        self.facts.show_rows(facts)
        self._arrays = arrays
        self.tensors.show_rows([(each.hook, each.shape, f"{each.axes} · {each.values.dtype}") for each in arrays])
        self.copy.set_words(words.COPY_ARRAY)
        if arrays:
            self._tensors.view.selectRow(0)

    def _on_chosen(self, index: int) -> None:
        self.why.setVisible(index == 0)
        self._facts.setVisible(index == 1)
        self._tensors.setVisible(index == 2)
        self.copy.setVisible(index == 2)

    def _on_copy(self) -> None:
        """The file goes to the clipboard, for a folder, and the line that loads it, for a notebook."""
        if not self._arrays:
            return
        array = self._arrays[max(self._tensors.view.currentIndex().row(), 0)]
        data = io.BytesIO()
        np.save(data, array.values, allow_pickle=False)
        folder = Path(tempfile.mkdtemp(prefix="mynah-"))  # it stays: a notebook may load it when the window is closed
        self.saved = folder / f"{array.hook.replace(' ', '-').replace(',', '')}.npy"
        self.saved.write_bytes(data.getvalue())
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.saved))])
        mime.setText(f'numpy.load(r"{self.saved}")')
        mime.setData("application/x-npy", data.getvalue())
        QGuiApplication.clipboard().setMimeData(mime)
        self.copy.set_words(words.COPIED)

    def _dress(self) -> None:
        high = round((20 * self._theme.scale + 20) * ROWS)
        for table in (self._facts, self._tensors):
            table.setFixedHeight(high)
