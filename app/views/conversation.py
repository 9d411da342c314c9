"""Turns below each other, with the newest in view. Knows no bot."""

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.chat_turn import ChatTurn

FOLLOWS = 48  # pixels from the end within which the view follows new text


class Conversation(QWidget):
    """The column of turns; the scroll area around it keeps the end in view unless the user scrolled up."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._area: QScrollArea | None = None
        self._was_at_end = True
        self.turns: list[ChatTurn] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)

    def follow(self, area: QScrollArea) -> None:
        """Keep the end in view inside `area`."""
        self._area = area
        area.verticalScrollBar().valueChanged.connect(self._on_moved)
        area.verticalScrollBar().rangeChanged.connect(self._on_grown)

    def add(self, *, mine: bool) -> ChatTurn:
        turn = ChatTurn(self._theme, mine=mine)
        self.turns.append(turn)
        self._column.addWidget(turn)
        self._was_at_end = True
        return turn

    def remove_last(self) -> None:
        turn = self.turns.pop()
        self._column.removeWidget(turn)
        turn.hide()
        turn.deleteLater()

    def clear(self) -> None:
        while self.turns:
            self.remove_last()

    def _on_moved(self, value: int) -> None:
        if self._area is not None:
            self._was_at_end = value >= self._area.verticalScrollBar().maximum() - FOLLOWS

    def _on_grown(self, least: int, most: int) -> None:
        if self._area is not None and self._was_at_end and self.turns:
            self._area.verticalScrollBar().setValue(most)
