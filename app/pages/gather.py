"""Gather: drop a folder, watch documents arrive, see what was skipped and why. Reads no file itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QWidget

from app import words
from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.views.documents import HeadingsModel, SkippedModel
from app.views.drop_area import DropArea
from app.views.figure import Figure
from app.views.layouts import Columns
from app.views.parts import Button, card, column, holder, text
from app.views.segments import Segments
from app.views.table import Table
from core.corpus import Heading
from core.documents import ImportReport, Skipped
from core.events import Progress


class GatherPage(Page):
    """The drop area, what is going on, the totals, the two lists."""

    key, title, drawing = "gather", words.GATHER, "gather"

    train_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.drop = DropArea(services.theme)
        self.drop.chosen.connect(services.gathering.take)
        self.headings, self.skipped = HeadingsModel(), SkippedModel()
        self._words = 0

        self._empty = text(words.NOTHING_YET, "quiet")

        inside = Column(services)
        inside.add(text(words.GATHER, "title"), text(words.GATHER_LEAD, "lead"), self.drop, self._make_status())
        inside.add(self._make_totals(), self._empty)
        inside.add(self._make_lists(), share=1000)
        inside.add_stretch()
        fill_page(self, scrolled(inside))
        self._listen()
        self._refresh()

    def _listen(self) -> None:
        gathering, workspace = self.services.gathering, self.services.workspace
        gathering.started.connect(self._on_started)
        gathering.progressed.connect(self._on_progressed)
        gathering.noted.connect(self._on_noted)
        gathering.ended.connect(self._on_ended)
        workspace.switched.connect(self._refresh)
        workspace.surveyed.connect(self._refresh)

    def _make_status(self) -> QWidget:
        """How far the import is, and after it what came of it."""
        frame, inside = card(margin=16, gap=8)
        self._status = text("")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(words.READING)
        self.stop = Button(self.services.theme, words.STOP, drawing="stop")
        self.stop.clicked.connect(self._on_stop)
        inside.addWidget(self._status)
        inside.addWidget(self._bar)
        inside.addWidget(self.stop)
        self._status_card = frame
        frame.hide()
        return frame

    def _make_totals(self) -> QWidget:
        frame, inside = card(margin=20)
        self._documents_figure = Figure(words.DOCUMENTS)
        self._words_figure = Figure(words.WORDS)
        self._skipped_figure = Figure(words.SKIPPED)
        self.next = Button(self.services.theme, words.NEXT_TRAIN, kind="primary", drawing="next")
        self.next.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow after the word
        self.next.clicked.connect(self.train_wanted)
        figures = Columns(least=round(112 * self.services.theme.scale))
        for widget in (self._documents_figure, self._words_figure, self._skipped_figure, self.next):
            figures.addWidget(widget)
        inside.addWidget(holder(figures))
        self._totals = frame
        return frame

    def _make_lists(self) -> QWidget:
        theme = self.services.theme
        self.lists = Segments((words.DOCUMENTS, words.SKIPPED), words.SHOWN_LIST)
        self._stack = QStackedWidget()
        for model, about, wide in ((self.headings, words.DOCUMENTS, 0), (self.skipped, words.SKIPPED, 1)):
            self._stack.addWidget(Table(theme, model, about, wide=wide))
        self._stack.setMinimumHeight(280)
        self.lists.chosen.connect(self._stack.setCurrentIndex)
        self._lists = holder(column(self.lists, self._stack, gap=12))
        return self._lists

    def first_focus(self) -> QWidget:
        return self.drop.folder

    @property
    def status(self) -> str:
        """What is said about the import, now or at its end."""
        return self._status.text()

    def _on_stop(self) -> None:
        self.services.gathering.stop()
        self.stop.setEnabled(False)
        self._status.setText(words.STOPPING)

    def _on_started(self) -> None:
        self._status_card.show()
        self._bar.show()
        self._bar.setRange(0, 0)
        self.stop.show()
        self.stop.setEnabled(True)
        self._status.setText(words.READING)
        self._show_totals()

    def _on_progressed(self, progress: Progress) -> None:
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        self._status.setText(words.reading(progress.done, progress.total, progress.note))

    def _on_noted(self, facts: list[object]) -> None:
        headings = [fact for fact in facts if isinstance(fact, Heading)]
        self.headings.add(headings)
        self.skipped.add([fact for fact in facts if isinstance(fact, Skipped)])
        self._words += sum(heading.words for heading in headings)
        self._show_totals()

    def _on_ended(self, report: ImportReport | None) -> None:
        self._bar.hide()
        self.stop.hide()
        self._status_card.setVisible(report is not None)
        if report is not None:
            self._status.setText(words.imported(report))

    def _refresh(self) -> None:
        """Show what is on disk; while an import runs, its own events are newer."""
        if self.services.gathering.is_running:
            return
        survey = self.services.workspace.survey
        self.headings.replace(survey.headings)
        self.skipped.replace(survey.skipped)
        self._words = survey.counts.words
        self._show_totals()

    def _show_totals(self) -> None:
        documents, skipped = self.headings.rowCount(), self.skipped.rowCount()
        is_empty = not (documents or skipped or self.services.gathering.is_running)
        self._documents_figure.show_number(words.number(documents))
        self._words_figure.show_number(words.number(self._words))
        self._skipped_figure.show_number(words.number(skipped))
        self.lists.name(1, words.skipped_tab(skipped))
        self.next.setEnabled(documents > 0 and not self.services.gathering.is_running)
        self._totals.setVisible(not is_empty)
        self._lists.setVisible(not is_empty)
        self._empty.setVisible(is_empty)
        self.drop.make_small(not is_empty)
