"""One change that can be undone: a value in place of another. Knows no page and no kind of value."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtGui import QUndoCommand

T = TypeVar("T")


class Exchange(QUndoCommand):
    """Lets `apply` take `after`, and `before` again when it is undone."""

    def __init__(self, apply: Callable[[T], None], before: T, after: T) -> None:
        super().__init__()
        self._forward, self._back = partial(apply, after), partial(apply, before)

    def redo(self) -> None:
        self._forward()

    def undo(self) -> None:
        self._back()
