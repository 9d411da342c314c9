"""A quiet table: whole rows, no grid, columns that share the width. Knows no model."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QVBoxLayout

from app.theme import Theme
from app.views.parts import restyle

NARROW: Final = 600  # pixels at 100 %, below which columns that can be spared are hidden


class Table(QFrame):
    """A rounded frame around a table view, which shows the focus. Narrow, it goes without `spare` columns.

    `rooms` are widths of columns that do not stretch, at 100 %, where the usual one is too little.
    """

    narrow = NARROW

    def __init__(
        self,
        theme: Theme,
        model: QAbstractItemModel,
        about: str,
        *,
        wide: int,
        spare: Sequence[int] = (),
        rooms: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.setObjectName("table")
        self._theme = theme
        self.view = View(self)
        self.view.setModel(model)
        self.view.setAccessibleName(about)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.addWidget(self.view)
        header = self.view.horizontalHeader()
        for column in range(model.columnCount()):
            stretches = column == wide
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.Fixed
            )
        self._wide, self._spare, self._rooms = wide, spare, rooms
        theme.changed.connect(self._dress)
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spare_columns()

    def _spare_columns(self) -> None:
        for column in self._spare:
            self.view.setColumnHidden(column, self.width() < self.narrow * self._theme.scale)

    def _dress(self) -> None:
        scale = self._theme.scale
        self.view.verticalHeader().setDefaultSectionSize(round(20 * scale) + 20)
        for column in range(self.view.model().columnCount()):
            if column != self._wide:
                self.view.horizontalHeader().resizeSection(column, round(self.room(column) * scale) + 24)
        self._spare_columns()

    def room(self, column: int) -> int:
        """The width of a column that does not stretch, at 100 %."""
        return self._rooms.get(column, 96 if self._wide == 0 else 176)


class View(QTableView):
    """Says to its frame when it has the focus."""

    def __init__(self, frame: QFrame) -> None:
        super().__init__(frame)
        self._frame = frame
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        restyle(self._frame, "focused", True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        restyle(self._frame, "focused", False)
