"""Where the user writes: a field that grows, a button that sends or stops, two dials. Knows no bot."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from app import words
from app.theme import Theme
from app.views.dial import Dial
from app.views.layouts import Columns
from app.views.parts import Button, holder
from core.replies import Sampling

USUAL: Final = Sampling()
HOTTEST: Final = 150  # hundredths of temperature; beyond, letters fall apart
WIDEST: Final = 100  # of top-k; 0 is off
LINES: Final = 5  # before the field scrolls
LONGEST: Final = 20_000  # letters; Qt needs 0.6 s for 100,000 of them without a space, and minutes for a million


class Composer(QFrame):
    """Emits what the user wrote, or that the bot should stop."""

    sent = Signal(str)
    stop_wanted = Signal()
    shortened = Signal()  # more was put in than one message holds

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = theme
        self._is_replying = False
        self.field = Field()
        self.field.setPlaceholderText(words.MESSAGE_HINT)
        self.field.setAccessibleName(words.MESSAGE)
        self.button = Button(theme, "", kind="round", drawing="send", does=words.SEND)
        self.temperature = Dial(
            words.TEMPERATURE, words.TEMPERATURE_HINT, HOTTEST, round(USUAL.temperature * 100), in_hundredths
        )
        self.top_k = Dial(words.TOP_K, words.TOP_K_HINT, WIDEST, USUAL.top_k, or_all)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.field, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self._dials = Columns(least=0, gap=24)
        self._dials.addWidget(self.temperature)
        self._dials.addWidget(self.top_k)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(12, 12, 12, 12)
        inside.setSpacing(8)
        inside.addLayout(line)
        inside.addWidget(holder(self._dials))
        self.field.entered.connect(self._on_pressed)
        self.field.textChanged.connect(self._dress)
        self.field.shortened.connect(self.shortened)
        self.button.clicked.connect(self._on_pressed)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def sampling(self) -> Sampling:
        """As the dials stand."""
        return replace(USUAL, temperature=self.temperature.value / 100, top_k=self.top_k.value)

    def set_sampling(self, sampling: Sampling) -> None:
        """Turn the two dials."""
        self.temperature.slider.setValue(round(100 * sampling.temperature))
        self.top_k.slider.setValue(sampling.top_k)

    def show_replying(self, replying: bool) -> None:
        """Whether the button sends or stops."""
        self._is_replying = replying
        self.button.set_drawing("stop" if replying else "send")
        does = words.STOP_REPLY if replying else words.SEND
        self.button.setAccessibleName(does)
        self.button.setToolTip(does)
        self._dress()

    def _on_pressed(self) -> None:
        message = self.field.toPlainText().strip()
        if self._is_replying:
            self.stop_wanted.emit()
        elif message:
            self.field.clear()
            self.sent.emit(message)

    def _dress(self) -> None:
        metrics = self.field.fontMetrics()
        lines = min(max(self.field.document().lineCount(), 1), LINES)
        self.field.setFixedHeight(lines * metrics.lineSpacing() + 26)
        self.button.setFixedSize(metrics.lineSpacing() + 26, metrics.lineSpacing() + 26)
        self.button.setEnabled(self._is_replying or bool(self.field.toPlainText().strip()))
        self._dials.least = round(180 * self._theme.scale)


class Field(QPlainTextEdit):
    """Return sends, Shift and Return begin a new line, Tab moves on. What is put in is cut to what a message holds."""

    entered = Signal()
    shortened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bare")
        self.setTabChangesFocus(True)

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()
        kept = len(self.toPlainText()) - len(self.textCursor().selectedText())
        room = max(LONGEST - kept, 0)
        self.insertPlainText(text[:room])
        if len(text) > room:
            self.shortened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.entered.emit()
        else:
            super().keyPressEvent(event)


def in_hundredths(value: int) -> str:
    return f"{value / 100:.2f}"


def or_all(value: int) -> str:
    return str(value) if value else words.ALL
