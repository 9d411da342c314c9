"""A block of somebody's text, painted as it is: no HTML, no links, whatever it contains. Knows no speaker."""

from typing import Final

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Theme

LONGEST: Final = 5_000  # characters in one line: Qt lays out a line at a time, and an endless one for ever


class PlainText(QWidget):
    """Text that wraps anywhere if it must. `fit` tells how wide it would like to be."""

    def __init__(self, theme: Theme, kind: str = "body", colour: str = "text") -> None:
        super().__init__()
        self._theme, self._kind, self._colour = theme, kind, colour
        self._document = QTextDocument(self)
        self._document.setDocumentMargin(0)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._document.setDefaultTextOption(option)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._dress)
        self._dress()

    def set_text(self, words: str) -> None:
        self._document.setPlainText(hard_wrapped(words))
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        return self._document.toPlainText()

    def fit(self, most: int) -> QSize:
        """The size of the text when it may be `most` pixels wide."""
        self._document.setTextWidth(most)
        width = min(most, int(self._document.idealWidth()) + 1)
        return QSize(width, self.heightForWidth(width))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self._document.setTextWidth(width)
        return int(self._document.size().height() + 0.999)

    def sizeHint(self) -> QSize:
        return QSize(round(400 * self._theme.scale), self.heightForWidth(max(self.width(), 80)))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, round(QFontMetricsF(self._document.defaultFont()).height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._document.setTextWidth(self.width())
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(getattr(self._theme.colours, self._colour)))
        painter.translate(QPointF(0, 0))
        self._document.documentLayout().draw(painter, context)

    def _dress(self) -> None:
        self._document.setDefaultFont(self._theme.font(self._kind))
        self.updateGeometry()
        self.update()


def hard_wrapped(words: str) -> str:
    """The text with a line break in every run that goes on for LONGEST characters without one."""
    lines = words.split("\n")
    if all(len(line) <= LONGEST for line in lines):
        return words
    return "\n".join(line[start : start + LONGEST] for line in lines for start in range(0, max(len(line), 1), LONGEST))
