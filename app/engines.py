"""The engine in the window: whether it is missing, and the one attempt to get it. Knows no widget."""

import sys
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs import Job
from app.lanes import Lane
from app.notices import Notices
from app.works import Works
from core.engine.ready import Ready, Standing
from core.events import Progress
from core.paths import Home


class Engines(QObject):
    """Gets, stops and repairs. `standing` is None until it was looked for."""

    changed = Signal()  # missing or not, looked for or not, running or not
    progressed = Signal(object)  # Progress
    ended = Signal(object)  # Ready, or None when it was stopped or failed

    def __init__(self, net: Lane, home: Home, works: Works, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._net, self._home, self._works, self._notices = net, home, works, notices
        self._job: Job | None = None
        self.is_missing = works.engine_is_missing()
        self.standing: Standing | None = None

    @property
    def is_running(self) -> bool:
        return self._job is not None

    @property
    def needs_new_start(self) -> bool:
        """Whether an older engine is loaded, which the new one cannot replace in this process."""
        return "torch" in sys.modules

    @property
    def can_repair(self) -> bool:
        return self.standing is not None and self.standing.can_install

    def look(self) -> None:
        """Find out what suits this computer."""
        job = self._net.submit(self._works.engine_standing(self._home), "look for an engine", self)
        job.succeeded.connect(self._on_looked)
        job.failed.connect(self._notices.show)

    def begin(self, *kits: Path) -> None:
        """Get the engine, or put it together anew; `kits` are folders where it may lie already."""
        if self._job is not None:
            return
        self._job = self._net.submit(self._works.engine(self._home, kits), "engine", self)
        self._job.progressed.connect(self._on_progressed)
        self._job.succeeded.connect(self._on_done)
        self._job.failed.connect(self._on_failed)
        self.changed.emit()

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()

    def _on_looked(self, standing: Standing) -> None:
        self.standing = standing
        self.changed.emit()

    def _on_progressed(self, progress: Progress) -> None:
        self.progressed.emit(progress)

    def _on_failed(self, error: Exception) -> None:
        self._notices.show(error)
        self._on_done(None)

    def _on_done(self, found: Ready | None) -> None:
        self._job = None
        if found is not None:
            self.is_missing = False
        self.ended.emit(found)
        self.changed.emit()
        self.look()
