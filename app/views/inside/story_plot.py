"""The curve of a whole training with its moments, its phases, and the lines to hold it against. Knows no report."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import Theme
from app.words import inside as words
from core.inside.reports import Mark, Phase

HIGH = 280  # pixels at 100 %
LOWEST = 0.02  # of all single steps, which may lie below the picture
ABOVE = 1.2  # of the highest point: room for the names of the phases


class StoryPlot(QWidget):
    """Emits the index of a dot that was clicked."""

    picked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._steps: list[int] = []
        self._bits: list[float] = []
        self._loss: tuple[Sequence[float], Sequence[float]] = ((), ())
        self._marks: Sequence[Mark] = ()
        self._phases: Sequence[Phase] = ()
        self._jump: int | None = None
        self._now = 0
        self.canvas = pg.PlotWidget()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setAccessibleName(words.CURVE)
        item = self.canvas.getPlotItem()
        item.setMenuEnabled(False)
        item.setMouseEnabled(x=False, y=False)
        item.hideButtons()
        for name in ("bottom", "left"):
            item.getAxis(name).enableAutoSIPrefix(False)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.addWidget(self.canvas)
        self._dots = pg.ScatterPlotItem()
        theme.changed.connect(self._draw)

    def show_story(
        self,
        steps: list[int],
        bits: list[float],
        loss: tuple[Sequence[float], Sequence[float]],
        marks: Sequence[Mark],
        phases: Sequence[Phase],
        jump: int | None,
    ) -> None:
        """`bits` at `steps` are the dots; `loss` is the thin line of each step, in the same unit."""
        self._steps, self._bits, self._loss, self._marks = steps, bits, loss, marks
        self._phases, self._jump = phases, jump
        self._draw()

    def show_moment(self, index: int) -> None:
        self._now = index
        self._paint_dots()

    def _draw(self) -> None:
        colours, ratio = self._theme.colours, self.devicePixelRatioF()
        item = self.canvas.getPlotItem()
        item.clear()
        self.setFixedHeight(round(HIGH * (0.5 + self._theme.scale / 2)))
        self.canvas.setBackground(QColor(colours.card))
        for name in ("bottom", "left"):
            axis = item.getAxis(name)
            axis.setPen(pg.mkPen(QColor(colours.line)))
            axis.setTextPen(pg.mkPen(QColor(colours.quiet)))
            axis.setTickFont(self._theme.font("small"))
            axis.setStyle(tickTextOffset=8, tickLength=0)
        style = {"color": colours.quiet, "font-size": f"{self._theme.size('small')}px"}
        item.setLabel("bottom", "steps", **style)
        item.setLabel("left", "bits per byte", **style)
        self._draw_phases(item)
        for mark in self._marks[:3]:
            self._draw_mark(item, mark)
        thin = QColor(colours.train)
        thin.setAlpha(110)
        item.plot(
            np.array(self._loss[0]), np.array(self._loss[1]), pen=pg.mkPen(thin, width=1.2 * ratio), antialias=True
        )
        item.plot(self._steps, self._bits, pen=pg.mkPen(QColor(colours.accent), width=3 * ratio), antialias=True)
        if self._jump is not None:
            line = pg.mkPen(QColor(colours.accent_text), width=1.5, style=Qt.PenStyle.DashLine)
            item.addItem(
                pg.InfiniteLine(self._jump, 90, line, label=words.JUMP, labelOpts=self._label(colours.accent_text))
            )
        self._dots = pg.ScatterPlotItem()
        self._dots.sigClicked.connect(self._on_clicked)
        item.addItem(self._dots)
        self._paint_dots()
        if self._bits:
            tops = [mark.bits for mark in self._marks[:1]] + self._bits
            usual = [float(np.quantile(self._loss[1], LOWEST))] if len(self._loss[1]) else []
            item.setYRange(0.96 * min(*self._bits, *usual, tops[0]), ABOVE * max(tops), padding=0)
            item.setXRange(0, max(self._steps), padding=0.02)
            self._name_phases(item, ABOVE * max(tops))

    def _draw_phases(self, item: pg.PlotItem) -> None:
        for index, phase in enumerate(self._phases):
            ground = QColor(self._theme.colours.raised if index % 2 else self._theme.colours.tint)
            ground.setAlpha(160)
            band = pg.LinearRegionItem((phase.first, phase.last), brush=ground, pen=pg.mkPen(None), movable=False)
            band.setZValue(-20)
            item.addItem(band)

    def _name_phases(self, item: pg.PlotItem, top: float) -> None:
        """At the top of each band that is wide enough."""
        last = max(self._steps[-1], 1)
        for phase in self._phases:
            name = pg.TextItem(words.SHORT_PHASES[phase.kind], color=QColor(self._theme.colours.quiet), anchor=(0.5, 0))
            name.setFont(self._theme.font("small"))
            room = (phase.last - phase.first) / last * (self.canvas.width() - 80)
            if name.boundingRect().width() <= room:
                name.setPos((phase.first + phase.last) / 2, top)
                item.addItem(name)

    def _draw_mark(self, item: pg.PlotItem, mark: Mark) -> None:
        line = pg.mkPen(QColor(self._theme.colours.quiet), width=1, style=Qt.PenStyle.DotLine)
        item.addItem(
            pg.InfiniteLine(mark.bits, 0, line, label=mark.name, labelOpts=self._label(self._theme.colours.quiet))
        )

    def _label(self, colour: str) -> dict[str, object]:
        return {"position": 0.985, "color": QColor(colour), "anchors": [(1, 1), (1, 1)], "movable": False}

    def _paint_dots(self) -> None:
        colours = self._theme.colours
        brushes = [
            pg.mkBrush(QColor(colours.text if n == self._now else colours.accent)) for n in range(len(self._steps))
        ]
        sizes = [13 if n == self._now else 8 for n in range(len(self._steps))]
        self._dots.setData(self._steps, self._bits, brush=brushes, size=sizes, pen=pg.mkPen(QColor(colours.card)))

    def _on_clicked(self, _dots: object, points: Sequence[object], _event: object = None) -> None:
        for point in points:
            spot: QPointF = point.pos()  # type: ignore[attr-defined]  # pyqtgraph has no types
            if int(spot.x()) in self._steps:
                self.picked.emit(self._steps.index(int(spot.x())))
                return
