"""Attention: thumbnails of all heads, one of them large, and what each mostly does."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox

from app.theme import Theme
from app.views.inside.cells import Cells
from app.views.inside.grid import Grid
from app.views.inside.key import Key
from app.views.inside.pane import Facts, Pane, beginning
from app.views.inside.scale import picture
from app.views.parts import column, holder, text
from app.words import inside as words
from core.inside.reports import Array, Attention, Head, Report

THUMB = 84  # pixels of a thumbnail at 100 %, at most
GAP = 10
BESIDE = 6  # heads in a row, up to which the large picture stands beside them
WIDE = 640  # pixels at 100 %


class Thumbs(Cells):
    """A small picture for each head: a row for each layer."""

    def __init__(self, theme: Theme, about: str) -> None:
        self._images: list[QImage] = []
        self._heads: Sequence[Head] = ()
        self._columns = 1
        self.shown = 0
        super().__init__(theme, about)

    def show_heads(self, small: NDArray[np.uint8], heads: Sequence[Head], shown: int) -> None:
        """Layers × heads × dots × dots."""
        self._columns = small.shape[1]
        self._images = [picture(each, self.theme.is_dark) for each in small.reshape(-1, *small.shape[2:])]
        self._heads, self.shown = heads, shown
        self.refresh(shown)

    def count(self) -> int:
        return len(self._images)

    def words(self, index: int) -> str:
        return words.head(self._heads[index])

    def tall(self, width: int) -> int:
        rows = -(-len(self._images) // self._columns)
        return round(rows * (self._side(width) + self._label() + GAP) + 4)

    def cell(self, index: int) -> QRectF:
        row, column = divmod(index, self._columns)
        side = self._side(self.width())
        return QRectF(4 + column * (side + GAP), 4 + row * (side + self._label() + GAP), side, side)

    def at(self, point: QPointF) -> int:
        return next(
            (n for n in range(self.count()) if self.cell(n).adjusted(0, 0, 0, self._label()).contains(point)), -1
        )

    def paint(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        for index, image in enumerate(self._images):
            rect = self.cell(index)
            painter.drawImage(rect, image)
            is_shown = index == self.shown
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(
                QPen(
                    QColor(self.theme.colours.accent_text if is_shown else self.theme.colours.line),
                    2 if is_shown else 1,
                )
            )
            painter.drawRect(rect)
            if self._label():
                below = QRectF(rect.x(), rect.bottom() + 1, rect.width(), self._label())
                name = words.KINDS[self._heads[index].kind][0]
                painter.setPen(QColor(self.theme.colours.text if is_shown else self.theme.colours.quiet))
                said = metrics.elidedText(name, Qt.TextElideMode.ElideRight, rect.width())
                painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), said)

    def _side(self, width: int) -> float:
        return max(min((width - 8 - GAP * (self._columns - 1)) / self._columns, THUMB * self.theme.scale), 12)

    def _label(self) -> float:
        """Names below the thumbnails, where there is room."""
        metrics = QFontMetricsF(self.font_of())
        return metrics.height() + 2 if self._side(self.width()) >= 44 else 0.0


class AttentionPane(Pane):
    view = "attention"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._seen: Attention | None = None
        self._head = 0
        self._weights = np.zeros((0, 0), np.float32)  # of the head in the large picture, as it is shown
        self.thumbs = Thumbs(theme, words.HEADS)
        self.thumbs.chosen.connect(self._on_chosen)
        self._kind = text("", "heading")
        self.sinks = QCheckBox(words.SINKS)
        self.sinks.setChecked(True)
        self.sinks.toggled.connect(self._on_sinks)
        self.map = Grid(theme, words.ONE_HEAD, self._say_cell)
        left = holder(column(text(words.HEADS, "label"), self.thumbs, gap=12))
        key = Key(theme, words.NOWHERE, words.HARD)
        right = holder(column(self._kind, text(words.ONE_HEAD, "label"), self.map, beginning(key), self.sinks))
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(24)
        self._sides.addWidget(left, 2, Qt.AlignmentFlag.AlignTop)
        self._sides.addWidget(right, 3, Qt.AlignmentFlag.AlignTop)
        self.add(holder(self._sides))
        theme.changed.connect(self._show)

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Attention)
        first = self._seen is None or len(self._seen.heads) != len(report.heads)
        self._seen = report
        if first:
            order = ("copying", "previous", "itself", "broad", "mixed", "first")
            clear = min(report.heads, key=lambda head: (order.index(head.kind), -head.strength))
            self._head = report.heads.index(clear)
        self._arrange()
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Side by side where few heads leave room for it."""
        heads = self._seen.patterns.shape[1] if self._seen else BESIDE + 1
        is_wide = heads <= BESIDE and self.width() >= WIDE * self.theme.scale
        way = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._sides.direction() != way:
            self._sides.setDirection(way)

    def facts(self) -> Facts:
        return tuple((f"Layer {h.layer + 1}, head {h.head + 1}", f"{words.KINDS[h.kind][0]}, {h.strength:.3f}")
                     for h in self._seen.heads) if self._seen else ()  # fmt: skip

    def arrays(self) -> Sequence[Array]:
        return self._seen.arrays if self._seen else ()

    def _show(self) -> None:
        seen = self._seen
        if seen is None:
            return
        self.thumbs.show_heads(seen.small[0 if self.sinks.isChecked() else 1], seen.heads, self._head)
        self._show_head()

    def _show_head(self) -> None:
        seen = self._seen
        if seen is None:
            return
        which = seen.heads[self._head]
        self._kind.setText(words.head(which))
        shares = self._weights = self._shares(seen.patterns[which.layer, which.head].astype(np.float32))
        names = [token.text for token in seen.tokens]
        self.map.show_values(np.sqrt(shares / max(float(shares.max()), 1e-6)), names, names, at=(len(names) - 1, 0))

    def _shares(self, patterns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Without its first column, if that is wished: what is left of each row, to a whole again."""
        if self.sinks.isChecked() or patterns.shape[-1] < 3:
            return patterns
        rest = patterns.copy()
        rest[..., 0] = 0
        shares: NDArray[np.float32] = rest / np.maximum(rest.sum(axis=-1, keepdims=True), 1e-6)
        return shares

    def _on_chosen(self, index: int) -> None:
        self._head = self.thumbs.shown = index
        self._show_head()
        self.thumbs.relay()

    def _on_sinks(self) -> None:
        self._show()

    def _say_cell(self, row: int, column: int) -> str:
        assert self._seen is not None
        reader, other = self._seen.tokens[row], self._seen.tokens[column]
        if column > row:
            return f"{words.piece(reader)} cannot look at {words.piece(other)}: it comes later"
        return words.looks(reader, other, float(self._weights[row, column]))
