"""Look inside: one text, one saved model, nine views and a tour. Asks for reports and shows them; computes nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QProgressBar, QWidget

from app.jobs import Job
from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.theme import Theme
from app.views.inside.attention import AttentionPane
from app.views.inside.chooser import Chooser
from app.views.inside.counter import CounterPane
from app.views.inside.depth import Depth
from app.views.inside.layers import LayersPane
from app.views.inside.learning import LearningPane
from app.views.inside.neighbours import NeighboursPane
from app.views.inside.pairs import PairsPane
from app.views.inside.pane import Pane
from app.views.inside.portrait import portrait
from app.views.inside.sampling import SamplingPane
from app.views.inside.step import StepPane
from app.views.inside.tokens import TokensPane
from app.views.inside.tour import Tour
from app.views.inside.writing import WritingPane
from app.views.layouts import Flow
from app.views.parts import Button, card, holder, text
from app.views.segments import Segments
from app.words import inside as words
from app.words import inside_here as here
from app.words import tour as tour_words
from core import runs
from core.events import Note
from core.inside.reports import VIEWS, Asked, Report
from core.journal import Saved, Stepped
from core.runs import Run

PANES: Final[dict[str, Callable[[Theme], Pane]]] = {
    "tokens": TokensPane,
    "pairs": PairsPane,
    "neighbours": NeighboursPane,
    "attention": AttentionPane,
    "layers": LayersPane,
    "sampling": SamplingPane,
    "learning": LearningPane,
    "writing": WritingPane,
    "counter": CounterPane,
    "step": StepPane,
}
PATIENCE: Final = 400  # milliseconds after the last letter, before a text is looked at


class InsidePage(Page):
    """The chooser, the names of the views, and the one that is shown. Views are made when they are first wanted."""

    key, title, drawing = "inside", words.TITLE, "inside"

    train_wanted = Signal()
    sample_wanted = Signal()
    shown = Signal()  # a whole report is on the screen

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self._panes: dict[str, Pane] = {}
        self._job: Job | None = None
        self._line_job: Job | None = None
        self._run: Run | None = None
        self._is_stale = True
        self._seed = 0
        self.chooser = Chooser(theme)
        self.tour = Tour(theme)
        self.take_tour = Button(theme, words.TOUR, kind="primary", drawing="next")
        self.views = Segments([words.VIEWS[view].name for view in VIEWS], words.WHICH_VIEW)
        self.depths = Depth(theme)
        self._make_frame()
        self._empty = self._make_empty()
        inside = Column(services)
        head = Flow(gap=24)
        head.addWidget(text(words.TITLE, "title", wraps=False))
        head.addWidget(self.take_tour)
        inside.add(holder(head), text(words.LEAD, "lead"), self._empty)
        inside.add(self.tour, self.chooser, self.views, self._frame)
        inside.add_stretch()
        fill_page(self, scrolled(inside))
        self._typing = QTimer(self, singleShot=True, interval=PATIENCE)
        self._typing.timeout.connect(self.look)
        self._listen()
        self._refresh()

    def _make_frame(self) -> None:
        theme = self.services.theme
        self._frame, inside = card(gap=12, margin=24)
        self._heading = text("", "heading")
        self._story, self._here = text(""), text("", "quiet")
        self._of = text("", "small")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(words.LOOKING)
        self._bar.setRange(0, 0)
        self.stop = Button(theme, words.STOP, kind="small", drawing="stop")
        self.stop.clicked.connect(self._on_stop)
        self._doing = text(words.LOOKING, "small")
        self._body, self._place = card("bare", margin=0)
        self._said = text("", "quiet")
        self._said.setProperty("private", True)
        self._limit = text("", "small")
        self.save = Button(theme, words.SAVE, kind="small", drawing="file", does=words.SAVE_WHY)
        self.save.clicked.connect(self._on_save)
        self.readable = QCheckBox(words.SHOW_WORDS)
        self.readable.setAccessibleDescription(words.SHOW_WORDS_WHY)
        foot = Flow(gap=12)
        foot.addWidget(self.save)
        foot.addWidget(self.readable)
        above: list[QWidget] = [
            self._heading,
            self._story,
            self._here,
            self._said,
            self._doing,
            self._bar,
            self.stop,
            self._body,
        ]
        below: list[QWidget] = [self._of, self.depths, self._limit, holder(foot)]
        for widget in (*above, *below):
            inside.addWidget(widget)
        self._show_busy(False)

    def _make_empty(self) -> QWidget:
        theme = self.services.theme
        frame, inside = card()
        self.to_sample = Button(theme, words.USE_SAMPLE, kind="primary")
        self.to_train = Button(theme, words.GO_TRAIN)
        self.to_sample.clicked.connect(self.sample_wanted)
        self.to_train.clicked.connect(self.train_wanted)
        buttons = Flow(gap=12)
        buttons.addWidget(self.to_sample)
        buttons.addWidget(self.to_train)
        for widget in (text(words.NO_BOT, "heading"), text(words.NO_BOT_WHY, "quiet"), holder(buttons)):
            inside.addWidget(widget)
        return frame

    def _listen(self) -> None:
        self.chooser.text_changed.connect(self._on_typed)
        self.chooser.changed.connect(self.look)
        self.chooser.line_wanted.connect(self._on_line)
        self.views.chosen.connect(self._on_view)
        self.take_tour.clicked.connect(self._on_tour)
        self.tour.arrived.connect(self.show_view)
        self.tour.ended.connect(self._on_tour_ended)
        workspace, training = self.services.workspace, self.services.training
        workspace.switched.connect(self._on_switched)
        workspace.surveyed.connect(self._refresh)
        training.noted.connect(self._on_training)
        training.ended.connect(self._on_training_ended)
        self.services.theme.changed.connect(self._mark_stale)

    # ---- what is looked at

    @property
    def pane(self) -> Pane:
        """The view on show."""
        view = VIEWS[self.views.index]
        if view not in self._panes:
            pane = self._panes[view] = PANES[view](self.services.theme)
            pane.wanted.connect(self.look)
            pane.said.connect(self._said.setText)
            self._place.addWidget(pane)
        return self._panes[view]

    @property
    def said_above(self) -> tuple[QLabel, QLabel]:
        """What is seen in the picture, and what it says of this bot."""
        return self._story, self._here

    def first_focus(self) -> QWidget:
        return self.chooser.field if self._run is not None else self.to_sample

    def remember_reply(self, reply: str) -> None:
        """What the bot last wrote in the chat can be looked at."""
        self.chooser.remember_reply(reply)

    def show_view(self, view: str) -> None:
        index = next(number for number, each in enumerate(VIEWS) if each == view)
        self.views.choose(index)
        self._on_view(index)

    def look(self) -> None:
        """Ask for a report, in the place of one that is still being made."""
        self._typing.stop()
        if self._run is None or not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        if self._job is not None:
            self._job.stop()
        chosen = self.chooser
        asked = Asked(run=self._run, view="tokens", text=chosen.text, step=chosen.step, side=chosen.side)
        task = self.services.works.look(self.pane.ask(asked))
        self._job = self.services.device.submit(task, "look inside", self, urgent=True)
        self._job.noted.connect(self._on_noted)
        self._job.succeeded.connect(self._on_succeeded)
        self._job.failed.connect(self._on_failed)
        self._doing.setText(words.WAITING if self.services.training.is_running else words.LOOKING)
        self._show_busy(True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._show_about()
            self._begin()

    def _begin(self) -> None:
        """The first look: at a line of the writer's own."""
        if self._run is not None and not self.chooser.text:
            self._on_line()
        else:
            self.look()

    def _on_line(self) -> None:
        if self._run is None or self._line_job is not None:
            return
        self._seed += 1
        self._line_job = self.services.disk.submit(self.services.works.a_line(self._run, self._seed), "a line", self)
        self._line_job.succeeded.connect(self._on_line_found)
        self._line_job.failed.connect(self._on_line_failed)

    def _on_line_found(self, line: str) -> None:
        self._line_job = None
        self.chooser.set_text(line)
        self.look()

    def _on_line_failed(self, error: Exception) -> None:
        self._line_job = None
        self.services.notices.show(error)

    def _on_typed(self) -> None:
        self._typing.start()

    def _on_view(self, _index: int) -> None:
        self._show_about()
        self.look()

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.stop()
        self._job = None
        self._show_busy(False)

    # ---- what comes back

    def _on_noted(self, facts: list[object]) -> None:
        if self.sender() is not self._job:
            return
        for fact in facts:
            if isinstance(fact, Report):
                self._show(fact)
            elif isinstance(fact, Note):
                self.services.notices.tell(fact.text)

    def _on_succeeded(self, report: Report) -> None:
        if self.sender() is self._job:
            self._job = None
            self._show(report)
            self._show_busy(False)
            self.shown.emit()

    def _on_failed(self, error: Exception) -> None:
        if self.sender() is self._job:
            self._job = None
            self._show_busy(False)
            self.services.notices.show(error)

    def _show(self, report: Report) -> None:
        pane = self.pane
        pane.show_report(report)
        self._said.setText(here.TRY[pane.view])
        self._here.setText(here.in_your_bot(report))
        signs = f" {here.SIGNS}" if report.tokens else ""
        self._of.setText(f"Seen at {report.of}.{f' {words.CUT}' if report.is_cut else ''}{signs}")
        self.depths.show_depths(words.VIEWS[pane.view].why, pane.facts(), pane.arrays())
        pane.show()

    def _show_about(self) -> None:
        pane, about = self.pane, words.VIEWS[VIEWS[self.views.index]]
        for each in self._panes.values():
            each.setVisible(each is pane)
        self._heading.setText(about.name)
        self._story.setText(about.story)
        self._here.setText("")
        self._limit.setText(f"What it does not say: {about.limit}")
        self._said.setText(here.TRY[pane.view])
        self.depths.show_depths(about.why, (), ())

    def _show_busy(self, busy: bool) -> None:
        for widget in (self._doing, self._bar, self.stop):
            widget.setVisible(busy)

    # ---- the project and its training

    def _on_switched(self) -> None:
        self._on_stop()
        self.chooser.clear()
        self._panes_away()
        self._refresh()

    def _panes_away(self) -> None:
        for pane in self._panes.values():
            self._place.removeWidget(pane)
            pane.hide()
            pane.deleteLater()
        self._panes.clear()

    def _refresh(self) -> None:
        """Which run is looked at: the one in training, else the one that speaks."""
        project = self.services.workspace.project
        has_bot = self.services.workspace.survey.run is not None or self.services.training.is_running
        is_training = self.services.training.is_running
        found = (runs.latest if is_training else runs.speaker)(project.runs) if has_bot else None
        is_new = found != self._run
        self._run = found
        for widget in (self.chooser, self.views, self._frame):
            widget.setVisible(found is not None)
        self.take_tour.setVisible(found is not None and self.tour.isHidden())
        self._empty.setVisible(found is None)
        if found is not None:
            self.chooser.show_steps(found.steps_to_talk_to, has_sides=found.recipe().adapts)
        if is_new:
            self._is_stale = True
            if self.isVisible() and found is not None:
                self._show_about()
                self._begin()

    def _on_training(self, facts: list[object]) -> None:
        steps = [fact for fact in facts if isinstance(fact, Stepped)]
        if steps and self._run is not None and self.isVisible():
            total = self.services.training.total or self._run.recipe().steps
            sentence = tour_words.training_live(steps[-1].step, total, steps[-1].loss, steps[-1].learning_rate)
            self.tour.show_training(f"{tour_words.TRAINING_NOW} {sentence}")
            pane = self._panes.get("step")
            if isinstance(pane, StepPane):
                pane.show_live(steps[-1], total)
        if any(isinstance(fact, Saved) for fact in facts):
            self._refresh()

    def _on_training_ended(self) -> None:
        self.tour.show_training("")
        pane = self._panes.get("step")
        if isinstance(pane, StepPane):
            pane.show_live(None, 0)

    def _mark_stale(self) -> None:
        """Pictures are of the old colours."""
        self._is_stale = True
        if self.isVisible():
            self.look()

    def _on_tour(self) -> None:
        self.take_tour.hide()
        self.tour.begin()

    def _on_tour_ended(self) -> None:
        self.take_tour.show()
        self.take_tour.setFocus()

    # ---- pictures

    def picture(self) -> QImage:
        """The view on show with its heading; its words are hidden unless they were asked for."""
        heading, veiled = words.VIEWS[self.pane.view].name, not self.readable.isChecked()
        return portrait(self.pane, heading, self.services.theme, veiled=veiled)

    def _on_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, words.SAVE, f"{self.pane.view}.png", "PNG (*.png)")
        if name and not self.picture().save(name if Path(name).suffix else f"{name}.png"):
            self.services.notices.tell(words.NOT_SAVED)
