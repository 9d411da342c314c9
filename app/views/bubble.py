"""One turn of a conversation: a rounded surface with text, at one side of its row. Knows no bot."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.parts import holder, row
from app.views.plain_text import PlainText

SHARE = 0.86  # of the row that a bubble may take
MARGIN = 16


class Bubble(QWidget):
    """The surface. Its size follows the text and the width it is given."""

    def __init__(self, theme: Theme, ground: str) -> None:
        super().__init__()
        self._theme, self._ground = theme, ground
        self.words = PlainText(theme)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(MARGIN, 12, MARGIN, 12)
        inside.addWidget(self.words)
        theme.changed.connect(self.update)

    def fit(self, most: int) -> None:
        size = self.words.fit(max(most - 2 * MARGIN, 40))
        self.setFixedSize(size + QSize(2 * MARGIN, 24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(self._theme.colours, self._ground)))
        painter.drawRoundedRect(QRectF(self.rect()), 18, 18)


class Turn(QWidget):
    """A row: the user's bubble on the right, the bot's on the left, with buttons below if there are any."""

    def __init__(self, theme: Theme, *, mine: bool) -> None:
        super().__init__()
        self._theme = theme
        self._bubble = Bubble(theme, "tint" if mine else "bubble")
        self._actions = row(gap=4)
        self._actions.addStretch(1)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        if mine:
            line.addStretch(1)
        line.addWidget(self._bubble)
        if not mine:
            line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        self._below = holder(self._actions)
        self._below.hide()
        column.addWidget(self._below)
        theme.changed.connect(self._fit)

    @property
    def text(self) -> str:
        return self._bubble.words.text

    def set_text(self, words: str) -> None:
        self._bubble.words.set_text(words)
        self._fit()

    def set_actions(self, *buttons: QWidget) -> None:
        """Put buttons below the bubble."""
        for place, button in enumerate(buttons):
            self._actions.insertWidget(place, button)
            button.show()
        self._below.show()

    def hide_actions(self) -> None:
        self._below.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._bubble.fit(min(round(self.width() * SHARE), round(640 * self._theme.scale)))
