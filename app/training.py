"""Training: the one run that may be under way, whoever started it. Knows no widget."""

from PySide6.QtCore import QObject, Signal

from app import words
from app.jobs import Job
from app.lanes import Lane
from app.notices import Notices
from app.work import Task
from app.works import Works
from app.workspace import Workspace
from core.events import Progress
from core.journal import Stepped
from core.plan import Wish
from core.runs import Outcome, Run


class Training(QObject):
    """Starts, stops and passes on what happens."""

    started = Signal(bool)  # whether it goes on with an earlier run
    progressed = Signal(object)  # Progress
    noted = Signal(list)  # facts of the journal, and Notes
    stopping = Signal()
    ended = Signal(object)  # Outcome, or None after trouble

    def __init__(self, device: Lane, workspace: Workspace, works: Works, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._device, self._workspace, self._works, self._notices = device, workspace, works, notices
        self._job: Job | None = None
        self._total = 0  # steps

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def begin(self, wish: Wish, *, several: bool = False) -> None:
        """Train a new run on the project on show; or several candidates, of which the best will speak."""
        train = self._works.climb if several else self._works.train
        self._start(train(self._workspace.project, wish), resumes=False)

    def begin_from_choices(self) -> None:
        """Train a new run on the replies that the writer chose."""
        self._start(self._works.learn_from_choices(self._workspace.project), resumes=False)

    def resume(self, run: Run) -> None:
        self._start(self._works.resume(self._workspace.project, run), resumes=True)

    def stop(self) -> None:
        """Ask the run to save and end."""
        if self._job is not None and not self._job.is_stopping:
            self._job.stop()
            self.stopping.emit()

    def _start(self, task: Task[Outcome], *, resumes: bool) -> None:
        if self._job is not None:
            return
        self._job = self._device.submit(task, "training", self)
        self._job.progressed.connect(self._on_progressed)
        self._job.noted.connect(self._on_noted)
        self._job.succeeded.connect(self._end)
        self._job.failed.connect(self._on_failed)
        self.started.emit(resumes)

    def _on_progressed(self, progress: Progress) -> None:
        self._total = progress.total
        self.progressed.emit(progress)

    def _on_noted(self, facts: list[object]) -> None:
        """A step is progress too, and comes as a fact alone."""
        self.noted.emit(facts)
        steps = [fact.step for fact in facts if isinstance(fact, Stepped)]
        if steps:
            self.progressed.emit(Progress(steps[-1], self._total, words.TRAINING))

    def _on_failed(self, error: Exception) -> None:
        self._end(None)
        self._notices.show(error)

    def _end(self, outcome: Outcome | None) -> None:
        self._job = None
        self.ended.emit(outcome)
        self._workspace.refresh()
