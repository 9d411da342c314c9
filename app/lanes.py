"""A lane: one QThread on which jobs take turns. Knows nothing about what a job does.

Training and a reply never run torch at the same time: an urgent job runs from its first event to its last between
two events of the job that had the lane, with no lock and no second thread. The thread lives as long as the window,
so torch builds its own threads once.
"""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QThread

from app.jobs import Job
from app.work import Task

STACK: Final = 16 << 20  # bytes: deep recursion in a parser must not take the window down
NICE: Final = 10  # below the window and other programs, above idle: a browser does not starve training


class Lane(QThread):
    """Runs jobs one after the other, the urgent ones in between."""

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setStackSize(STACK)
        self._wake = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._urgent: deque[Job] = deque()
        self._running: list[Job] = []  # the one with the lane, then the urgent one that interrupts it
        self._is_closed = False
        self.beat: Callable[[], None] = _silence  # called while an urgent job holds up the one that has the lane

    def submit(self, task: Task[Any], name: str, owner: QObject, *, urgent: bool = False) -> Job:
        """Queue `task`; the job is a child of `owner`, who connects its signals right away."""
        job = Job(task, name, owner)
        job.ended.connect(job.deleteLater)
        with self._wake:
            (self._urgent if urgent else self._waiting).append(job)
            self._wake.notify()
        if not self.isRunning():
            self.start()
        return job

    def stop_all(self) -> None:
        """Ask every job to stop, those that have not begun too."""
        with self._wake:
            for job in (*self._running, *self._waiting, *self._urgent):
                job.stop()

    def close(self) -> None:
        """Let the thread end once it has nothing to do, and wait for that."""
        with self._wake:
            self._is_closed = True
            self._wake.notify()
        self.wait()

    @property
    def is_idle(self) -> bool:
        with self._wake:
            return not (self._running or self._waiting or self._urgent)

    def run(self) -> None:
        lower_this_thread()
        while (job := self._take(self._waiting, self._urgent, wait=True)) is not None:
            while job.advance():
                self._serve_urgent()
            self._release(job)

    def _serve_urgent(self) -> None:
        while (job := self._take(self._urgent, wait=False)) is not None:
            while job.advance():
                self.beat()
            self._release(job)

    def _take(self, *queues: deque[Job], wait: bool) -> Job | None:
        with self._wake:
            while wait and not any(queues) and not self._is_closed:
                self._wake.wait()
            job = next((queue.popleft() for queue in reversed(queues) if queue), None)
            if job is not None:
                self._running.append(job)
            return job

    def _release(self, job: Job) -> None:
        with self._wake:
            self._running.remove(job)


def _silence() -> None:
    """Nobody wants to hear."""


def lower_this_thread() -> None:
    """Give way to the window. On Linux niceness belongs to a thread, and torch's own threads inherit it."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(os.getpriority(os.PRIO_PROCESS, thread) + NICE, 19))
    else:
        QThread.currentThread().setPriority(QThread.Priority.LowPriority)
