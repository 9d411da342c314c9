"""Two bots answer the same words with the same seed, and the writer chooses without knowing which is which."""

import random
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from app.jobs import Job
from app.pages.base import scrolled
from app.services import Services
from app.speakers import Choice
from app.theme import Theme
from app.views.answer_dials import AnswerDials
from app.views.layouts import Columns, Flow
from app.views.parts import Button, card, holder, text
from app.views.safe_text import SafeText
from app.words import chat as words
from core.asking import Answer
from core.replies import Piece, Sampling, Turn

SEEDS = 2**31 - 1


class Said(QWidget):
    """What one side says, as wide as its card."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.words = SafeText(theme)
        self.words.setParent(self)
        theme.changed.connect(self._fit)

    @property
    def text(self) -> str:
        return self.words.text

    def set_text(self, said: str, *, formatted: bool = False) -> None:
        self.words.set_text(said, formatted=formatted)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setMinimumHeight(self.words.fit(max(self.width(), 40)).height())


class SideBySide(QDialog):
    """`votes` counts, by name; `voted` follows each choice."""

    answered = Signal()
    voted = Signal()

    def __init__(
        self, page: QWidget, services: Services, choices: Sequence[Choice], dials: AnswerDials, sampling: Sampling
    ) -> None:
        super().__init__(page)
        self.setWindowTitle(words.COMPARE)
        self._services, self._choices, self._dials, self._sampling = services, list(choices), dials, sampling
        self._job: Job | None = None
        self._order = [0, 1]  # which of the two boxes each side is
        self._waiting: list[int] = []
        self._written = self._asked = ""
        self._seed = self._side = 0
        self.votes: dict[str, int] = {}
        self.boxes = [self._make_box(words.FIRST_BOT, 0), self._make_box(words.SECOND_BOT, 1)]
        self.prompt = QPlainTextEdit()
        self.prompt.setAccessibleName(words.PROMPT)
        self.prompt.setPlaceholderText(words.PROMPT)
        self.prompt.setTabChangesFocus(True)
        self.prompt.setFixedHeight(round(80 * services.theme.scale))
        self.ask = Button(services.theme, words.ASK_BOTH, kind="primary")
        self.names = [text(words.HIDDEN, "label"), text(words.HIDDEN, "label")]
        self.said = [Said(services.theme), Said(services.theme)]
        self.choose = [Button(services.theme, name) for name in (words.LEFT, words.SAME, words.RIGHT)]
        self.tally = text("", "quiet")
        self._lay_out()
        self.ask.clicked.connect(self._on_ask)
        for button in self.choose:
            button.clicked.connect(self._on_vote)
        self._show_choice(False)

    def _make_box(self, about: str, index: int) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(about)
        box.addItems([choice.name for choice in self._choices])
        box.setCurrentIndex(min(index, len(self._choices) - 1))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(16)
        return box

    def _lay_out(self) -> None:
        scale = self._services.theme.scale
        boxes, sides, buttons = Flow(gap=8), Columns(least=round(220 * scale), gap=12), Flow(gap=8)
        for box in self.boxes:
            boxes.addWidget(box)
        boxes.addWidget(self.ask)
        for name, said in zip(self.names, self.said, strict=True):
            frame, column = card(margin=16)
            column.addWidget(name)
            column.addWidget(said)
            sides.addWidget(frame)
        for button in self.choose:
            buttons.addWidget(button)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for widget in (text(words.COMPARE, "heading"), text(words.COMPARE_LEAD, "quiet"), self.prompt, holder(boxes),
                       holder(sides), holder(buttons), self.tally):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inside))
        self.resize(round(680 * scale), round(560 * min(scale, 1.2)))

    def _on_ask(self) -> None:
        said = self.prompt.toPlainText().strip()
        if self._job is not None or not said:
            return
        self._order = random.sample((0, 1), 2)
        self._waiting = [0, 1]
        self._seed, self._asked = random.randrange(SEEDS), said
        for name, words_ in zip(self.names, self.said, strict=True):
            name.setText(words.HIDDEN)
            words_.set_text("…")
        self._show_choice(False)
        self._next()

    def _next(self) -> None:
        """Let the next side speak."""
        self._side, self._written = self._waiting.pop(0), ""
        choice = self._choice(self._side)
        ask = self._dials.ask((Turn("user", self._asked),), choice.mode, self._sampling)
        ask = replace(ask, sampling=replace(ask.sampling, seed=self._seed))
        task = self._services.works.talk(choice.speaker, ask, self._services.workspace.project.corpus)
        self._job = self._services.device.submit(task, "compare", self, urgent=True)
        self._job.noted.connect(self._on_noted)
        self._job.succeeded.connect(self._on_succeeded)
        self._job.failed.connect(self._on_failed)

    def _choice(self, side: int) -> Choice:
        return self._choices[self.boxes[self._order[side]].currentIndex()]

    def _on_noted(self, events: list[object]) -> None:
        self._written += "".join(event.text for event in events if isinstance(event, Piece))
        self.said[self._side].set_text(self._written or "…")

    def _on_succeeded(self, answer: Answer) -> None:
        self.said[self._side].set_text(answer.reply.text, formatted=True)  # both alike: looks must not tell who it is
        self._job = None
        if self._waiting:
            self._next()
        else:
            self._show_choice(True)
            self.answered.emit()

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        self._services.notices.show(error)

    def _on_vote(self) -> None:
        """Count the choice, and show which was which."""
        pressed = self.choose.index(self.sender())  # type: ignore[arg-type]  # only these buttons are connected
        for side, name in enumerate(self.names):
            name.setText(self._choice(side).name)
        won = words.SAME if pressed == 1 else self._choice(0 if pressed == 0 else 1).name
        self.votes[won] = self.votes.get(won, 0) + 1
        self.tally.setText(words.tally(self.votes))
        self._show_choice(False)
        self.voted.emit()

    def _show_choice(self, open_: bool) -> None:
        for button in self.choose:
            button.setEnabled(open_)

    def reject(self) -> None:
        """Escape and closing stop what is being said."""
        if self._job is not None:
            self._job.stop()
        super().reject()
