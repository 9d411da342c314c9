"""A grid of values as colours, with names along two sides; a dot or a word each. Knows no model."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from app.theme import Theme
from app.views.inside.cells import CENTRE, LEFT, RIGHT, Cells
from app.views.inside.scale import colour, ink_on, picture

LEAST: Final = 11  # pixels of a row or column that still has its name
PAGE: Final = 8


class Grid(Cells):
    """Rows × columns. `say` puts a cell in words."""

    def __init__(self, theme: Theme, about: str, say: Callable[[int, int], str], *, tallest: int = 520) -> None:
        self._say = say
        self._tallest = tallest
        self._values: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._rows: Sequence[str] = ()
        self._columns: Sequence[str] = ()
        self._texts: Sequence[Sequence[str]] = ()
        self._image = QImage()
        self._row_height = 0
        self._longest = (0.0, 0.0)  # pixels of the longest name of a row and of a column
        super().__init__(theme, about)

    def show_values(
        self,
        values: NDArray[np.float32],
        rows: Sequence[str],
        columns: Sequence[str],
        texts: Sequence[Sequence[str]] = (),
        *,
        at: tuple[int, int] = (0, 0),
        row_height: int = 0,
    ) -> None:
        """Values from 0 to 1; with `texts`, a word in each cell. A row as high as a cell is wide, or `row_height`."""
        self._values, self._rows, self._columns, self._texts = values, rows, columns, texts
        self._row_height = row_height
        self._measure()
        self._paint_image()
        self.refresh(at[0] * max(len(columns), 1) + at[1])

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the cursor."""
        return divmod(self.current, max(len(self._columns), 1))

    def count(self) -> int:
        return len(self._rows) * len(self._columns)

    def words(self, index: int) -> str:
        return self._say(*divmod(index, len(self._columns)))

    def tall(self, width: int) -> int:
        if not self.count():
            return 24
        return round(self._field(width).bottom() + self._foot() + 2)

    def cell(self, index: int) -> QRectF:
        row, column = divmod(index, self._values.shape[1])
        field = self._field(self.width())
        wide, high = field.width() / self._values.shape[1], field.height() / self._values.shape[0]
        return QRectF(field.x() + column * wide, field.y() + row * high, wide, high)

    def at(self, point: QPointF) -> int:
        field = self._field(self.width())
        if not self.count() or not field.contains(point):
            return -1
        rows, columns = len(self._rows), len(self._columns)
        row = min(int((point.y() - field.y()) / field.height() * rows), rows - 1)
        return row * columns + min(int((point.x() - field.x()) / field.width() * columns), columns - 1)

    def beside(self, index: int, dx: int, dy: int) -> int:
        rows, columns = len(self._rows), len(self._columns)
        row, column = divmod(index, columns)
        return min(max(row + dy, 0), rows - 1) * columns + min(max(column + dx, 0), columns - 1)

    def relay(self) -> None:
        self._measure()
        self._paint_image()
        super().relay()

    def paint(self, painter: QPainter) -> None:
        if not self.count():
            return
        field = self._field(self.width())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(field, self._image)
        if self._texts:
            self._paint_texts(painter, field)
        self._paint_names(painter, field)

    def _paint_image(self) -> None:
        self._image = picture(self._values, self.theme.is_dark) if self.count() else QImage()

    def _measure(self) -> None:
        """Once for all names: a hand that moves over the picture asks for its layout again and again."""
        metrics = QFontMetricsF(self.font_of())
        rows, columns = (
            max((metrics.horizontalAdvance(name) for name in names), default=0.0)
            for names in (self._rows, self._columns)
        )
        self._longest = (rows, columns)

    def _paint_texts(self, painter: QPainter, field: QRectF) -> None:
        metrics = QFontMetricsF(painter.font())
        for index in range(self.count()):
            rect = self.cell(index)
            row, column = divmod(index, self._values.shape[1])
            ground = colour(float(self._values[row, column]), self.theme.is_dark)
            words = metrics.elidedText(self._texts[row][column], Qt.TextElideMode.ElideRight, rect.width() - 4)
            self.write(painter, rect, words, ink_on(ground))
        painter.setPen(QColor(self.theme.colours.card))
        for row in range(1, self._values.shape[0]):
            y = field.y() + row * field.height() / self._values.shape[0]
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
        for column in range(1, self._values.shape[1]):
            x = field.x() + column * field.width() / self._values.shape[1]
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))

    def paint_cursor(self, painter: QPainter) -> None:
        """The cursor's own row and column are always named, in the place of names that are in the way."""
        super().paint_cursor(painter)
        field = self._field(self.width())
        ground, strong = QColor(self.theme.colours.card), QColor(self.theme.colours.text)
        row_now, column_now = self.place
        painter.setFont(self.font_of())
        rows, columns = self._named(field)
        for row in (n for n in rows if abs(n - row_now) * field.height() < self._room() * len(self._rows)):
            painter.fillRect(self._row_place(field, row), ground)
        for column in (n for n in columns if abs(n - column_now) * field.width() < self._room() * len(self._columns)):
            self._paint_column(painter, field, column, None)
        painter.fillRect(self._row_place(field, row_now), ground)
        self._paint_row(painter, field, row_now, strong)
        self._paint_column(painter, field, column_now, None)
        self._paint_column(painter, field, column_now, strong)

    def _paint_names(self, painter: QPainter, field: QRectF) -> None:
        quiet = QColor(self.theme.colours.quiet)
        rows, columns = self._named(field)
        for row in rows:
            self._paint_row(painter, field, row, quiet)
        for column in columns:
            self._paint_column(painter, field, column, quiet)

    def _row_place(self, field: QRectF, row: int) -> QRectF:
        high, line = field.height() / len(self._rows), QFontMetricsF(self.font_of()).height()
        return QRectF(0, field.y() + (row + 0.5) * high - line / 2, field.x() - 8, line)

    def _paint_row(self, painter: QPainter, field: QRectF, row: int, ink: QColor) -> None:
        rect = self._row_place(field, row)
        elided = QFontMetricsF(painter.font()).elidedText(self._rows[row], Qt.TextElideMode.ElideRight, rect.width())
        self.write(painter, rect, elided, ink, RIGHT)

    def _paint_column(self, painter: QPainter, field: QRectF, column: int, ink: QColor | None) -> None:
        """Without `ink` its place is emptied."""
        metrics, wide = QFontMetricsF(painter.font()), field.width() / len(self._columns)
        painter.save()
        painter.translate(field.x() + (column + 0.5) * wide, field.bottom() + 6)
        if self._upright(wide):
            rect, how = QRectF(-wide / 2, 0, wide, metrics.height()), CENTRE
        else:
            painter.rotate(60)
            rect, how = QRectF(0, -metrics.height() / 2, self._foot() - 4, metrics.height()), LEFT
        if ink is None:
            painter.fillRect(rect, QColor(self.theme.colours.card))
        else:
            room = rect.width() - (4 if how is CENTRE else 0)
            elided = metrics.elidedText(self._columns[column], Qt.TextElideMode.ElideRight, room)
            self.write(painter, rect, elided, ink, how)
        painter.restore()

    def _room(self) -> float:
        """Pixels from one name to the next, at least."""
        return QFontMetricsF(self.font_of()).height() * 0.82

    def _named(self, field: QRectF) -> tuple[range, range]:
        """Which rows and columns have their names while the cursor is elsewhere: as many as have room."""
        rows, columns = len(self._rows), len(self._columns)
        return (
            range(0, rows, max(1, ceil(self._room() * rows / field.height()))),
            range(0, columns, max(1, ceil(self._room() * columns / field.width()))),
        )

    def _upright(self, wide: float) -> bool:
        return wide >= 40

    def _left(self, width: int) -> float:
        return min(self._longest[0] + 12, width * 0.24, 150 * self.theme.scale)

    def _foot(self) -> float:
        """The height of the names below."""
        metrics = QFontMetricsF(self.font_of())
        if not self._longest[1]:
            return 0.0
        field_width = self.width() - self._left(self.width())
        if self._upright(field_width / max(self._values.shape[1], 1)):
            return metrics.height() + 8
        return min(self._longest[1], 72 * self.theme.scale) + 10

    def _field(self, width: int) -> QRectF:
        rows, columns = max(self._values.shape[0], 1), max(self._values.shape[1], 1)
        left = self._left(width)
        wide = max(width - left - 2, 40)
        if self._row_height:
            return QRectF(left, 2, wide, rows * round(self._row_height * self.theme.scale))
        most = min(wide, self._tallest * self.theme.scale) if rows == columns else wide
        side = min(most / columns, self._tallest * self.theme.scale / rows)
        return QRectF(left, 2, side * columns, side * rows)
