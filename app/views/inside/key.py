"""What the colours of a picture mean: the scale, with words at its ends. Knows no view."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Theme
from app.views.inside.scale import COUNT, colours

WIDE = 96  # pixels of the scale
HIGH = 10
GAP = 8


class Key(QWidget):
    """`most`: the share of the scale that a picture uses."""

    def __init__(self, theme: Theme, least: str, greatest: str, *, most: float = 1.0, apart: bool = False) -> None:
        super().__init__()
        self._theme, self._ends, self._most, self._apart = theme, (least, greatest), most, apart
        self.setAccessibleName(f"Colours, from {least} to {greatest}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_changed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._theme.font("small"))
        words = sum(metrics.horizontalAdvance(end) for end in self._ends)
        return QSize(round(words + WIDE + 2 * GAP + 4), round(metrics.height() + 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colours.quiet)
        metrics = QFontMetricsF(painter.font())
        left, wide = metrics.horizontalAdvance(self._ends[0]) + GAP, WIDE
        place = QRectF(left, (self.height() - HIGH) / 2, wide, HIGH)
        line = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRectF(0, 0, left, self.height()), line, self._ends[0])
        painter.drawText(QRectF(place.right() + GAP, 0, self.width(), self.height()), line, self._ends[1])
        dots = colours(self._theme.is_dark, apart=self._apart)[: round(COUNT * self._most)].copy()
        painter.drawImage(place, QImage(dots.data, len(dots), 1, 4 * len(dots), QImage.Format.Format_RGB32))

    def _on_changed(self) -> None:
        self.updateGeometry()
        self.update()
