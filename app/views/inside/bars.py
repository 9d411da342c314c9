"""Named bars below each other, with an outline for what was and a filling for what is. Knows no model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.theme import Theme
from app.views.inside.cells import LEFT, RIGHT, Cells

ROW: Final = 26  # pixels at 100 %


@dataclass(frozen=True, slots=True)
class Bar:
    """`length` and `outline` are shares of the width; `said` stands at the end. `kind` names a colour of the theme."""

    words: str
    length: float
    said: str
    outline: float = 0.0
    kind: str = "accent"
    is_out: bool = False  # greyed: it cannot come up


class Bars(Cells):
    """`say` puts a bar in words. `secret`: whether the names are the writer's. `names`: their most of a line."""

    def __init__(
        self, theme: Theme, about: str, say: Callable[[int], str], *, secret: bool = True, names: float = 0.34
    ) -> None:
        self._say = say
        self._bars: Sequence[Bar] = ()
        self._secret, self._names = secret, names
        super().__init__(theme, about)

    def show_bars(self, bars: Sequence[Bar], current: int = 0) -> None:
        self._bars = bars
        self.refresh(current)

    def bar(self, index: int) -> Bar:
        return self._bars[index]

    def count(self) -> int:
        return len(self._bars)

    def words(self, index: int) -> str:
        return self._say(index)

    def tall(self, width: int) -> int:
        return round(len(self._bars) * self._row() + 4)

    def cell(self, index: int) -> QRectF:
        return QRectF(1, 2 + index * self._row(), self.width() - 2, self._row() - 2)

    def paint(self, painter: QPainter) -> None:
        colours = self.theme.colours
        metrics = QFontMetricsF(painter.font())
        left = min(max((metrics.horizontalAdvance(bar.words) for bar in self._bars), default=0.0) + 16,
                   self.width() * self._names)  # fmt: skip
        right = max((metrics.horizontalAdvance(bar.said) for bar in self._bars), default=0.0) + 12
        room = max(self.width() - left - right - 6, 10)
        for index, bar in enumerate(self._bars):
            rect = self.cell(index)
            ink = QColor(colours.quiet if bar.is_out else colours.text)
            words = metrics.elidedText(bar.words, Qt.TextElideMode.ElideRight, left - 14)
            veiled, self.veiled = self.veiled, self.veiled and self._secret
            self.write(painter, QRectF(6, rect.y(), left - 12, rect.height()), words, ink, LEFT)
            self.veiled = veiled
            track = QRectF(left, rect.y() + 4, room, rect.height() - 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.raised))
            painter.drawRoundedRect(track, 4, 4)
            if bar.length > 0:
                painter.setBrush(QColor(colours.line if bar.is_out else getattr(colours, bar.kind)))
                wide = max(room * min(bar.length, 1), 3)
                painter.drawRoundedRect(QRectF(track.x(), track.y(), wide, track.height()), 4, 4)
            if bar.outline > 0:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(colours.text), 1.4))
                wide = max(room * min(bar.outline, 1), 3)
                painter.drawRoundedRect(QRectF(track.x(), track.y(), wide, track.height()), 4, 4)
            painter.setPen(ink)
            painter.drawText(QRectF(left + room, rect.y(), right, rect.height()), int(RIGHT), bar.said)

    def _row(self) -> float:
        return max(ROW * self.theme.scale, QFontMetricsF(self.font_of()).height() + 8)
