"""A card that shows work on its way: a sentence, a bar, Stop. Knows no work in particular."""

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout

from app.theme import Theme
from app.views.parts import Button, at_left, text

STEPS = 1000  # of the bar: bytes of a model do not fit its numbers
MEMORY = 0.8  # of the speed that is told: it must not jump


class TaskCard(QFrame):
    """Hidden while nothing runs and nothing was said."""

    stop_wanted = Signal()

    def __init__(self, theme: Theme, stop: str, about: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        self.status = text("")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(about)
        self.stop = Button(theme, stop, drawing="stop")
        self.stop.clicked.connect(self.stop_wanted)
        self._stop_line = at_left(self.stop)
        for widget in (self.status, self.bar, self._stop_line):
            column.addWidget(widget)
        self._clock = QElapsedTimer()
        self._done, self._speed = 0, 0.0
        self.hide()

    def begin(self, sentence: str) -> None:
        self._clock.invalidate()
        self._speed = 0.0
        self.status.setText(sentence)
        self.bar.setRange(0, 0)
        self.stop.setEnabled(True)
        for widget in (self, self.bar, self._stop_line):
            widget.show()

    def stopping(self) -> None:
        self.stop.setEnabled(False)

    def speed(self, done: int) -> float:
        """Units a second, smoothed; 0 until it is known."""
        if not self._clock.isValid():
            self._clock.start()
            self._done = done
        elif self._clock.elapsed() >= 500:
            now = (done - self._done) / (self._clock.restart() / 1000)
            self._speed = now if not self._speed else MEMORY * self._speed + (1 - MEMORY) * now
            self._done = done
        return max(self._speed, 0.0)

    def show_progress(self, done: int, total: int, sentence: str) -> None:
        self.bar.setRange(0, STEPS if total else 0)
        self.bar.setValue(round(STEPS * done / total) if total else 0)
        self.status.setText(sentence)

    def end(self, sentence: str = "") -> None:
        """Show what came of it, or nothing."""
        self.bar.hide()
        self._stop_line.hide()
        self.status.setText(sentence)
        self.setVisible(bool(sentence))
