"""What the chat shows before the first word: three openings, or that there is no bot yet. Knows no run."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app import words
from app.theme import Theme
from app.views.parts import Button, text
from app.words import chat

FEW: Final = 16  # letters that are always shown


class Opening(QPushButton):
    """A beginning that goes off when it is pressed."""

    begun = Signal(str)

    def __init__(self, words_: str) -> None:
        super().__init__()
        self.say(words_, ends=False)
        self.setProperty("kind", "opening")
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)

    def say(self, words_: str, *, ends: bool) -> None:
        self._words = words_
        self._shown = words_ if ends else f"{words_} …"
        self.setAccessibleName(words_)
        self.setToolTip(self._shown)
        self.setText(self._shown)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """As narrow as a few words: the rest is in the tool tip."""
        return QSize(
            self._room_around() + self.fontMetrics().averageCharWidth() * FEW, super().minimumSizeHint().height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Write as much as there is room for, with dots where that is not all."""
        room = self.width() - self._room_around()
        self.setText(self.fontMetrics().elidedText(self._shown, Qt.TextElideMode.ElideRight, room))

    def _room_around(self) -> int:
        """Pixels of the button beside its text."""
        return super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())

    def _on_clicked(self) -> None:
        self.begun.emit(self._words)


class EmptyChat(QWidget):
    """Openings to click, when there is a bot; the way to one, when there is none."""

    begun = Signal(str)
    train_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._heading = text("", "heading")
        self._sentence = text("", "quiet")
        self.openings = [Opening(each) for each in words.OPENINGS]
        self.train = Button(theme, words.GO_TRAIN, kind="primary")
        self.train.clicked.connect(self.train_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 24, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._heading)
        column.addWidget(self._sentence)
        for opening in self.openings:
            opening.begun.connect(self.begun)
            column.addWidget(opening)
        column.addWidget(self.train, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_bot(self, there: bool, *, talks: bool = False) -> None:
        """`talks`: what is offered are questions, and not beginnings of a text."""
        begin, try_ = (chat.TALK_BEGIN, chat.TALK_TRY) if talks else (words.CHAT_BEGIN, words.CHAT_TRY)
        self._heading.setText(begin if there else words.NO_BOT)
        self._sentence.setText(try_ if there else words.NO_BOT_WHY)
        for opening, said in zip(self.openings, chat.QUESTIONS if talks else words.OPENINGS, strict=True):
            opening.say(said, ends=talks)
            opening.setVisible(there)
        self.train.setVisible(not there)
