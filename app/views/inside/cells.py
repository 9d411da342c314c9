"""The base of every picture here: cells that are painted by hand, and reached by mouse and keyboard alike.

Whatever a cell shows is also said in words: to the line below the picture, and to screen readers as the description of
the widget, whenever the cursor or the mouse comes to it. Knows no model.
"""

import random
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme import Theme

BLUR: Final = 5  # a veiled text is painted so many times smaller, then enlarged
KEYS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
CENTRE: Final = Qt.AlignmentFlag.AlignCenter
LEFT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class Cells(QWidget):
    """Subclasses say how many cells there are, where each is, what it says, and paint them."""

    moved = Signal(int)  # the cursor or the mouse came to another cell
    chosen = Signal(int)  # a click, Return or Space

    def __init__(self, theme: Theme, about: str) -> None:
        super().__init__()
        self.theme = theme
        self.about = about
        self.current = 0
        self.veiled = False  # for pictures that are shown around: texts cannot be read
        self._still = QPixmap()  # what the picture looks like without its cursor: a hand that moves redraws only that
        self.setAccessibleName(about)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.relay)

    # ---- what a subclass says

    def count(self) -> int:
        raise NotImplementedError

    def cell(self, index: int) -> QRectF:
        raise NotImplementedError

    def words(self, index: int) -> str:
        raise NotImplementedError

    def paint(self, painter: QPainter) -> None:
        raise NotImplementedError

    def paint_cursor(self, painter: QPainter) -> None:
        """What follows the cursor, on top of the picture."""
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.colours.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.cell(self.current).adjusted(-1, -1, 1, 1), 4, 4)

    def tall(self, width: int) -> int:
        """The height it needs at a width."""
        raise NotImplementedError

    def at(self, point: QPointF) -> int:
        """The cell under a point, or -1."""
        return next((index for index in range(self.count()) if self.cell(index).contains(point)), -1)

    def beside(self, index: int, dx: int, dy: int) -> int:
        """The cell that an arrow key leads to: the next one in order, or the closest above or below."""
        if dx:
            return min(max(index + dx, 0), self.count() - 1)
        here = self.cell(index).center()
        line = self.cell(index).height() / 2
        others = [(n, self.cell(n).center()) for n in range(self.count())]
        beyond = [(n, spot) for n, spot in others if (spot.y() - here.y()) * dy > line]
        if not beyond:
            return index
        return min(beyond, key=lambda each: abs(each[1].y() - here.y()) * 4 + abs(each[1].x() - here.x()))[0]

    # ---- what all share

    def relay(self) -> None:
        """Something that decides the layout or the picture has changed."""
        self._still = QPixmap()
        self.updateGeometry()
        self.update()

    def refresh(self, current: int = 0) -> None:
        """New contents: the cursor goes to a cell of them, and nobody is told before it moves."""
        self.current = min(max(current, 0), max(self.count() - 1, 0))
        self.setAccessibleDescription(self.words(self.current) if self.count() else "")
        self.relay()

    def go(self, index: int) -> None:
        """Put the cursor on a cell, and say what it shows."""
        if 0 <= index < self.count() and index != self.current:
            self.current = index
            self.setAccessibleDescription(self.words(index))
            self.moved.emit(index)
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self.tall(width)

    def sizeHint(self) -> QSize:
        return QSize(480, self.tall(max(self.width(), 240)))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 24)

    def font_of(self, name: str = "small", *, strong: bool = False) -> QFont:
        return self.theme.font(name, strong=strong)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font_of())
        painter.drawPixmap(0, 0, self._picture())
        if 0 <= self.current < self.count():
            self.paint_cursor(painter)

    def _picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._still.size() != size:
            self._still = QPixmap(size)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._still)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self.font_of())
            self.paint(painter)
            painter.end()
        return self._still

    def veil(self, veiled: bool) -> None:
        """Make all words unreadable, or readable again."""
        self.veiled = veiled
        self.relay()

    def write(self, painter: QPainter, rect: QRectF, words: str, ink: QColor, how: Qt.AlignmentFlag = CENTRE) -> None:
        """A text in a rectangle; unreadable, and of other letters, while veiled."""
        if not self.veiled:
            painter.setPen(ink)
            painter.drawText(rect, int(how), words)
            return
        small = QPixmap(max(1, round(rect.width() / BLUR)), max(1, round(rect.height() / BLUR)))
        small.fill(Qt.GlobalColor.transparent)
        brush = QPainter(small)
        brush.scale(1 / BLUR, 1 / BLUR)
        brush.setFont(painter.font())
        brush.setPen(ink)
        brush.drawText(QRectF(0, 0, rect.width(), rect.height()), int(how), scrambled(words))
        brush.end()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(rect, small, QRectF(small.rect()))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words(index) if index >= 0 else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.go(self.at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.at(event.position())
        if index >= 0:
            self.go(index)
            self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in KEYS and self.count():
            self.go(self.beside(self.current, *KEYS[key]))
        elif key == Qt.Key.Key_Home:
            self.go(0)
        elif key == Qt.Key.Key_End:
            self.go(self.count() - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.count():
            self.chosen.emit(self.current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.count():
            self.moved.emit(self.current)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.relay()


def scrambled(words: str) -> str:
    """Other letters in the place of these, the same each time."""
    luck = random.Random(len(words))
    return "".join(luck.choice("aceimnorsuvxz") if each.isalnum() else each for each in words)
