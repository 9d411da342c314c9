"""The guided first tour: where one is, what to read there, something to try. Knows no view; the page goes there."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.words import tour as words


class Tour(QFrame):
    """Emits the view of each stop that it comes to."""

    arrived = Signal(str)
    ended = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "call")
        self.at = 0
        self._place = text("", "label")
        self._heading = text("", "heading")
        self._read = text("")
        self._try = text("", "quiet")
        self._live = text("", "small")
        self.next = Button(theme, words.NEXT, kind="primary")
        self.previous = Button(theme, words.PREVIOUS)
        self.end = Button(theme, words.END_TOUR, kind="bare")
        self.next.clicked.connect(self._on_next)
        self.previous.clicked.connect(self._on_previous)
        self.end.clicked.connect(self._on_end)
        buttons = Flow(gap=12)
        for button in (self.next, self.previous, self.end):
            buttons.addWidget(button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(10)
        for widget in (self._place, self._heading, self._read, self._try, self._live, holder(buttons)):
            inside.addWidget(widget)
        self._live.hide()
        self.hide()

    @property
    def heading(self) -> str:
        return self._heading.text()

    def begin(self) -> None:
        self.show()
        self._go(0)
        self.next.setFocus()

    def show_training(self, sentence: str) -> None:
        """What the running training does just now; nothing when none runs."""
        self._live.setText(sentence)
        self._live.setVisible(bool(sentence))

    def _go(self, at: int) -> None:
        self.at = at
        stop = words.STOPS[at]
        self._place.setText(f"{words.TOUR_TITLE} · {words.stop_of(at + 1, len(words.STOPS))} · {stop.minutes} min")
        self._heading.setText(stop.heading)
        self._read.setText(stop.read)
        self._try.setText(f"Try it: {stop.try_it}")
        self.previous.setEnabled(at > 0)
        self.next.setText(words.NEXT if at < len(words.STOPS) - 1 else words.END_TOUR)
        self.next.setAccessibleName(self.next.text())
        self.end.setVisible(at < len(words.STOPS) - 1)
        self.arrived.emit(stop.view)

    def _on_next(self) -> None:
        if self.at < len(words.STOPS) - 1:
            self._go(self.at + 1)
        else:
            self._on_end()

    def _on_previous(self) -> None:
        self._go(max(self.at - 1, 0))

    def _on_end(self) -> None:
        self.hide()
        self.ended.emit()
