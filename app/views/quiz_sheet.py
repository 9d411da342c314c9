"""The blind quiz in a sheet: a beginning, two answers, one press a round, and at the end how many were found."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.pages.base import scrolled
from app.theme import Theme
from app.views.layouts import Columns
from app.views.parts import Button, card, holder, restyle, text
from app.views.plain_text import PlainText
from app.words import meters as words
from core.judge.quiz import Result, Round, result


class QuizSheet(QDialog):
    """`result` is there when the last round was played."""

    def __init__(self, page: QWidget, theme: Theme, rounds: Sequence[Round]) -> None:
        super().__init__(page)
        self.setWindowTitle(words.QUIZ)
        self._rounds = list(rounds)
        self._at = self._right = 0
        self.outcome: Result | None = None
        self.place = text("", "quiet")
        self.prompt = PlainText(theme)
        self.answers = [PlainText(theme), PlainText(theme)]
        self.choose = [Button(theme, words.THIS_ONE, does=does) for does in words.FIRST_OR_SECOND]
        self.close_button = Button(theme, words.CLOSE)
        sides = Columns(least=round(220 * theme.scale), gap=12)
        for answer, button in zip(self.answers, self.choose, strict=True):
            frame, column = card(margin=16)
            column.addWidget(answer)
            column.addStretch(1)
            column.addWidget(button)
            sides.addWidget(frame)
            button.clicked.connect(self._on_chosen)
        self._sides = holder(sides)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for widget in (text(words.QUIZ, "heading"), self.place, self.prompt, self._sides):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inside))
        self.resize(round(640 * theme.scale), round(480 * min(theme.scale, 1.2)))
        self.close_button.clicked.connect(self.close)
        self._show()

    def _show(self) -> None:
        if self._at == len(self._rounds):
            self.outcome = result(self._right, max(1, self._at))
            self.place.setText(words.outcome(self.outcome))
            restyle(self.place, "kind", "lead")
            self.prompt.hide()
            self._sides.hide()
            return
        now = self._rounds[self._at]
        self.place.setText(words.round_of(self._at + 1, len(self._rounds)))
        self.prompt.set_text(now.prompt)
        for answer, said in zip(self.answers, now.replies, strict=True):
            answer.set_text(said)

    def _on_chosen(self) -> None:
        chosen = next(n for n, button in enumerate(self.choose) if button is self.sender())
        self._right += chosen == self._rounds[self._at].mine
        self._at += 1
        self._show()
