"""Notices: what the user should read now, in at most two sentences and one button. Decides what becomes a crash."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from core.errors import Trouble


@dataclass(frozen=True, slots=True)
class Notice:
    """One strip of text. `action` is what the button does; without a `button` there is none."""

    kind: Literal["news", "trouble"]
    text: str
    button: str = ""
    action: Callable[[], None] | None = None


class Notices(QObject):
    """The notice on show: a new one takes the place of the one before."""

    changed = Signal(object)  # Notice, or None
    broke = Signal(object)  # a bug: the window shows the crash sheet

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.now: Notice | None = None

    def tell(self, text: str, button: str = "", action: Callable[[], None] | None = None) -> None:
        self._put(Notice("news", text, button, action))

    def show(self, error: Exception) -> None:
        """`Trouble` as two sentences, anything else as the bug it is."""
        if isinstance(error, Trouble):
            self._put(Notice("trouble", str(error)))
        else:
            self.broke.emit(error)

    def dismiss(self) -> None:
        self._put(None)

    def _put(self, notice: Notice | None) -> None:
        self.now = notice
        self.changed.emit(notice)
