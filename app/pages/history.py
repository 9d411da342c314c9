"""History: every training, their curves on one plot, a moment of one, its report. Reads the disk on a lane only."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.jobs import Job
from app.pages.base import Column, Page, fill_page, scrolled
from app.past import Past, look_back, write_report
from app.services import Services
from app.views.compare_plot import MOST, ComparePlot, Line
from app.views.moment_card import MomentCard
from app.views.parts import Button, at_left, card, column, holder, text
from app.views.past_table import PastModel, colour_of
from app.views.rename_sheet import RenameSheet
from app.views.report_card import ReportCard
from app.views.table import Table
from app.words import history as words
from core import runs
from core.atomic import disk_errors
from core.errors import Trouble
from core.events import Note
from core.replies import Piece, Reply, Sampling
from core.runs import Run


class HistoryPage(Page):
    """The newest training is chosen until the user chooses another."""

    key, title, drawing = "history", words.HISTORY, "history"

    train_wanted = Signal()
    looked = Signal()  # the disk was read, and what it holds is on show
    replied = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._is_stale, self._looking = True, False
        self._chosen: Past | None = None
        self._deleted: Run | None = None
        self._job: Job | None = None
        self._opening = self._written = ""
        self.model = PastModel()
        self.table = Table(services.theme, self.model, words.RUNS, wide=0, spare=(2, 3))
        self.plot = ComparePlot(services.theme)
        self.moment = MomentCard(services.theme)
        self.report = ReportCard(services.theme)
        self._lay_out()
        self._listen()
        self._show_parts()

    def _lay_out(self) -> None:
        theme = self.services.theme
        self._size = text("", "quiet")
        self.train = Button(theme, words.GO_TRAIN, kind="primary")
        frame, inside = card()
        for widget in (text(words.EMPTY, "heading"), text(words.EMPTY_WHY, "quiet")):
            inside.addWidget(widget)
        inside.addWidget(at_left(self.train))
        self._empty = frame
        curves, inside = card(gap=8, margin=20)
        self._more = text(words.MORE_LEFT, "small")
        parts: tuple[QWidget, ...] = (
            text(words.CURVES, "heading"),
            text(words.CURVES_LEAD, "quiet"),
            self.plot,
            self._more,
        )
        for part in parts:
            inside.addWidget(part)
        self.table.setMinimumHeight(220)
        self._full = holder(column(self._size, self.table, curves, self.report, self.moment, gap=16))
        whole = Column(self.services)
        whole.add(text(words.HISTORY, "title"), text(words.LEAD, "lead"), self._empty, self._full)
        whole.add_stretch()
        fill_page(self, scrolled(whole))

    def _listen(self) -> None:
        services = self.services
        services.workspace.switched.connect(self._on_switched)
        services.workspace.surveyed.connect(self._mark_stale)
        services.training.ended.connect(self._mark_stale)
        self.table.view.selectionModel().currentRowChanged.connect(self._on_chosen)
        self.train.clicked.connect(self.train_wanted)
        self.moment.moved.connect(self.plot.mark)
        self.moment.begun.connect(self._on_begun)
        self.moment.stop_wanted.connect(self._stop_reply)
        self.report.open_wanted.connect(self._on_open)
        self.report.save_wanted.connect(self._on_save)
        self.report.rename_wanted.connect(self._on_rename)
        self.report.delete_wanted.connect(self._on_delete)

    def first_focus(self) -> QWidget:
        return self.table.view if self.model.rows else self.train

    @property
    def chosen(self) -> Past | None:
        """The run on show."""
        return self._chosen

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    # ---- what there is

    def _on_switched(self) -> None:
        self._chosen = self._deleted = None
        self._mark_stale()

    def _mark_stale(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._look()

    def _look(self) -> None:
        if not self._is_stale or self._looking:
            return
        self._is_stale, self._looking = False, True
        task = partial(look_back, self.services.workspace.project)
        job = self.services.disk.submit(task, "history", self, urgent=True)
        job.noted.connect(self._on_noted)
        job.succeeded.connect(self._on_looked)
        job.failed.connect(self._on_failed)

    def _on_noted(self, facts: list[object]) -> None:
        for fact in facts:
            if isinstance(fact, Note):
                self.services.notices.tell(fact.text)

    def _on_failed(self, error: Exception) -> None:
        self._looking = False
        self.services.notices.show(error)

    def _on_looked(self, past: list[Past]) -> None:
        self._looking = False
        name = self._chosen.run.name if self._chosen else None
        self.model.replace(past)
        self._chosen = next((each for each in past if each.run.name == name), past[-1] if past else None)
        self._size.setText(words.together(len(past), sum(each.bytes_on_disk for each in past)))
        if self._chosen is not None:
            row = self.model.number(past.index(self._chosen))
            self.table.view.selectRow(row)
        self._show_chosen()
        self.looked.emit()
        if self._is_stale:
            self._look()

    def _on_chosen(self) -> None:
        row = self.table.view.currentIndex().row()
        if 0 <= row < len(self.model.rows):
            self._chosen = self.model.rows[self.model.number(row)]
            self._show_chosen()

    def _show_chosen(self) -> None:
        self._show_parts()
        if self._chosen is None:
            return
        story = self._chosen.story
        every = list(enumerate(self.model.rows))
        shown = every[-MOST:]
        if all(each is not self._chosen for _, each in shown):
            shown = [(number, each) for number, each in every if each is self._chosen] + shown[1:]
        self.plot.show_lines(
            [
                Line(
                    each.story.title,
                    colour_of(number),
                    [point.step for point in each.story.unseen],
                    [point.bits for point in each.story.unseen],
                    each.story.best.bits if each.story.best else None,
                )
                for number, each in shown
            ],
            next(place for place, (_, each) in enumerate(shown) if each is self._chosen),
        )
        self._more.setVisible(len(every) > MOST)
        self.report.show_story(story)
        texts = {look.step: look.texts for look in story.every_look}
        self.moment.show_story(story, self._chosen.steps_to_talk_to, texts)
        self.plot.mark(self.moment.step or 0)

    def _show_parts(self) -> None:
        has_runs = self._chosen is not None
        self._full.setVisible(has_runs)
        self._empty.setVisible(not has_runs)

    # ---- what can be done with it

    def _on_begun(self, step: int, opening: str) -> None:
        if self._chosen is None or self._job is not None:
            return
        self._opening, self._written = opening, ""
        task = self.services.works.reply_at(self._chosen.run, step, opening, Sampling())
        self._job = self.services.device.submit(task, "reply", self, urgent=True)
        self._job.noted.connect(self._on_pieces)
        self._job.succeeded.connect(self._on_replied)
        self._job.failed.connect(self._on_reply_failed)
        self.moment.show_replying(True)

    def _on_pieces(self, events: list[object]) -> None:
        self._written += "".join(event.text for event in events if isinstance(event, Piece))
        self.moment.show_reply(self._opening, self._written)

    def _on_replied(self, reply: Reply) -> None:
        self.moment.show_reply(self._opening, reply.text)
        self._end_reply()

    def _on_reply_failed(self, error: Exception) -> None:
        self._end_reply()
        self.services.notices.show(error)

    def _end_reply(self) -> None:
        self._job = None
        self.moment.show_replying(False)
        self.replied.emit()

    def _stop_reply(self) -> None:
        if self._job is not None:
            self._job.stop()

    def _on_open(self) -> None:
        if self._chosen is not None:
            self._write(self._chosen.run.root / "report.html").succeeded.connect(self._open)

    def _on_save(self) -> None:
        if self._chosen is None:
            return
        name, _ = QFileDialog.getSaveFileName(self, words.REPORT, f"{self._chosen.story.title}.html", words.HTML_FILES)
        if name:
            self._write(Path(name)).succeeded.connect(self._on_saved)

    def _write(self, target: Path) -> Job:
        assert self._chosen is not None
        job = self.services.disk.submit(partial(write_report, self._chosen, target), "report", self, urgent=True)
        job.failed.connect(self.services.notices.show)
        return job

    def _open(self, target: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(target)))

    def _on_saved(self) -> None:
        self.services.notices.tell(words.SAVED_REPORT)

    def _on_rename(self) -> None:
        if self._chosen is None:
            return
        sheet = RenameSheet(self, self.services.theme, self._chosen.story.title)
        sheet.accepted.connect(self._on_renamed)
        sheet.finished.connect(sheet.deleteLater)
        self.sheet = sheet
        sheet.open()

    def _on_renamed(self) -> None:
        if self._chosen is not None:
            self._try(partial(self._chosen.run.rename, self.sheet.field.text()))

    def _on_delete(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        if self.services.training.is_running and chosen is self.model.rows[-1]:
            self.services.notices.tell(words.STILL_TRAINING)
            return
        self._try(partial(self._delete, chosen))

    def _delete(self, chosen: Past) -> None:
        with disk_errors("deleting a run"):
            self._deleted = runs.delete(chosen.run)
        self._chosen = None
        self.services.notices.tell(words.deleted(chosen.story.title), words.UNDO, self.undo)

    def undo(self) -> None:
        """Bring back what was deleted last."""
        if self._deleted is not None:
            self.services.notices.dismiss()
            self._try(partial(runs.restore, self._deleted))
            self._deleted = None

    def _try(self, deed: Callable[[], object]) -> None:
        """A small change on the disk, then look at it again."""
        try:
            deed()
        except Trouble as trouble:
            self.services.notices.show(trouble)
        self.services.workspace.refresh()
