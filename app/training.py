"""Training: the one run that may be under way, whoever started it, here or in the background. Knows no widget."""

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from app import words
from app.guardian import Guardian
from app.jobs import Job
from app.lanes import Lane
from app.notices import Notices
from app.sitting import options_of
from app.work import Task
from app.work.nights import guarded
from app.works import Works
from app.workspace import Workspace
from core.events import Progress
from core.journal import Fact, Saved, Stepped
from core.paths import Project
from core.plan import Wish
from core.runs import Outcome, Run

Guard: TypeAlias = Callable[[Project, str, Sequence[str]], Guardian | None]


def unguarded(project: Project, run: str, options: Sequence[str]) -> None:
    """Nobody sits beside the window."""


class Training(QObject):
    """Starts, stops and passes on what happens. `guard` says who sits beside it, for the project, the name of the run
    that goes on (none for a new one), and the options that would begin it."""

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
        self._heard = 0.0
        self._has_saved = False
        self.is_under_way = False  # a run has begun, and progress is in steps: before, it is of getting ready
        self.guard: Guard = unguarded
        self.guardian: Guardian | None = None
        self.asked: tuple[Project, str, Sequence[str]] = (workspace.project, "", ())  # of whoever guards
        self.is_elsewhere = False  # another process does it, and this window only follows
        workspace.surveyed.connect(self._on_surveyed)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    @property
    def total(self) -> int:
        """The steps that it is to make, as far as it has told; 0 before."""
        return self._total

    @property
    def silent_for(self) -> float:
        """Seconds since it last gave a sign; 0 while nothing runs."""
        return time.monotonic() - self._heard if self.is_running else 0.0

    def begin(self, wish: Wish, *, several: bool = False) -> None:
        """Train a new run on the project on show; or several candidates, of which the best will speak."""
        train = self._works.climb if several else self._works.train
        options = [*options_of(wish), *(["--ladder"] if several else [])]
        self._start(train(self._workspace.project, wish), resumes=False, options=options)

    def begin_from_choices(self) -> None:
        """Train a new run on the replies that the writer chose."""
        task = self._works.learn_from_choices(self._workspace.project)
        self._start(task, resumes=False, options=["--from-votes"])

    def resume(self, run: Run) -> None:
        self._start(self._works.resume(self._workspace.project, run), resumes=True, run=run.name)

    def stop(self) -> None:
        """Ask the run to save and end."""
        if self._job is None or self._job.is_stopping:
            return
        if self.is_elsewhere:
            self._works.stop_elsewhere(self._workspace.project)
        else:
            self._job.stop()
        self.stopping.emit()

    def leave(self) -> None:
        """The window closes: stop, or let a training in the background go on by itself."""
        if self.is_elsewhere and self._job is not None:
            self._job.stop()
        else:
            self.stop()

    def give_up(self) -> None:
        """Wait no longer for what gives no sign; only for a process that ends at once."""
        if self.guardian is not None:
            self.guardian.end()

    def _on_surveyed(self) -> None:
        """A training in the background is followed, wherever it was begun."""
        if self._workspace.survey.is_elsewhere and self._job is None:
            self.is_elsewhere = True
            self._start(self._works.follow(self._workspace.project), resumes=True)

    def _start(self, task: Task[Outcome], *, resumes: bool, run: str = "", options: Sequence[str] = ()) -> None:
        if self._job is not None:
            return
        self._heard = time.monotonic()
        self.is_under_way = self._has_saved = False
        self.asked = (self._workspace.project, run, tuple(options))
        self.guardian = None if self.is_elsewhere else self.guard(*self.asked)
        if self.guardian is not None:
            task = guarded(task, self.guardian)
            self._device.beat = self.guardian.beat
        self._job = self._device.submit(task, "training", self)
        self._job.progressed.connect(self._on_progressed)
        self._job.noted.connect(self._on_noted)
        self._job.succeeded.connect(self._end)
        self._job.failed.connect(self._on_failed)
        self.started.emit(resumes)

    def _on_progressed(self, progress: Progress) -> None:
        self._heard = time.monotonic()
        self._total = progress.total
        self.progressed.emit(progress)

    def _on_noted(self, facts: list[object]) -> None:
        """A step is progress too, and comes as a fact alone."""
        self._heard = time.monotonic()
        self.is_under_way = self.is_under_way or any(isinstance(fact, Fact) for fact in facts)
        self.noted.emit(facts)
        if not self._has_saved and any(isinstance(fact, Saved) for fact in facts):
            self._has_saved = True
            self._workspace.refresh()  # there is somebody to talk to now
        steps = [fact.step for fact in facts if isinstance(fact, Stepped)]
        if steps:
            self.progressed.emit(Progress(steps[-1], self._total, words.TRAINING))

    def _on_failed(self, error: Exception) -> None:
        self._end(None)
        self._notices.show(error)

    def _end(self, outcome: Outcome | None) -> None:
        self._job = self.guardian = None
        self.ended.emit(outcome)
        self.is_elsewhere = False
        self._workspace.refresh()
