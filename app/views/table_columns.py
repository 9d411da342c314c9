"""Which column of an unknown table is what, and its first rows as they are read. Reads no file itself."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Columns as Side
from app.views.parts import column, holder, text
from app.words import gathering as words
from core.documents import Document
from core.sources import Columns


class TableColumns(QWidget):
    """Three boxes; `chosen` tells the Columns after each change."""

    chosen = Signal(object)  # Columns

    def __init__(self, theme: Theme, columns: Columns, names: tuple[str, ...], examples: tuple[Document, ...]) -> None:
        super().__init__()
        self._columns, self._names = columns, names
        self.text = self._make_box(words.TEXT, columns.text)
        self.author = self._make_box(words.AUTHOR, columns.author)
        self.date = self._make_box(words.DATE, columns.date)
        side = Side(least=round(150 * theme.scale), gap=12)
        for about, box in ((words.TEXT, self.text), (words.AUTHOR, self.author), (words.DATE, self.date)):
            side.addWidget(holder(column(text(about, "label"), box, gap=4)))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(text(words.COLUMNS, "question"))
        inside.addWidget(holder(side))
        inside.addWidget(text(words.FIRST_ROWS, "label"))
        self.rows = [words.row(document) for document in examples]
        for row in self.rows:
            inside.addWidget(text(row, "small"))
        if not examples:
            inside.addWidget(text(words.NO_ROWS, "small"))

    def _make_box(self, about: str, chosen: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"{words.COLUMNS} {about}")
        box.addItem(words.NO_COLUMN)
        box.addItems(self._names)
        box.setCurrentIndex(self._names.index(chosen) + 1 if chosen in self._names else 0)
        box.setMinimumContentsLength(8)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.activated.connect(self._on_chosen)
        return box

    def _on_chosen(self) -> None:
        text, author, date = (
            self._names[box.currentIndex() - 1] if box.currentIndex() else ""
            for box in (self.text, self.author, self.date)
        )
        taken = {text, author, date}
        title, id = (one if one not in taken else "" for one in (self._columns.title, self._columns.id))
        self.chosen.emit(Columns(text, author, date, title, id))
