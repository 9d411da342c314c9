"""The documents of a library: search and filters, totals, the table, a reading pane with before and after.

Starts no work: it says what is wanted and shows what it is handed.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLineEdit, QSplitter, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.ink import Ink, Stroke
from app.views.layouts import Flow
from app.views.library_model import ShelfModel
from app.views.parts import Button, column, holder, text
from app.views.segments import Segments
from app.views.table import Table
from app.words import library as words
from core.curate.rules import BY_NAME
from core.library import Filter, Offers, Totals

TYPING: Final = 120  # milliseconds after the last letter before the search begins
LENGTHS: Final = ((0, 0), (0, 10), (11, 100), (101, 1_000), (1_001, 0))  # words, as the filter offers them
NAMES: Final = ("source", "year", "kind", "language", "person")
LOW: Final = 200  # pixels that a table needs to be one
BESIDE: Final = 1_100  # pixels at 100 %, from which the reading pane stands beside the table


class DocumentsView(QWidget):
    """`wanted` follows every change of a filter; `read_wanted` and `leave_out` tell numbers of documents."""

    wanted = Signal(object)  # Filter
    read_wanted = Signal(int)
    leave_out = Signal(list, bool)
    undo_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._before: Sequence[Stroke] = ()
        self._after: Sequence[Stroke] = ()
        self._changes: Sequence[Stroke] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText(words.SEARCH)
        self.search.setAccessibleName(words.SEARCH)
        self.search.setClearButtonEnabled(True)
        self.boxes = {name: self._make_box(about) for name, about in zip(NAMES, words.FILTERS, strict=True)}
        self.length = self._make_box(words.LENGTH)
        for n, (fewest, most) in enumerate(LENGTHS):
            self.length.addItem(words.length(fewest, most) if n else words.any_of(words.LENGTH))
        self.totals = text("", "quiet")
        self.model = ShelfModel(theme)
        self.table = Table(theme, self.model, words.DOCUMENTS, wide=0, spare=(1, 2))
        self.table.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.out = Button(theme, words.LEAVE_OUT, does=words.LEAVE_OUT_DOES)
        self.undo = Button(theme, words.UNDO, does=words.UNDO_DOES)
        self.title = text("", "heading")
        self.reason = text("", "small")
        self.versions = Segments((words.CHANGES, words.BEFORE, words.AFTER), words.VERSION)
        self.pane = Ink(theme, words.READING)
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._lay_out()
        self._listen()

    def _make_box(self, about: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(about)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(11)
        return box

    def _lay_out(self) -> None:
        filters = Flow(gap=8)
        for box in (*self.boxes.values(), self.length):
            filters.addWidget(box)
        reading = holder(column(self.title, self.reason, self.versions, gap=6))
        right = Upright()
        inside = QVBoxLayout(right)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(reading)
        inside.addWidget(self.pane, 1)
        self.halves = QSplitter(Qt.Orientation.Horizontal)
        self.halves.setChildrenCollapsible(False)
        self.halves.addWidget(self.table)
        self.halves.addWidget(right)
        self.halves.setStretchFactor(0, 3)
        self.halves.setStretchFactor(1, 2)
        self.table.setMinimumHeight(LOW)
        self.pane.setMinimumHeight(LOW - 40)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self.search)
        whole.addWidget(holder(filters))
        whole.addWidget(self.totals)
        buttons = Flow(gap=8)
        for button in (self.out, self.undo):
            buttons.addWidget(button)
        whole.addWidget(holder(buttons))
        whole.addWidget(self.halves, 1)

    def _listen(self) -> None:
        self.search.textEdited.connect(self._on_typed)
        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self._on_return)
        for box in (*self.boxes.values(), self.length):
            box.activated.connect(self._emit_wanted)
        self._typing.timeout.connect(self._emit_wanted)
        self.table.view.selectionModel().currentRowChanged.connect(self._on_row)
        self.model.modelReset.connect(self._on_reset)
        self.out.clicked.connect(self.toggle)
        self.undo.clicked.connect(self.undo_wanted)
        self.versions.chosen.connect(self._show_version)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table.view, self.toggle)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)

    @property
    def filter(self) -> Filter:
        """What the fields say."""
        source, year, kind, language, person = (self.boxes[name].currentData() or "" for name in NAMES)
        fewest, most = LENGTHS[max(0, self.length.currentIndex())]
        return Filter(
            words=self.search.text(),
            source=source,
            year=year,
            kind=kind,
            language=language,
            person=person,
            fewest=fewest,
            most=most,
        )

    def show_offers(self, offers: Offers) -> None:
        """What the filters can be set to; what is chosen stays where it still is on offer."""
        for name, about in zip(NAMES, words.FILTERS, strict=True):
            box, chosen = self.boxes[name], self.boxes[name].currentData()
            box.clear()
            box.addItem(words.any_of(about), "")
            for value, count in getattr(offers, name):
                box.addItem(words.offer(name, value, count), value)
            box.setCurrentIndex(max(0, box.findData(chosen)))

    def show_totals(self, totals: Totals) -> None:
        self.totals.setText(words.totals(totals))

    def show_document(self, title: str, reason: str, before: Sequence[Stroke], after: Sequence[Stroke]) -> None:
        """One document as it came, and as it is learnt."""
        self.show_changes(title, reason, before, after, ())

    def show_changes(
        self, title: str, reason: str, before: Sequence[Stroke], after: Sequence[Stroke], changes: Sequence[Stroke]
    ) -> None:
        self._before, self._after, self._changes = before, after, changes
        self.title.setText(title)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self._show_version()

    def toggle(self) -> None:
        """Leave out what is selected, or take it in again when it is out already."""
        rows = sorted({index.row() for index in self.table.view.selectionModel().selectedRows()})
        numbers = [number for each in rows if (number := self.model.number(each)) is not None]
        lines = [self.model.line(each) for each in rows]
        if numbers and self.out.isEnabled():
            self.leave_out.emit(numbers, not all(line is not None and line.excluded for line in lines))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= BESIDE * self._theme.scale
        self.halves.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)

    def _on_typed(self) -> None:
        self._typing.start()

    def _on_return(self) -> None:
        self._emit_wanted()
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _emit_wanted(self) -> None:
        self._typing.stop()
        self.wanted.emit(self.filter)

    def _on_reset(self) -> None:
        if self.model.rowCount():
            self.table.view.setCurrentIndex(self.model.index(0, 0))
        else:
            self.show_document(words.NOTHING_FOUND, "", (), ())

    def _on_row(self) -> None:
        number = self.model.number(self.table.view.currentIndex().row())
        if number is not None:
            self.read_wanted.emit(number)

    def _show_version(self) -> None:
        shown = (self._changes or self._before, self._before, self._after)[self.versions.index]
        self.pane.show_strokes(shown, words.MORE_TEXT)


class Upright(QWidget):
    """A part of a splitter, which asks none how high it has to be for its width: so it says how low it may be."""

    def event(self, event: QEvent) -> bool:
        done, layout = super().event(event), self.layout()
        if layout is not None and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.setMinimumHeight(layout.minimumHeightForWidth(self.width()))
        return done


def reason_of(left_out: str, other: str) -> str:
    """Why a document is left out, in a sentence."""
    return words.left_out(BY_NAME[left_out].why if left_out in BY_NAME else other) if left_out else ""
