"""What a reply will begin with is read while the user still writes. Knows no model and no widget.

It waits for a pause in the writing, and ends at once when the message is sent: the reply then reads what is left.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from app.jobs import Job
from app.services import Services
from core.asking import Ask, Speaker

PAUSE: Final = 300  # milliseconds without a letter


class Ahead(QObject):
    """`drafted` tells who would be asked what if the user sent it now; None for nothing to read."""

    def __init__(self, services: Services, drafted: Callable[[], tuple[Speaker, Ask] | None], parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._drafted = services, drafted
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._begin)

    def wait(self) -> None:
        """Something changed: what was being read may be wrong now, and there may be more to come."""
        self.stop()
        self._timer.start()

    def stop(self) -> None:
        """A reply begins; what was read so far is its own."""
        self._timer.stop()
        if self._job is not None:
            self._job.stop()

    @property
    def is_waiting(self) -> bool:
        """Whether it will read after the pause."""
        return self._timer.isActive()

    def _begin(self) -> None:
        drafted = self._drafted()
        task = drafted and self._services.works.read_ahead(*drafted, self._services.workspace.project.corpus)
        if task is None:
            return
        self._job = self._services.device.submit(task, "read ahead", self, urgent=True)
        self._job.ended.connect(self._on_ended)

    def _on_ended(self) -> None:
        if self._job is self.sender():
            self._job = None
