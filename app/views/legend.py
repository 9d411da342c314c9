"""One entry of a legend: a dash in a colour and its name. Knows no curve."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import Theme
from app.views.parts import text


class Dash(QWidget):
    """A short line as the plot draws it."""

    def __init__(self, theme: Theme, colour: str, width: float, alpha: int = 255) -> None:
        super().__init__()
        self._theme, self._colour, self._width, self._alpha = theme, colour, width, alpha
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(20, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(getattr(self._theme.colours, self._colour))
        ink.setAlpha(self._alpha)
        painter.setPen(QPen(ink, self._width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        middle = self.height() / 2
        painter.drawLine(QPointF(2, middle), QPointF(18, middle))


def entry(dash: Dash, name: str) -> QWidget:
    """The dash and its name side by side."""
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 8, 0)
    line.setSpacing(6)
    dash.setFixedWidth(20)
    line.addWidget(dash)
    line.addWidget(text(name, "small", wraps=False))
    return made
