"""Train: one button, then everything that can be seen of a run. Draws from the journal's facts alone."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app import words
from app.jobs import Job
from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.survey import bits_per_nat
from app.views.layouts import Flow
from app.views.legend import Dash, entry
from app.views.loss_plot import LossPlot
from app.views.morning_card import MorningCard
from app.views.night_card import NightCard
from app.views.parts import card, holder, row, text
from app.views.plan_card import PlanCard
from app.views.run_figures import RunFigures
from app.views.sample_book import SampleBook
from app.views.segments import Segments
from app.views.train_card import TrainCard
from core import runs
from core.events import Note, Progress
from core.forecast import Outlook
from core.journal import Happened, Stepped
from core.plan import Wish
from core.runs import Outcome


class TrainPage(Page):
    """The card with the button, the figures, the curves, the samples."""

    key, title, drawing = "train", words.TRAIN, "train"

    gather_wanted = Signal()
    chat_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self.card = TrainCard(theme, services.keeper.now.minutes)
        self.plan = PlanCard(theme)
        self.plan.show_minutes(self.card.minutes)
        self.morning = MorningCard(services.keeper.now.then, services.keeper.now.tell)
        now = services.keeper.now
        self.night = NightCard(several=now.several, again=now.again, hottest=now.hottest, emptiest=now.emptiest)
        self._measuring: Job | None = None
        self.figures = RunFigures(theme)
        self.plot = LossPlot(theme)
        self.samples = SampleBook(theme)
        self._is_fresh = False  # whether the run on show has had its first step

        inside = Column(services)
        inside.add(text(words.TRAIN, "title"), text(words.TRAIN_LEAD, "lead"), self.card, self.plan, self.figures)
        inside.add(self._make_plot_card(), self._make_samples(), self.night, self.morning)
        inside.add_stretch()
        fill_page(self, scrolled(inside))
        self._listen()
        self._on_surveyed()

    def _listen(self) -> None:
        training, workspace = self.services.training, self.services.workspace
        self.card.train_wanted.connect(self._on_train)
        self.card.continue_wanted.connect(self.go_on)
        self.card.stop_wanted.connect(training.stop)
        self.card.gather_wanted.connect(self.gather_wanted)
        self.card.chat_wanted.connect(self.chat_wanted)
        self.card.minutes_chosen.connect(self._on_minutes)
        self.night.changed.connect(self._on_night)
        self.morning.then_chosen.connect(self._on_then)
        self.morning.address_given.connect(self._on_address)
        self.plan.wanted.connect(self._on_plan)
        self.plan.stop_wanted.connect(self._stop_measuring)
        training.started.connect(self._on_started)
        training.progressed.connect(self._on_progressed)
        training.noted.connect(self._on_noted)
        training.stopping.connect(self.card.show_saving)
        training.ended.connect(self._on_ended)
        self.services.gathering.ended.connect(self._on_surveyed)
        workspace.switched.connect(self._on_surveyed)
        workspace.surveyed.connect(self._on_surveyed)

    def _make_plot_card(self) -> QWidget:
        theme = self.services.theme
        frame, inside = card(gap=8, margin=20)
        self.against = Segments((words.AGAINST_STEPS, words.AGAINST_TIME), words.AGAINST)
        self.against.chosen.connect(self._on_against)
        legend = Flow()
        legend.addWidget(entry(Dash(theme, "accent", 3), words.HELD_OUT_TEXT))
        legend.addWidget(entry(Dash(theme, "train", 2), words.TRAINING_TEXT))
        legend.addWidget(entry(Dash(theme, "train", 1.5, 150), words.EACH_STEP))
        top = row(text(words.PLOT_HEADING, "heading", wraps=False))
        top.addStretch(1)
        top.addWidget(self.against)
        inside.addLayout(top)
        inside.addWidget(holder(legend))
        inside.addWidget(self.plot)
        self._plot_card = frame
        return frame

    def _make_samples(self) -> QWidget:
        made, inside = card("bare", margin=0)
        inside.addSpacing(8)
        inside.addWidget(text(words.SAMPLES_HEADING, "heading"))
        inside.addWidget(text(words.SAMPLES_LEAD, "quiet"))
        inside.addWidget(self.samples)
        self._samples_part = made
        return made

    def first_focus(self) -> QWidget:
        return self.card.first_focus()

    def go_on(self) -> None:
        """Continue the interrupted run."""
        run = self.services.workspace.survey.run
        if run is not None:
            self.services.training.resume(run)

    def _on_train(self) -> None:
        self.services.training.begin(self._wish(), several=self.services.keeper.now.several)

    def _wish(self) -> Wish:
        """What was chosen on the cards; a base model only where it is on this computer, and one model is tried."""
        wish, outlook, now = self.plan.wish(float(self.card.minutes)), self.plan.outlook, self.services.keeper.now
        wish = replace(wish, hottest=now.hottest or None, emptiest=now.emptiest or None)
        if now.several:
            return wish
        if outlook is not None and outlook.chosen.base in outlook.shelf:
            folder = self.services.works.base_folder(outlook.chosen.base)
            return replace(wish, base=folder, method=outlook.chosen.method)
        return wish

    def _on_minutes(self, minutes: int) -> None:
        self.services.keeper.change(minutes=minutes)
        self.plan.show_minutes(minutes)

    def _on_night(self) -> None:
        self.services.keeper.change(**self.night.choices)

    def _on_then(self, then: str) -> None:
        self.services.keeper.change(then=then)

    def _on_address(self, address: str) -> None:
        self.services.keeper.change(tell=address)

    def _on_plan(self) -> None:
        if self._measuring is not None:
            return
        seconds = 60.0 * self.card.minutes
        project = self.services.workspace.project
        task = self.services.works.outlook(project, self.plan.chosen_size, seconds, self.plan.choice)
        self._measuring = self.services.device.submit(task, "plan", self, urgent=True)
        self._measuring.succeeded.connect(self._on_outlook)
        self._measuring.failed.connect(self._on_no_outlook)
        self.plan.show_measuring(True)

    def _stop_measuring(self) -> None:
        if self._measuring is not None:
            self._measuring.stop()

    def _on_outlook(self, found: Outlook | None) -> None:
        self._measuring = None
        self.plan.show_outlook(found)

    def _on_no_outlook(self, error: Exception) -> None:
        self._measuring = None
        self.plan.show_outlook(None)
        self.services.notices.show(error)

    def _on_against(self, index: int) -> None:
        self.plot.show_against_time(index == 1)

    def _on_started(self, resumes: bool) -> None:
        self._is_fresh = not resumes
        if not resumes:
            self._clear()
        self.card.show_running()
        self._show_parts()

    def _on_progressed(self, progress: Progress) -> None:
        self.card.show_progress(progress)
        if self.services.training.is_under_way:
            self.figures.show_total(progress.total)

    def _on_noted(self, facts: list[object]) -> None:
        for fact in facts:
            if isinstance(fact, Note | Happened):
                self.card.add_note(fact.text)
        begun = [place for place, fact in enumerate(facts) if isinstance(fact, Happened) and fact.what == "began"]
        if begun:  # a run, perhaps the next candidate of a night: what came before it is not its own
            self._clear()
            self._is_fresh = True
            facts = facts[begun[-1] :]
        if self._is_fresh and any(isinstance(fact, Stepped) for fact in facts):
            self._begin_new_run()
        self._add(facts)
        self._show_parts()

    def _begin_new_run(self) -> None:
        """The first step of a new run is made, so its folder is there and whole."""
        self._is_fresh = False
        newest = runs.all_runs(self.services.workspace.project.runs)
        if newest:
            self.plot.begin(bits_per_nat(newest[-1]))

    def _on_ended(self, outcome: Outcome | None) -> None:
        self.card.show_idle(self.services.workspace.survey)

    def _on_surveyed(self) -> None:
        """Draw the newest run from its journal; a run under way tells its news itself."""
        if self.services.training.is_running:
            return
        survey = self.services.workspace.survey
        self.plan.show_outlook(None)  # the writing may have changed, so the plan has
        self._clear()
        if survey.run is not None:
            self.plot.begin(survey.bits_per_nat)
            self.figures.show_total(survey.steps)
            self._add(survey.facts)
        self.card.show_idle(survey)
        self._show_parts()

    def _clear(self) -> None:
        self.plot.begin(1.0)
        self.samples.clear()
        self.figures.clear()

    def _add(self, facts: Sequence[object]) -> None:
        self.plot.add(facts)
        self.samples.add(facts)
        self.figures.add(facts)

    def _show_parts(self) -> None:
        """What has nothing to show is not there."""
        has_writing = self.services.workspace.survey.counts.documents > 0
        self.morning.setVisible(has_writing)
        self.night.setVisible(has_writing and not self.services.training.is_running)
        self.plan.setVisible(has_writing and not self.services.training.is_running)
        self.figures.setVisible(self.figures.has_begun or self.services.training.is_running)
        self._plot_card.setVisible(self.figures.has_begun)
        self._samples_part.setVisible(not self.samples.is_empty)
