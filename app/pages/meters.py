"""Meters: what a bot is worth beside what it came from, what it copied, and the blind quiz. Measures nothing itself."""

import random
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QProgressBar, QWidget

from app.jobs import Job
from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.views.layouts import Columns, Flow
from app.views.meter_card import MeterCard
from app.views.parts import Button, at_left, card, holder, text
from app.views.plain_text import PlainText
from app.views.quiz_sheet import QuizSheet
from app.words import meters as words
from core import runs
from core.atomic import disk_errors, write_file
from core.errors import Trouble
from core.events import Progress
from core.judge import quiz
from core.meters import Meters, kept
from core.runs import Run

SEEDS = 2**31
COPIES = 8  # shown


class MetersPage(Page):
    """The figures that were measured last, of the bot that is chosen."""

    key, title, drawing = "meters", words.METERS, "meters"

    train_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._job: Job | None = None
        self._runs: list[Run] = []
        self.meters: Meters | None = None
        self.sheet: QuizSheet | None = None
        theme = services.theme
        self.which = QComboBox()
        self.which.setAccessibleName(words.WHICH)
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.which.setMinimumContentsLength(20)
        self.measure = Button(theme, words.MEASURE, kind="primary")
        self.play = Button(theme, words.PLAY, kind="primary")
        self.send = Button(theme, words.SEND, does=words.SEND_WHY)
        self.train = Button(theme, words.GO_TRAIN, kind="primary")
        self._to_train = at_left(self.train)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(words.METERS)
        self._doing = text("", "quiet")
        self._verdict, self._rest = text("", "heading"), text("")
        self._empty_title, self._empty_why = text("", "heading"), text("", "quiet")
        self._cards = Columns(least=round(300 * theme.scale), gap=16)
        self._lay_out()
        self.which.activated.connect(self._show)
        self.measure.clicked.connect(self._on_measure)
        self.train.clicked.connect(self.train_wanted)
        self.play.clicked.connect(self._on_play)
        self.send.clicked.connect(self._on_send)
        services.workspace.surveyed.connect(self._refresh)
        services.workspace.switched.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        tools, buttons = Flow(gap=12), Flow(gap=12)
        for tool in (self.which, self.measure):
            tools.addWidget(tool)
        for button in (self.play, self.send):
            buttons.addWidget(button)
        self._empty, inside = card()
        for widget in (self._empty_title, self._empty_why, self._to_train):
            inside.addWidget(widget)
        self._quiz, inside = card()
        for part in (text(words.QUIZ, "heading"), text(words.QUIZ_WHY, "quiet"), holder(buttons)):
            inside.addWidget(part)
        self._copies, self._copies_inside = card()
        self._copies_inside.addWidget(text(words.COPIES, "heading"))
        self._figures = holder(self._cards)
        whole = Column(self.services)
        whole.add(text(words.METERS, "title"), text(words.LEAD, "lead"), holder(tools), self.progress, self._doing,
                  self._empty, self._verdict, self._rest, self._figures, self._quiz, self._copies)  # fmt: skip
        whole.add_stretch()
        fill_page(self, scrolled(whole))

    def first_focus(self) -> QWidget:
        return self.measure if self._runs else self.train

    @property
    def verdict(self) -> str:
        """What is said of all meters together."""
        return f"{self._verdict.text()} {self._rest.text()}".strip()

    @property
    def is_measuring(self) -> bool:
        return self._job is not None

    # ---- measuring

    def _on_measure(self) -> None:
        """The same button stops what it began."""
        run = self._run()
        if self._job is not None:
            self._job.stop()
        elif run is not None:
            task = self.services.works.measure(self.services.workspace.project, run)
            self._job = self.services.device.submit(task, "measure", self)
            self._job.progressed.connect(self._on_progressed)
            self._job.succeeded.connect(self._on_measured)
            self._job.failed.connect(self._on_failed)
            self.progress.setRange(0, 0)
            self._doing.setText("")
            self._show_parts()

    def _on_progressed(self, progress: Progress) -> None:
        self.progress.setRange(0, progress.total)
        self.progress.setValue(progress.done)
        self._doing.setText(progress.note)

    def _on_measured(self, meters: Meters | None) -> None:
        self._job = None
        if meters is None:
            self._show_parts()
        else:
            self._show()

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        self.services.notices.show(error)
        self._show_parts()

    # ---- what is on show

    def _run(self) -> Run | None:
        index = self.which.currentIndex()
        return self._runs[index] if 0 <= index < len(self._runs) else None

    def _refresh(self) -> None:
        chosen = self._run()
        found = [run for run in runs.all_runs(self.services.workspace.project.runs) if run.is_usable]
        self._runs = list(reversed(found))
        self.which.clear()
        self.which.addItems([run.title or run.name for run in self._runs])
        if chosen in self._runs:
            self.which.setCurrentIndex(self._runs.index(chosen))
        self._show()

    def _show(self) -> None:
        run = self._run()
        self.meters = kept(run.root) if run is not None else None
        _clear(self._cards)
        while self._copies_inside.count() > 1:
            item = self._copies_inside.takeAt(1)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if self.meters is not None:
            for meter in self.meters.meters:
                self._cards.addWidget(MeterCard(self.services.theme, meter))
            for copy in self.meters.copies[:COPIES]:
                line = PlainText(self.services.theme, "body", "quiet")
                line.set_text(f"“{copy.text}”\n{Path(copy.name).name}")
                self._copies_inside.addWidget(line)
        self._show_parts()

    def _show_parts(self) -> None:
        meters, busy = self.meters, self._job is not None
        self._empty_title.setText(words.NOTHING if self._runs else words.NO_BOT)
        self._empty_why.setText(words.NOTHING_WHY if self._runs else words.NO_BOT_WHY)
        self._empty.setVisible(meters is None and not busy)
        self._to_train.setVisible(not self._runs)
        self.which.setVisible(bool(self._runs))
        self.which.setEnabled(not busy)
        self.measure.setVisible(bool(self._runs))
        self.measure.set_words(words.STOP if busy else words.MEASURE if meters is None else words.MEASURE_AGAIN)
        self.progress.setVisible(busy)
        self._doing.setVisible(busy)
        self._figures.setVisible(meters is not None)
        for part in (self._verdict, self._rest):
            part.setVisible(meters is not None)
        if meters is not None:
            first, _, rest = words.verdict(meters).partition(". ")
            self._verdict.setText(f"{first}." if rest else first)
            self._rest.setText(rest)
            self._rest.setVisible(bool(rest))
        self._quiz.setVisible(meters is not None and bool(meters.pairs))
        self._copies.setVisible(meters is not None and bool(meters.copies))

    # ---- the quiz

    def _rounds(self) -> list[quiz.Round]:
        return quiz.rounds(self.meters.pairs, random.randrange(SEEDS)) if self.meters else []

    def _on_play(self) -> None:
        self.sheet = QuizSheet(self, self.services.theme, self._rounds())
        self.sheet.show()

    def _on_send(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, words.SEND, "which-one-is-me.html", "HTML (*.html)")
        if path:
            self.write_quiz(Path(path))

    def write_quiz(self, path: Path) -> None:
        """The quiz as one file for a friend."""
        page = quiz.as_page(self._rounds(), "the writer")
        try:
            with disk_errors("saving the quiz"):
                write_file(path, page.encode("utf-8", "replace"))
            self.services.notices.tell(words.SAVED)
        except Trouble as trouble:
            self.services.notices.show(trouble)


def _clear(layout: Columns) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
