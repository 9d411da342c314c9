"""The live curves of a run. Knows the facts of the journal, and nothing about who writes them."""

from collections.abc import Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import words
from app.theme import Theme
from app.views.curve import Curve
from core.journal import Evaluated, Resumed, Stepped, TurnedBack

REDRAW: Final = 200  # milliseconds: five times a second is live enough, and cheap
FEW: Final = 40  # points up to which each is marked by a dot


class LossPlot(QWidget):
    """Three curves in bits per byte: every step, and the training text and held-out text at each evaluation."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bits_per_nat = 1.0
        self._against_time = False
        self._is_stale = False
        self.drawn = 0  # times
        self._each, self._train, self._held_out = Curve(), Curve(), Curve()
        self._canvas = pg.PlotWidget()
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lines = [self._canvas.plot(antialias=True) for _ in range(3)]
        for line in self._lines:
            line.setSkipFiniteCheck(True)
        for line in self._lines[1:]:  # piece by piece is faster; where ink is thin, the joints would show
            line.curve.setSegmentedLineMode("on")
        self._prepare_canvas()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.addWidget(self._canvas)
        self._timer = QTimer(self, singleShot=True, interval=REDRAW)
        self._timer.timeout.connect(self.redraw)
        theme.changed.connect(self._dress)
        self._dress()

    def _prepare_canvas(self) -> None:
        item = self._canvas.getPlotItem()
        item.setMenuEnabled(False)
        item.setMouseEnabled(x=False, y=False)
        item.hideButtons()
        item.showGrid(x=False, y=True, alpha=0.15)
        item.getAxis("bottom").enableAutoSIPrefix(False)
        item.getAxis("left").enableAutoSIPrefix(False)

    @property
    def lengths(self) -> tuple[int, int, int]:
        """How many points there are of each step, of the training text, of the held-out text."""
        return len(self._each), len(self._train), len(self._held_out)

    def begin(self, bits_per_nat: float) -> None:
        """Empty the plot for another run, whose losses in nats a token are worth so many bits a byte."""
        self._bits_per_nat = bits_per_nat
        for curve in (self._each, self._train, self._held_out):
            curve.clear()
        self._mark_stale()

    def add(self, facts: Sequence[object]) -> None:
        """Take in new facts; the picture follows within REDRAW."""
        for fact in facts:
            match fact:
                case Stepped():
                    self._each.add(fact.step, fact.seconds, fact.loss * self._bits_per_nat)
                case Evaluated():
                    self._train.add(fact.step, fact.seconds, fact.train_bits_per_byte)
                    self._held_out.add(fact.step, fact.seconds, fact.bits_per_byte)
                    self._canvas.setAccessibleDescription(words.plot_in_words(fact))
                case Resumed() | TurnedBack():
                    for curve in (self._each, self._train, self._held_out):
                        curve.cut_after(fact.step)
        self._mark_stale()

    def show_against_time(self, against_time: bool) -> None:
        self._against_time = against_time
        self._label_axes()
        self._mark_stale()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.redraw()

    def _mark_stale(self) -> None:
        self._is_stale = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def redraw(self) -> None:
        """Draw what is known by now; nothing while nobody looks."""
        if not self.isVisible():
            return
        self._is_stale = False
        self.drawn += 1
        for line, curve in zip(self._lines, (self._each, self._train, self._held_out), strict=True):
            x, y = curve.points(against_time=self._against_time)
            if self._against_time:
                x /= 60
            line.setData(x, y, symbol="o" if curve is not self._each and len(curve) <= FEW else None)

    def _dress(self) -> None:
        colours, ratio = self._theme.colours, self.devicePixelRatioF()
        self._canvas.setBackground(QColor(colours.card))
        for line, colour, width, alpha in zip(
            self._lines, (colours.train, colours.train, colours.accent), (1.5, 2, 3), (150, 255, 255), strict=True
        ):
            ink = QColor(colour)
            ink.setAlpha(alpha)
            line.setPen(pg.mkPen(ink, width=width * ratio))
            line.setSymbolBrush(ink)
            line.setSymbolPen(None)
            line.setSymbolSize(7)
        for name in ("bottom", "left"):
            axis = self._canvas.getPlotItem().getAxis(name)
            axis.setPen(pg.mkPen(QColor(colours.line)))
            axis.setTextPen(pg.mkPen(QColor(colours.quiet)))
            axis.setTickFont(self._theme.font("small"))
            axis.setStyle(tickTextOffset=8, tickLength=0)
        self._label_axes()
        self.setFixedHeight(round(170 + 60 * self._theme.scale))

    def _label_axes(self) -> None:
        style = {"color": self._theme.colours.quiet, "font-size": f"{self._theme.size('small')}px"}
        item = self._canvas.getPlotItem()
        item.setLabel("bottom", words.MINUTES if self._against_time else words.STEPS, **style)
        item.setLabel("left", words.BITS_PER_BYTE, **style)
        self._canvas.setAccessibleName(words.PLOT)
