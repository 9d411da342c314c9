"""The library's work in the window: looks, lines, changes, cleaning, each as a job on a lane. Knows no page.

What is asked again before it was answered is answered once, with the newest wish.
"""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.jobs import Job
from app.lanes import Lane
from app.notices import Notices
from app.work import Task, library
from app.workspace import Workspace
from core import selection
from core.database import Damaged
from core.errors import Trouble
from core.library import Filter, Look, Offers, Totals
from core.selection import Selection

if TYPE_CHECKING:
    from core.curate.clean import View
    from core.examples.make import Shape


class Shelving(QObject):
    """Everything that the library asks of the disk."""

    looked = Signal(object)  # Look, or None for an empty project
    counted = Signal(object)  # Totals, before all else is there
    lines = Signal(object)  # Rows
    read = Signal(object)  # (number, Document or None)
    cleaning = Signal(object)  # Progress
    cleaned = Signal(object)  # View, or None when it was stopped
    seen = Signal(object)  # Sights
    refused = Signal(str)  # why nothing would be learnt
    changed = Signal()  # documents are out, in or gone
    forgotten = Signal(int, list)

    def __init__(self, disk: Lane, workspace: Workspace, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._disk, self._workspace, self._notices = disk, workspace, notices
        self._looking: Job | None = None
        self._next: Filter | None = None
        self._offers: Offers | None = None  # what filters offer, until something comes, goes or gets a language
        self._offers_are_old = False  # since the look that is under way began
        self._cleaning: Job | None = None
        self._from_backup = False  # since damage was found in the corpus
        self.view: View | None = None
        workspace.switched.connect(self._on_switched)
        for signal in (workspace.surveyed, workspace.switched, self.changed, self.cleaned, self.forgotten):
            signal.connect(self._forget_offers)

    @property
    def is_cleaning(self) -> bool:
        return self._cleaning is not None

    def _do(self, task: Task[Any], name: str, *, urgent: bool = True) -> Job:
        job = self._disk.submit(task, name, self, urgent=urgent)
        job.failed.connect(self._notices.show if self._from_backup else self._on_failed)
        return job

    def _on_failed(self, error: Exception) -> None:
        """Damage that only shows when that part is read: from now on the newest backup is shown, if there is one."""
        if not isinstance(error, Damaged):
            self._notices.show(error)
        elif not self._from_backup:  # else it was begun before the damage was found
            self._from_backup = True
            self.stop_cleaning()
            self._cleaning = None
            self.changed.emit()

    # ---- looking

    def look(self, wanted: Filter) -> None:
        if self._looking is not None:
            self._next = wanted
            return
        self._offers_are_old = False
        task = library.look(self._workspace.project, wanted, self._offers, backup=self._from_backup)
        self._looking = self._do(task, "library")
        self._looking.noted.connect(self._on_noted)
        self._looking.succeeded.connect(self._on_looked)
        self._looking.ended.connect(self._on_look_ended)

    def _on_noted(self, facts: list[object]) -> None:
        for fact in facts:
            if isinstance(fact, Totals) and self._next is None:
                self.counted.emit(fact)

    def _on_looked(self, found: Look | None) -> None:
        if self._next is None:
            self._offers = found.offers if found and not self._offers_are_old else None
            self.looked.emit(found)

    def _forget_offers(self) -> None:
        self._offers, self._offers_are_old = None, True

    def _on_look_ended(self) -> None:
        self._looking = None
        wanted, self._next = self._next, None
        if wanted is not None:
            self.look(wanted)

    def fetch(self, numbers: list[int]) -> None:
        task = library.lines(self._workspace.project, numbers, backup=self._from_backup)
        self._do(task, "lines").succeeded.connect(self.lines)

    def open(self, number: int) -> None:
        task = library.read(self._workspace.project, number, backup=self._from_backup)
        self._do(task, "document").succeeded.connect(self.read)

    # ---- changing

    def leave_out(self, numbers: list[int], excluded: bool) -> None:
        job = self._do(library.exclude(self._workspace.project, numbers, excluded), "leave out")
        job.succeeded.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.view = None
        self.changed.emit()

    def selection(self) -> Selection:
        """What is chosen at present; the usual where the file cannot be read, which a notice says."""
        try:
            return selection.load(self._workspace.project.root)
        except Trouble as trouble:
            self._notices.show(trouble)
            return Selection()

    def choose(self, chosen: Selection) -> bool:
        """Save other choices. Returns whether they are saved."""
        try:
            selection.save(self._workspace.project.root, chosen)
        except Trouble as trouble:
            self._notices.show(trouble)
            return False
        self.view = None
        return True

    def affected(self) -> list[str]:
        """The runs that learnt from something else than what is chosen now."""
        return library.affected(self._workspace.project, self.view.fingerprint) if self.view else []

    def forget(self, source: str) -> None:
        job = self._do(library.forget(self._workspace.project, source), "forget", urgent=False)
        job.succeeded.connect(self._on_forgotten)

    def _on_forgotten(self, what: tuple[int, list[str]]) -> None:
        self.view = None
        self.forgotten.emit(*what)
        self._workspace.refresh()

    def restore(self) -> None:
        job = self._do(library.restore(self._workspace.project), "restore", urgent=False)
        job.succeeded.connect(self._on_restored)

    def _on_restored(self) -> None:
        self._from_backup = False
        self._on_changed()

    # ---- cleaning, and what comes of it

    def clean(self) -> None:
        """Look through everything, with the choices as they are now."""
        self.stop_cleaning()
        self._cleaning = self._do(
            library.clean(self._workspace.project, backup=self._from_backup), "clean", urgent=False
        )
        self._cleaning.progressed.connect(self.cleaning)
        self._cleaning.succeeded.connect(self._on_cleaned)
        self._cleaning.ended.connect(self._on_clean_ended)

    def stop_cleaning(self) -> None:
        if self._cleaning is not None:
            self._cleaning.stop()

    def _on_cleaned(self, view: "View | None") -> None:
        if self.sender() is self._cleaning:
            self.view = view
            self.cleaned.emit(view)

    def _on_clean_ended(self) -> None:
        if self.sender() is self._cleaning:
            self._cleaning = None

    def see(self, shape: "Shape", count: int) -> None:
        """Make about `count` examples of the clean view."""
        if self.view is not None:
            task = library.see(self.view, self._workspace.project, shape, count)
            job = self._disk.submit(task, "see", self)
            job.succeeded.connect(self.seen)
            job.failed.connect(self._on_refused)

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, Trouble):
            self.refused.emit(str(error))
        else:
            self._notices.show(error)

    def _on_switched(self) -> None:
        self.stop_cleaning()
        self._from_backup = False
        self.view = None
