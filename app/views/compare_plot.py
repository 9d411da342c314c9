"""The curves of several runs on one plot, one of them thick, and a line at a moment of it. Knows no run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import words
from app.theme import Theme
from app.words import history

MOST: Final = 8  # curves: more cannot be told apart
# Distinct in both looks, and for most who see few colours (Okabe and Ito, 2008).
COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7b8794", "#9467bd")


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: its name, its place among the colours, steps and bits per byte."""

    name: str
    colour: str
    steps: Sequence[float]
    bits: Sequence[float]
    best: float | None


class ComparePlot(QWidget):
    """Draws at once: there are few points, and they change only when the user chooses."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[Line] = []
        self._chosen = -1
        self._canvas = pg.PlotWidget()
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._canvas.setAccessibleName(history.COMPARED)
        item = self._canvas.getPlotItem()
        item.setMenuEnabled(False)
        item.setMouseEnabled(x=False, y=False)
        item.hideButtons()
        item.showGrid(x=False, y=True, alpha=0.15)
        for name in ("bottom", "left"):
            item.getAxis(name).enableAutoSIPrefix(False)
        self._mark = pg.InfiniteLine(angle=90, movable=False)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.addWidget(self._canvas)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def names(self) -> list[str]:
        """The curves on show."""
        return [line.name for line in self._lines]

    def show_lines(self, lines: Sequence[Line], chosen: int) -> None:
        """Draw these, the chosen one on top and thick."""
        self._lines, self._chosen = list(lines), chosen
        self._draw()

    def mark(self, step: float) -> None:
        """Put the line at a step."""
        self._mark.setPos(step)

    @property
    def marked(self) -> float:
        return float(self._mark.value())

    def _draw(self) -> None:
        item, ratio = self._canvas.getPlotItem(), self.devicePixelRatioF()
        item.clear()
        item.addItem(self._mark, ignoreBounds=True)
        order = [n for n in range(len(self._lines)) if n != self._chosen]
        for number in [*order, *([self._chosen] if 0 <= self._chosen < len(self._lines) else [])]:
            line, is_chosen = self._lines[number], number == self._chosen
            ink = QColor(line.colour)
            drawn = item.plot(list(line.steps), list(line.bits), antialias=True)
            drawn.setPen(pg.mkPen(ink, width=(3.5 if is_chosen else 1.5) * ratio))
            drawn.setSymbol("o" if len(line.steps) <= 40 else None)
            drawn.setSymbolSize(7 if is_chosen else 4)
            drawn.setSymbolBrush(ink)
            drawn.setSymbolPen(None)
        described = "; ".join(history.described(line.name, line.best) for line in self._lines)
        self._canvas.setAccessibleDescription(described)

    def _dress(self) -> None:
        colours, item = self._theme.colours, self._canvas.getPlotItem()
        self._canvas.setBackground(QColor(colours.card))
        self._mark.setPen(pg.mkPen(QColor(colours.quiet), width=1, style=Qt.PenStyle.DashLine))
        style = {"color": colours.quiet, "font-size": f"{self._theme.size('small')}px"}
        for name, label in (("bottom", words.STEPS), ("left", words.BITS_PER_BYTE)):
            axis = item.getAxis(name)
            axis.setPen(pg.mkPen(QColor(colours.line)))
            axis.setTextPen(pg.mkPen(QColor(colours.quiet)))
            axis.setTickFont(self._theme.font("small"))
            axis.setStyle(tickTextOffset=8, tickLength=0)
            item.setLabel(name, label, **style)
        self.setFixedHeight(round(170 + 60 * self._theme.scale))
        self._draw()
