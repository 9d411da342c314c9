"""Gathering: the folders and files that are being imported, one after the other. Knows no widget."""

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs import Job
from app.lanes import Lane
from app.notices import Notices
from app.work import Task
from app.works import Works
from app.workspace import Workspace
from core.corpus import heading
from core.documents import Document, ImportReport
from core.errors import WrongFile
from core.events import Stop, Work


class Gathering(QObject):
    """At most one import at a time; more paths wait in line."""

    started = Signal()
    progressed = Signal(object)  # Progress
    noted = Signal(list)  # of Heading and Skipped
    ended = Signal(object)  # ImportReport of all paths together, or None after trouble

    def __init__(self, disk: Lane, workspace: Workspace, works: Works, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._disk, self._workspace, self._works, self._notices = disk, workspace, works, notices
        self._paths: deque[Path] = deque()
        self._job: Job | None = None
        self._report = EMPTY

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def take(self, paths: Sequence[Path]) -> None:
        """Import `paths` into the project on show."""
        self._paths.extend(paths)
        if self._job is None and self._paths:
            self._report = EMPTY
            self.started.emit()
            self._begin_next()

    def stop(self) -> None:
        self._paths.clear()
        if self._job is not None:
            self._job.stop()

    def _begin_next(self) -> None:
        task = with_headings(self._works.import_path(self._workspace.project, self._paths.popleft()))
        self._job = self._disk.submit(task, "import", self)
        self._job.progressed.connect(self.progressed)
        self._job.noted.connect(self.noted)
        self._job.succeeded.connect(self._on_succeeded)
        self._job.failed.connect(self._on_failed)

    def _on_succeeded(self, report: ImportReport) -> None:
        self._report = together(self._report, report)
        if self._paths:
            self._begin_next()
        else:
            self._end(self._report)

    def _on_failed(self, error: Exception) -> None:
        """One path that holds nothing to read does not keep the others out; a full disk would."""
        self._notices.show(error)
        if isinstance(error, WrongFile) and self._paths:
            self._begin_next()
        else:
            self._paths.clear()
            self._end(None if self._report == EMPTY else self._report)

    def _end(self, report: ImportReport | None) -> None:
        self._job = None
        self.ended.emit(report)
        self._workspace.refresh()


EMPTY = ImportReport(added=0, changed=0, already=0, skipped=0, seconds=0.0)


def together(one: ImportReport, other: ImportReport) -> ImportReport:
    """Two reports as one."""
    return ImportReport(
        added=one.added + other.added,
        changed=one.changed + other.changed,
        already=one.already + other.already,
        skipped=one.skipped + other.skipped,
        seconds=one.seconds + other.seconds,
        stopped=one.stopped or other.stopped,
    )


def with_headings(task: Task[ImportReport]) -> Task[ImportReport]:
    """The same work, with headings in place of documents: words are counted on the lane, texts stay there."""

    def make(stop: Stop) -> Work[ImportReport]:
        work = task(stop)
        while True:
            try:
                event = next(work)
            except StopIteration as end:
                report: ImportReport = end.value
                return report
            yield heading(event) if isinstance(event, Document) else event

    return make
