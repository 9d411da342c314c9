"""How long the window stands still for a message of a megabyte: put into the field, and shown as a turn of the talk."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QWidget

from app.beats import Beats
from app.theme import Theme
from app.views.chat_turn import ChatTurn
from app.views.composer import Composer

ROUNDS: Final = 5
WIDTH: Final = 820  # pixels, as in the window
MESSAGES: Final = {
    "without a space": "x" * 1_000_000,
    "of words": "word " * 200_000,
    "of empty lines": "\n" * 1_000_000,
    "that turns its reading direction": "\u202eab " * 250_000,
    "of Markdown": "*a* [b](c)\n" * 90_000,
}

W = TypeVar("W", bound=QWidget)


def measure_messages(theme: Theme) -> list[Beats]:
    """Milliseconds of processor time of this thread, painting included, a row for each message and place."""
    rows: list[Beats] = []
    for name, said in MESSAGES.items():
        pasted = [spent(Composer(theme), partial(paste, said)) for _ in range(ROUNDS)]
        shown = [spent(ChatTurn(theme, mine=False), partial(show, said)) for _ in range(ROUNDS)]
        rows.append(Beats.of(f"1 MB {name}, put into the field, of processor time", pasted))
        rows.append(Beats.of(f"1 MB {name}, as a turn, of processor time", shown))
    return rows


def paste(said: str, composer: Composer) -> None:
    clipboard = QMimeData()
    clipboard.setText(said)
    composer.field.insertFromMimeData(clipboard)


def show(said: str, turn: ChatTurn) -> None:
    turn.set_text(said, formatted=True)


def spent(widget: W, does: Callable[[W], None]) -> float:
    """Milliseconds that doing it to a widget on show takes this thread. The widget is thrown away."""
    widget.resize(WIDTH, widget.sizeHint().height())
    widget.show()
    widget.grab()
    begun = time.thread_time()
    does(widget)
    widget.grab()
    taken = 1000 * (time.thread_time() - begun)
    widget.close()
    widget.deleteLater()
    return taken
