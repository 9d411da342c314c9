"""Welcome: what Mynah does, and where to begin. Starts nothing itself; the window listens."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app import words
from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.views.choice_card import ChoiceCard
from app.views.engine_card import EngineCard
from app.views.layouts import Columns, Flow
from app.views.parts import Button, card, holder, text


class WelcomePage(Page):
    """Two choices; one more card when a run was interrupted, and one when there is a bot."""

    key, title, drawing = "welcome", words.WELCOME, "welcome"

    sample_wanted = Signal()
    own_wanted = Signal()
    continue_wanted = Signal()
    chat_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self._is_put_off = False
        self.sample = ChoiceCard(theme, "book", words.TRY_SAMPLE, words.TRY_SAMPLE_WHY)
        self.own = ChoiceCard(theme, "gather", words.USE_MINE, words.USE_MINE_WHY)
        self.talk = ChoiceCard(theme, "chat", words.TALK, words.TALK_WHY)
        self.sample.clicked.connect(self.sample_wanted)
        self.own.clicked.connect(self.own_wanted)
        self.talk.clicked.connect(self.chat_wanted)
        choices = Columns(least=round(240 * theme.scale))
        for choice in (self.sample, self.own, self.talk):
            choices.addWidget(choice)

        self._offer = self._make_offer()
        self.engine = EngineCard(theme, services.engines)
        column = Column(services, gap=16)
        column.add(self.engine, self._offer)
        column.add_stretch(1)
        column.add(text(words.HELLO, "title"), text(words.WHAT_IT_DOES, "lead"))
        column.add_space()
        column.add(holder(choices))
        column.add_stretch(2)
        fill_page(self, scrolled(column))

        services.workspace.switched.connect(self._refresh)
        services.workspace.surveyed.connect(self._refresh)
        services.training.started.connect(self._refresh)
        services.training.ended.connect(self._refresh)
        self._refresh()
        if services.engines.is_missing:
            services.engines.look()

    def _make_offer(self) -> QWidget:
        """The card that offers to go on with a run."""
        frame, inside = card("call")
        self._stopped_at = text("", "heading")
        self.go_on = Button(self.services.theme, words.CONTINUE, kind="primary")
        self.put_off = Button(self.services.theme, words.NOT_NOW)
        self.go_on.clicked.connect(self.continue_wanted)
        self.put_off.clicked.connect(self._on_put_off)
        buttons = Flow()
        buttons.addWidget(self.go_on)
        buttons.addWidget(self.put_off)
        inside.addWidget(self._stopped_at)
        inside.addWidget(text(words.CONTINUE_WHY, "quiet"))
        inside.addWidget(holder(buttons))
        return frame

    def first_focus(self) -> QWidget:
        if self._offer.isVisible():
            return self.go_on
        return self.talk if self.talk.isVisible() else self.sample

    def _on_put_off(self) -> None:
        self._is_put_off = True
        self._refresh()
        self.first_focus().setFocus()

    def _refresh(self) -> None:
        survey = self.services.workspace.survey
        is_offered = survey.is_interrupted and not self._is_put_off and not self.services.training.is_running
        self._offer.setVisible(is_offered)
        self._stopped_at.setText(words.stopped_at(survey.step, survey.steps))
        self.talk.setVisible(survey.run is not None)
