"""The card with the one big button: what can be done now, and how far it is. Starts nothing itself."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from app import words
from app.survey import Survey
from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, restyle, text
from app.views.segments import Segments
from core.events import Progress

NOTES: Final = 4  # sentences about the plan that stay in view


class TrainCard(QFrame):
    """Shows one of: nothing to learn from, ready, running, stopped half-way, finished."""

    train_wanted = Signal()
    continue_wanted = Signal()
    stop_wanted = Signal()
    gather_wanted = Signal()
    chat_wanted = Signal()
    minutes_chosen = Signal(int)

    def __init__(self, theme: Theme, minutes: int) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = theme
        self._notes: list[str] = []
        self._heading = text("", "heading")
        self._sentence = text("", "quiet")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(words.TRAINING)
        self._make_durations(minutes)
        self._make_buttons()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        for widget in (self._heading, self._sentence, self._durations, self._bar, self._buttons):
            inside.addWidget(widget)

    def _make_durations(self, minutes: int) -> None:
        choices = [each for each, _ in words.DURATIONS]
        nearest = min(range(len(choices)), key=lambda index: abs(choices[index] - minutes))
        self.how_long = Segments([name for _, name in words.DURATIONS], words.HOW_LONG, nearest)
        self.how_long.chosen.connect(self._on_chosen)
        line = Flow(gap=12)
        line.addWidget(text(words.HOW_LONG, "label", wraps=False))
        line.addWidget(self.how_long)
        self._durations = holder(line)

    def _make_buttons(self) -> None:
        self.go_on = Button(self._theme, words.CONTINUE, kind="primary")
        self.train = Button(self._theme, words.TRAIN_NOW, kind="primary")
        self.gather = Button(self._theme, words.GO_GATHER, kind="primary")
        self.chat = Button(self._theme, words.TALK, kind="primary")
        self.stop = Button(self._theme, words.STOP_AND_SAVE, drawing="stop")
        self.go_on.clicked.connect(self.continue_wanted)
        self.train.clicked.connect(self.train_wanted)
        self.gather.clicked.connect(self.gather_wanted)
        self.chat.clicked.connect(self.chat_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        line = Flow(gap=12)
        for button in (self.go_on, self.chat, self.train, self.gather, self.stop):
            line.addWidget(button)
        self._buttons = holder(line)

    @property
    def heading(self) -> str:
        return self._heading.text()

    @property
    def step(self) -> int:
        """How far the bar is."""
        return self._bar.value()

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    @property
    def minutes(self) -> int:
        return words.DURATIONS[self.how_long.index][0]

    def first_focus(self) -> QWidget:
        buttons = (self.go_on, self.chat, self.train, self.gather, self.stop)
        return next((button for button in buttons if not button.isHidden()), self)

    def show_idle(self, survey: Survey) -> None:
        """Nothing is going on: say what could."""
        if survey.is_interrupted:
            self._say(words.stopped_at(survey.step, survey.steps), words.STOPPED_WHY)
            self._offer(self.go_on, self.chat, self.train)
        elif survey.run is not None:
            self._say(words.FINISHED, words.finished_why(survey.advice))
            self._offer(self.chat, self.train)
        elif survey.counts.documents:
            self._say(words.READY, words.what_will_happen(survey.counts.documents, survey.counts.words))
            self._offer(self.train)
        else:
            self._say(words.NO_WRITING, words.NO_WRITING_WHY)
            self._offer(self.gather)
        self.train.setText(words.TRAIN_NEW if survey.run else words.TRAIN_NOW)
        self.train.setAccessibleName(self.train.text())
        self._bar.hide()

    def show_running(self) -> None:
        self._notes.clear()
        self._say(words.GETTING_READY, words.GETTING_READY_WHY)
        self._offer(self.stop)
        self.stop.setEnabled(True)
        self._bar.setRange(0, 0)
        self._bar.show()

    def show_progress(self, progress: Progress) -> None:
        """The bar, and what is being done in the words of the work itself."""
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        if self.stop.isEnabled():
            self._heading.setText(f"{progress.note} …" if progress.note else words.TRAINING)

    def show_saving(self) -> None:
        self._heading.setText(words.SAVING)
        self.stop.setEnabled(False)

    def add_note(self, sentence: str) -> None:
        """The work says something that stays true: the plan, or what was done differently."""
        self._notes = [*self._notes, sentence][-NOTES:]
        self._sentence.setText("\n".join(self._notes))

    def _say(self, heading: str, sentence: str) -> None:
        self._heading.setText(heading)
        self._sentence.setText(sentence)

    def _offer(self, *buttons: Button) -> None:
        """Show these buttons, the first as the one to press."""
        had_focus = self._buttons.isAncestorOf(self.focusWidget() or self)
        for button in (self.go_on, self.chat, self.train, self.gather, self.stop):
            button.setVisible(button in buttons)
            restyle(button, "kind", "primary" if button is buttons[0] and button is not self.stop else "")
        self._durations.setVisible(self.train in buttons)
        if had_focus:
            buttons[0].setFocus()

    def _on_chosen(self, index: int) -> None:
        self.minutes_chosen.emit(words.DURATIONS[index][0])
