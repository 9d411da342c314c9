"""What the chat shows before the first word: three openings, or that there is no bot yet. Knows no run."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app import words
from app.theme import Theme
from app.views.parts import Button, text
from app.words import chat


class Opening(QPushButton):
    """A beginning that goes off when it is pressed."""

    begun = Signal(str)

    def __init__(self, words_: str) -> None:
        super().__init__()
        self.say(words_, ends=False)
        self.setProperty("kind", "opening")
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)

    def say(self, words_: str, *, ends: bool) -> None:
        self._words = words_
        self.setText(words_ if ends else f"{words_} …")
        self.setAccessibleName(words_)

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
