"""Two charts of a library: words by year, stacked by source, and how long documents are. Know no database."""

from collections.abc import Mapping, Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import card, holder, text
from app.words import library as words
from app.words import number
from core.library import LENGTHS

SHOWN: Final = 6  # sources with a colour of their own; the others are one
SHADES: Final = ("#d08a1d", "#4f7fa3", "#7a9a4b", "#a8627f", "#7d6fb0", "#8a8177")


class Chart(QWidget):
    """A bar chart in the colours of the theme."""

    def __init__(self, theme: Theme, bottom: str, left: str) -> None:
        super().__init__()
        self._theme, self._labels = theme, (bottom, left)
        self.canvas = pg.PlotWidget()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = self.canvas.getPlotItem()
        item.setMenuEnabled(False)
        item.setMouseEnabled(x=False, y=False)
        item.hideButtons()
        item.showGrid(x=False, y=True, alpha=0.15)
        item.getAxis("left").enableAutoSIPrefix(False)
        item.getAxis("bottom").enableAutoSIPrefix(False)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.canvas)
        theme.changed.connect(self.dress)
        self.dress()

    def show_bars(self, bars: Sequence[tuple[Sequence[float], Sequence[float], Sequence[float], str]]) -> None:
        """Each is places, lower ends, heights, colour."""
        item = self.canvas.getPlotItem()
        item.clear()
        for x, y0, height, colour in bars:
            brush = QColor(colour)
            item.addItem(pg.BarGraphItem(x=x, y0=y0, height=height, width=0.8, brush=brush, pen=pg.mkPen(brush)))

    def name_places(self, names: Sequence[tuple[float, str]]) -> None:
        self.canvas.getPlotItem().getAxis("bottom").setTicks([names])

    def dress(self) -> None:
        colours = self._theme.colours
        self.canvas.setBackground(QColor(colours.card))
        style = {"color": colours.quiet, "font-size": f"{self._theme.size('small')}px"}
        for name, label in zip(("bottom", "left"), self._labels, strict=True):
            axis = self.canvas.getPlotItem().getAxis(name)
            axis.setPen(pg.mkPen(QColor(colours.line)))
            axis.setTextPen(pg.mkPen(QColor(colours.quiet)))
            axis.setTickFont(self._theme.font("small"))
            axis.setStyle(tickTextOffset=8, tickLength=0)
            self.canvas.getPlotItem().setLabel(name, label, **style)
        self.setMinimumHeight(round(150 + 60 * self._theme.scale))


class ChartsView(QWidget):
    """Both charts, one below the other."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.years = Chart(theme, words.YEAR_AXIS, words.WORDS_AXIS)
        self.lengths = Chart(theme, words.WORDS_AXIS, words.DOCUMENTS_AXIS)
        self._legend = Flow(gap=14)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        legend = holder(self._legend)
        for title, why, chart, more in (
            (words.YEARS, words.YEARS_WHY, self.years, legend),
            (words.LENGTHS, words.LENGTHS_WHY, self.lengths, None),
        ):
            frame, inside = card(gap=6, margin=20)
            for widget in (text(title, "heading"), text(why, "quiet"), more, chart):
                if widget is not None:
                    inside.addWidget(widget, 1 if widget is chart else 0)
            whole.addWidget(frame, 1)

    def show_years(self, years: Mapping[str, Mapping[int, int]]) -> None:
        """Words by source and year, the largest source first."""
        stacked: dict[int, float] = {}
        bars = []
        names: list[tuple[str, str]] = []
        for n, (source, words_) in enumerate(years.items()):
            colour = SHADES[min(n, SHOWN - 1)]
            places = sorted(words_)
            low = [stacked.get(year, 0.0) for year in places]
            bars.append((places, low, [words_[year] for year in places], colour))
            for year in places:
                stacked[year] = stacked.get(year, 0.0) + words_[year]
            names += [(source, colour)] if n < SHOWN else []
        self.years.show_bars(bars)
        all_years = sorted(stacked)
        step = max(1, len(all_years) // 10)
        self.years.name_places([(float(year), str(year)) for year in all_years[::step]])
        self.years.canvas.setAccessibleName(words.YEARS)
        self.years.canvas.setAccessibleDescription(
            ", ".join(f"{year}: {number(int(count))}" for year, count in sorted(stacked.items()))
        )
        self._name_sources(names)

    def _name_sources(self, names: Sequence[tuple[str, str]]) -> None:
        while (item := self._legend.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        for source, colour in names:
            label = text(f"■ {source}", "small", wraps=False)
            label.setStyleSheet(f"color: {colour}")
            self._legend.addWidget(label)

    def show_lengths(self, counts: Sequence[int]) -> None:
        places = [float(n) for n in range(len(counts))]
        self.lengths.show_bars([(places, [0.0] * len(counts), [float(n) for n in counts], SHADES[0])])
        names = [*(f"≤ {number(length)}" for length in LENGTHS), "more"]
        self.lengths.name_places(list(zip(places, names, strict=True)))
        self.lengths.canvas.setAccessibleName(words.LENGTHS)
        self.lengths.canvas.setAccessibleDescription(
            ", ".join(f"{name}: {number(count)}" for name, count in zip(names, counts, strict=True))
        )
