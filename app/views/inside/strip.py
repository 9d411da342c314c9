"""A text as its tokens, one chip each, going on in the next line like words. Knows no model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.theme import Theme
from app.views.inside.cells import Cells
from app.views.inside.scale import ink_on

GAP: Final = 3
INNER: Final = 12  # around the words of a chip, both sides together


@dataclass(frozen=True, slots=True)
class Chip:
    """A token, its colour, and a line below it where there is one."""

    words: str
    ground: QColor
    below: str = ""


class Strip(Cells):
    """`say` puts a chip in words."""

    def __init__(self, theme: Theme, about: str, say: Callable[[int], str]) -> None:
        self._say = say
        self._chips: Sequence[Chip] = ()
        self._laid: tuple[int, float, list[QRectF]] = (-1, 0.0, [])
        super().__init__(theme, about)

    def show_chips(self, chips: Sequence[Chip], current: int = 0) -> None:
        self._chips = chips
        self._laid = (-1, 0.0, [])
        self.refresh(current)

    def count(self) -> int:
        return len(self._chips)

    def words(self, index: int) -> str:
        return self._say(index)

    def relay(self) -> None:
        self._laid = (-1, 0.0, [])
        super().relay()

    def tall(self, width: int) -> int:
        rects = self._lay(width)
        return round(rects[-1].bottom() + 3) if rects else 24

    def cell(self, index: int) -> QRectF:
        return self._lay(self.width())[index]

    def paint(self, painter: QPainter) -> None:
        small, body = self.font_of(), self.font_of("body")
        for chip, rect in zip(self._chips, self._lay(self.width()), strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(chip.ground)
            painter.drawRoundedRect(rect, 5, 5)
            ink = ink_on(chip.ground)
            painter.setFont(body)
            if chip.below:
                top = QRectF(rect.x(), rect.y() + 2, rect.width(), rect.height() * 0.55)
                self.write(painter, top, chip.words, ink)
                painter.setFont(small)
                under = QRectF(rect.x(), rect.y() + rect.height() * 0.52, rect.width(), rect.height() * 0.44)
                ink.setAlpha(190)
                painter.setPen(ink)
                painter.drawText(under, int(Qt.AlignmentFlag.AlignCenter), chip.below)
            else:
                self.write(painter, rect, chip.words, ink)

    def _lay(self, width: int) -> list[QRectF]:
        if self._laid[0] == width:
            return self._laid[2]
        metrics, small = QFontMetricsF(self.font_of("body")), QFontMetricsF(self.font_of())
        high = metrics.height() + 8 + (small.height() if any(chip.below for chip in self._chips) else 0)
        rects: list[QRectF] = []
        spot = QPointF(2, 2)
        for chip in self._chips:
            wide = max(metrics.horizontalAdvance(chip.words), small.horizontalAdvance(chip.below)) + INNER
            wide = min(max(wide, 14.0), width - 4)
            if spot.x() + wide > width - 2 and spot.x() > 2:
                spot = QPointF(2, spot.y() + high + GAP)
            rects.append(QRectF(spot.x(), spot.y(), wide, high))
            spot = QPointF(spot.x() + wide + GAP, spot.y())
            if chip.words.endswith("↵"):
                spot = QPointF(2, spot.y() + high + GAP)
        self._laid = (width, high, rects)
        return rects
