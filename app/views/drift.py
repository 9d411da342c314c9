"""How much of the writer's voice each reply of a talk had, as one line of points, and a box that holds it up."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from app.theme import Theme
from app.views.layouts import Columns
from app.views.parts import text
from app.words import chat as words

LOW, HIGH = 0.0, 100.0  # the base model's voice, and the writer's
SHOWN: Final = 40  # of the newest replies
WIDE, TALL = 120, 32  # pixels at 100 %
POINT: Final = 3
LEAST: Final = 170  # pixels at 100 % for each of the three, which stand below each other where there is no room


class Line(QWidget):
    """The points between two thin lines: below is the base model, above the writer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.voices: list[float] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._dress)
        self._dress()

    def show_voices(self, voices: Sequence[float]) -> None:
        self.voices = list(voices)[-SHOWN:]
        self.setAccessibleName(words.drift_in_words(self.voices))
        self.setToolTip(words.DRIFT_WHY)
        self.update()

    def points(self) -> list[QPointF]:
        """Where each reply stands; what is beyond both ends stands at them."""
        frame = QRectF(self.rect()).adjusted(POINT + 1, POINT + 1, -POINT - 1, -POINT - 1)
        step = frame.width() / max(1, len(self.voices) - 1)
        return [
            QPointF(frame.left() + n * step, frame.bottom() - frame.height() * min(max(each, LOW), HIGH) / HIGH)
            for n, each in enumerate(self.voices)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours, points = QPainter(self), self._theme.colours, self.points()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line), 1))
        for height in (POINT + 1, self.height() - POINT - 1):
            painter.drawLine(QPointF(0, height), QPointF(self.width(), height))
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawPolyline(points)
        painter.setBrush(QColor(colours.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        for point in points:
            painter.drawEllipse(point, POINT, POINT)

    def _dress(self) -> None:
        self.setMinimumWidth(round(WIDE * self._theme.scale))
        self.setFixedHeight(round(TALL * self._theme.scale))


class Drift(QWidget):
    """Hidden until a reply was measured. `lock_wanted` tells whether the voice is to be held up."""

    lock_wanted = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.figure = text("", "label", wraps=False)
        self.line = Line(theme)
        self.lock = QCheckBox(words.STAY)
        self.lock.clicked.connect(self.lock_wanted)
        self._theme, self._columns = theme, Columns(least=0, gap=12)
        for part in (self.figure, self.line, self.lock):
            self._columns.addWidget(part)
        self.setLayout(self._columns)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    def _dress(self) -> None:
        self._columns.least = round(LEAST * self._theme.scale)

    def show_voices(self, voices: Sequence[float]) -> None:
        self.setVisible(bool(voices))
        if voices:
            self.figure.setText(words.voice_now(voices))
            self.line.show_voices(voices)
