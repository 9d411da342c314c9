"""A large button with a drawing, a heading and a sentence. Knows nothing about what it leads to."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout

from app.theme import Theme
from app.views.parts import text


class ChoiceCard(QPushButton):
    """One of a few big choices: as high as its sentence needs at its width."""

    def __init__(self, theme: Theme, drawing: str, heading: str, sentence: str) -> None:
        super().__init__()
        self._theme, self._drawing = theme, drawing
        self.setProperty("kind", "choice")
        self.setAccessibleName(heading)
        self.setAccessibleDescription(sentence)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._icon = QLabel()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(8)
        for label in (self._icon, text(heading, "heading"), text(sentence, "quiet")):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._column.addWidget(label)
        self._column.addStretch(1)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def _paint_icon(self) -> None:
        side = round(28 * self._theme.scale)
        self._icon.setPixmap(self._theme.icon(self._drawing, "accent_text").pixmap(QSize(side, side)))

    def sizeHint(self) -> QSize:
        return self._column.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._column.totalMinimumSize()
