"""What the chat shows before the first word: three openings, or that there is no bot yet. Knows no run."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app import words
from app.theme import Theme
from app.views.parts import Button, text


class Opening(QPushButton):
    """A beginning that goes off when it is pressed."""

    begun = Signal(str)

    def __init__(self, words_: str) -> None:
        super().__init__(f"{words_} …")
        self._words = words_
        self.setProperty("kind", "opening")
        self.setAccessibleName(words_)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)

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

    def show_bot(self, there: bool) -> None:
        self._heading.setText(words.CHAT_BEGIN if there else words.NO_BOT)
        self._sentence.setText(words.CHAT_TRY if there else words.NO_BOT_WHY)
        for opening in self.openings:
            opening.setVisible(there)
        self.train.setVisible(not there)
