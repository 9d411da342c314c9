"""A job: one piece of work on its way through a lane, with the signals that a page listens to.

The lane's thread calls `advance`; everything else belongs to the window's thread. Events cross over in one list, at
most twenty times a second: of `Progress` only the newest is delivered, facts are delivered one and all, and the
outcome comes last. Knows no page and no torch.
"""

import logging
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from app.work import Task
from core.errors import Trouble
from core.events import Progress, Work

log = logging.getLogger(__name__)

FRAME: Final = 50  # milliseconds between two deliveries; an eye sees no difference below


@dataclass(frozen=True, slots=True)
class Returned:
    """The work came to its end, or to a stop, with this outcome."""

    outcome: object


@dataclass(frozen=True, slots=True)
class Raised:
    """The work broke off: `Trouble`, or a bug."""

    error: Exception


class Job(QObject):
    """A handle on work that runs elsewhere. Signals arrive in the thread that made the job."""

    progressed = Signal(object)  # Progress: the newest
    noted = Signal(list)  # facts, in order, none left out
    succeeded = Signal(object)  # what the work returned, also when it was stopped
    failed = Signal(object)  # Trouble, or a bug
    ended = Signal()  # after succeeded or failed

    _posted = Signal()

    def __init__(self, task: Task[Any], name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._task = task
        self._stop = threading.Event()
        self._work: Work[Any] | None = None
        self._mail: deque[object] = deque()
        self._is_announced = False
        self._since = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._deliver)
        self._posted.connect(self._on_posted)

    def stop(self) -> None:
        """Ask the work to end where that is safe; it still has an outcome."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def advance(self) -> bool:
        """Go on to the next event; False at the end. Called by the lane, on the lane's thread."""
        try:
            if self._work is None:
                self._work = self._task(self._stop.is_set)  # making it may import torch
            self._post(next(self._work))
        except StopIteration as end:
            self._post(Returned(end.value))
        except Trouble as trouble:
            self._post(Raised(trouble))
        except Exception as bug:  # the one broad except in the app: the thread must live on, and the page must hear
            log.exception("job %s broke", self.objectName())
            self._post(Raised(bug))
        else:
            return True
        self._work = None
        return False

    def _post(self, event: object) -> None:
        self._mail.append(event)
        if not self._is_announced:
            self._is_announced = True
            self._posted.emit()

    @Slot()
    def _on_posted(self) -> None:
        if not self._since.isValid() or self._since.elapsed() >= FRAME:
            self._deliver()
        else:
            self._timer.start(FRAME - self._since.elapsed())

    @Slot()
    def _deliver(self) -> None:
        self._since.start()
        self._is_announced = False  # before emptying: what is posted meanwhile is announced again
        progress, facts, end = self._empty()
        if progress is not None:
            self.progressed.emit(progress)
        if facts:
            self.noted.emit(facts)
        if isinstance(end, Returned):
            self.succeeded.emit(end.outcome)
        elif isinstance(end, Raised):
            self.failed.emit(end.error)
        if end is not None:
            self.ended.emit()

    def _empty(self) -> tuple[Progress | None, list[object], Returned | Raised | None]:
        progress: Progress | None = None
        facts: list[object] = []
        while self._mail:
            match self._mail.popleft():
                case Progress() as progress:
                    pass
                case Returned() | Raised() as end:
                    return progress, facts, end
                case fact:
                    facts.append(fact)
        return progress, facts, None
