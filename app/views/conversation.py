"""Turns below each other, with the newest in view. Knows no bot.

Of a long talk the newest turns are made at once and the older ones above them piece by piece, so that the window never
stands still for it.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QScrollBar, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.chat_turn import ChatTurn
from core.conversations import Line

FOLLOWS: Final = 48  # pixels from the end within which the view follows new text
AT_ONCE: Final = 4  # turns: more than a screen of most talks, and about 30 ms
BUDGET: Final = 0.012  # seconds of making older turns between two looks at mouse and keyboard
ROUNDS: Final = 6  # of laying out: a turn's height follows from its width, and the column's from its turns'

Dress: TypeAlias = Callable[[ChatTurn, Line], None]


class Conversation(QWidget):
    """The column of turns; the scroll area around it keeps the end in view unless the user scrolled up."""

    made = Signal(object)  # a ChatTurn, new and empty

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.bar: QScrollBar | None = None  # of the area that it is in
        self._was_at_end = True
        self.turns: list[ChatTurn] = []
        self._lines: Sequence[Line] = ()
        self._waiting = 0  # of the lines, from the oldest on, how many have no turn yet
        self._dress: Dress | None = None
        self._later = QTimer(self, interval=0)
        self._later.timeout.connect(self._make_older)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)

    def follow(self, area: QScrollArea) -> None:
        """Keep the end in view inside `area`."""
        self.bar = area.verticalScrollBar()
        self.bar.valueChanged.connect(self._on_moved)
        self.bar.rangeChanged.connect(self._on_grown)

    @property
    def is_whole(self) -> bool:
        """Whether every line has its turn."""
        return not self._waiting

    def show_lines(self, lines: Sequence[Line], dress: Dress) -> None:
        """A turn for each line, filled by `dress`. Those that are on show already stay as they are."""
        self._lines, self._dress = lines, dress
        there = lines[self._waiting :]
        same = [turn.id == line.id for turn, line in zip(self.turns, there, strict=False)]
        kept = same.index(False) if False in same else len(same)
        if len(there) - kept > AT_ONCE:
            self.clear()
            kept, self._waiting = 0, len(lines) - AT_ONCE
        while len(self.turns) > kept:
            self.remove_last()
        for line in lines[self._waiting + kept :]:
            dress(self.add(mine=line.role == "user"), line)
        if self._waiting:
            self._later.start()

    def settle(self) -> None:
        """Lay out what is new now: the first picture of it would be squashed, as layouts come after paints."""
        for _ in range(ROUNDS):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def add(self, *, mine: bool) -> ChatTurn:
        """A new turn at the end, which comes into view."""
        self._was_at_end = True
        return self._insert(len(self.turns), mine=mine)

    def remove_last(self) -> None:
        turn = self.turns.pop()
        self._column.removeWidget(turn)
        turn.hide()
        turn.deleteLater()

    def clear(self) -> None:
        self._waiting = 0
        self._later.stop()
        while self.turns:
            self.remove_last()

    def _insert(self, place: int, *, mine: bool) -> ChatTurn:
        turn = ChatTurn(self._theme, mine=mine)
        turn.resize(self.width(), turn.height())  # which it will have: it lays its words out once
        self.turns.insert(place, turn)
        self._column.insertWidget(place, turn)
        turn.show()  # now: the layout would do it when this step is over, and pass it over until then
        self.made.emit(turn)
        return turn

    def _make_older(self) -> None:
        """Some more turns on top; what is in view stays where it is."""
        until = time.perf_counter() + BUDGET
        from_end = self.bar.maximum() - self.bar.value() if self.bar is not None else 0
        was_at_end = self._was_at_end
        while self._waiting and self._dress is not None and time.perf_counter() < until:
            self._waiting -= 1
            line = self._lines[self._waiting]
            self._dress(self._insert(0, mine=line.role == "user"), line)
        if not self._waiting:
            self._later.stop()
        self.settle()
        if self.bar is not None and not was_at_end:
            self.bar.setValue(self.bar.maximum() - from_end)

    def _on_moved(self, value: int) -> None:
        if self.bar is not None:
            self._was_at_end = value >= self.bar.maximum() - FOLLOWS

    def _on_grown(self, least: int, most: int) -> None:
        if self.bar is not None and self._was_at_end and self.turns:
            self.bar.setValue(most)
