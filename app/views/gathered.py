"""What a project holds: the totals, the documents, what was skipped, and the imports, which can be taken back."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QStackedWidget, QVBoxLayout, QWidget

from app import words
from app.survey import Survey
from app.theme import Theme
from app.views.documents import HeadingsModel, ImportsModel, SkippedModel
from app.views.figure import Figure
from app.views.layouts import Columns
from app.views.parts import Button, at_left, card, column, holder, text
from app.views.segments import Segments
from app.views.table import Table
from app.words import gathering
from core.corpus import Heading, Import
from core.documents import Skipped


class DatedTable(Table):
    """Its dates give way to titles later than columns of other tables: there are only three."""

    narrow = 420


class Gathered(QWidget):
    """Shows a survey, and adds to it what arrives while an import runs."""

    train_wanted = Signal()
    undo_wanted = Signal(object)  # Import

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.headings, self.skipped, self.imports = HeadingsModel(), SkippedModel(), ImportsModel()
        self._listed: list[Import] = []
        self._words = 0
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(16)
        inside.addWidget(self._make_totals())
        inside.addWidget(self._make_lists(), 1)

    @property
    def documents(self) -> int:
        return self.headings.rowCount()

    @property
    def is_empty(self) -> bool:
        return not (self.documents or self.skipped.rowCount())

    def show_survey(self, survey: Survey) -> None:
        self.headings.replace(survey.headings)
        self.skipped.replace(survey.skipped)
        self._listed = survey.imports
        self.imports.replace(survey.imports[::-1])  # the model puts the last on top
        self._words = survey.counts.words
        self.refresh(is_running=False)

    def add(self, facts: Sequence[object]) -> None:
        headings = [fact for fact in facts if isinstance(fact, Heading)]
        self.headings.add(headings)
        self.skipped.add([fact for fact in facts if isinstance(fact, Skipped)])
        self._words += sum(heading.words for heading in headings)
        self.refresh(is_running=True)

    def refresh(self, *, is_running: bool) -> None:
        """The figures and what may be pressed."""
        skipped = self.skipped.rowCount()
        self._documents_figure.show_number(words.number(self.documents))
        self._words_figure.show_number(words.number(self._words))
        self._skipped_figure.show_number(words.number(skipped))
        self.lists.name(1, words.skipped_tab(skipped))
        self.next.setEnabled(self.documents > 0 and not is_running)
        self.undo.setEnabled(bool(self._listed) and not is_running)

    def _make_totals(self) -> QWidget:
        frame, inside = card(margin=20)
        self._documents_figure = Figure(words.DOCUMENTS)
        self._words_figure = Figure(words.WORDS)
        self._skipped_figure = Figure(words.SKIPPED)
        self.next = Button(self._theme, words.NEXT_TRAIN, kind="primary", drawing="next")
        self.next.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow after the word
        self.next.clicked.connect(self.train_wanted)
        figures = Columns(least=round(112 * self._theme.scale))
        for widget in (self._documents_figure, self._words_figure, self._skipped_figure, self.next):
            figures.addWidget(widget)
        inside.addWidget(holder(figures))
        return frame

    def _make_lists(self) -> QWidget:
        self.lists = Segments((words.DOCUMENTS, words.SKIPPED, gathering.IMPORTS), words.SHOWN_LIST)
        stack = QStackedWidget()
        stack.addWidget(DatedTable(self._theme, self.headings, words.DOCUMENTS, wide=0, spare=(1,)))
        stack.addWidget(self._make_skipped())
        stack.addWidget(self._make_imports())
        stack.setMinimumHeight(280)
        self.lists.chosen.connect(stack.setCurrentIndex)
        return holder(column(self.lists, stack, gap=12))

    def _make_skipped(self) -> QWidget:
        """The list, and below it what is chosen in it in full."""
        self.skips = Table(self._theme, self.skipped, words.SKIPPED, wide=1)
        self.skips.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the end of an address says more than its host
        self.skips.view.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.skip_in_full = text("", "quiet")
        self.skip_in_full.hide()
        self.skips.view.selectionModel().currentRowChanged.connect(self._on_skip_chosen)
        self.skipped.modelReset.connect(self.skip_in_full.hide)
        return holder(column(self.skips, self.skip_in_full))

    def _on_skip_chosen(self, now: QModelIndex) -> None:
        self.skip_in_full.setText(self.skipped.in_full(now.row()) if now.isValid() else "")
        self.skip_in_full.setVisible(now.isValid())

    def _make_imports(self) -> QWidget:
        self.table = DatedTable(self._theme, self.imports, gathering.IMPORTS, wide=0, spare=(1,))
        self.undo = Button(self._theme, gathering.UNDO_CHOSEN)
        self.undo.setToolTip(gathering.UNDO_WHY)
        self.undo.clicked.connect(self._on_undo)
        return holder(column(self.table, at_left(self.undo)))

    def _on_undo(self) -> None:
        row = max(self.table.view.currentIndex().row(), 0)
        if row < len(self._listed):
            self.undo_wanted.emit(self._listed[row])
