"""Gathering: what is looked at, what is imported after that, and what is taken back; one thing at a time.

Knows no widget, and decides nothing: the page shows what a look found and says what comes in.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs import Job
from app.lanes import Lane
from app.notices import Notices
from app.words.gathering import where
from app.work import Task
from app.works import Works
from app.workspace import Workspace
from core import parts
from core.corpus import Import, heading
from core.documents import Document, ImportReport
from core.errors import Trouble, WrongFile
from core.events import Note, Stop, Work, changed
from core.sources import AS_IT_IS, Choice, Found, Place


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at one place found there, under a choice."""

    place: Place
    found: tuple[Found, ...]
    choice: Choice = AS_IT_IS


Wanted = tuple[Place, Choice]


class Gathering(QObject):
    """At most one look or import at a time; more places wait in line."""

    looking = Signal(object)  # the Place
    found = Signal(list)  # of Finding, after a look at one place or several
    started = Signal()
    progressed = Signal(object)  # Progress
    noted = Signal(list)  # of Heading and Skipped
    told = Signal(str)  # a sentence on the way
    ended = Signal(object)  # ImportReport of all places together, or None after trouble
    undone = Signal(int)  # documents

    def __init__(self, disk: Lane, workspace: Workspace, works: Works, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._disk, self._workspace, self._works, self._notices = disk, workspace, works, notices
        self._to_look: deque[Wanted] = deque()
        self._findings: list[Finding] = []
        self._troubles: list[tuple[str, Trouble]] = []  # of this look, place by place
        self._to_bring: deque[Wanted] = deque()
        self._now: Wanted | None = None
        self._left: list[Wanted] = []  # what a stop kept out, by the user or by a host that gives no more for now
        self._job: Job | None = None
        self._report = EMPTY
        self._begun = datetime.now(UTC)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    @property
    def can_continue(self) -> bool:
        """Whether the last import was stopped."""
        return bool(self._left) and not self.is_running

    # Looking

    def look(self, places: Sequence[Place], choice: Choice = AS_IT_IS) -> None:
        """Find out what is at `places`, and tell."""
        if self._job is None:
            self._troubles.clear()
        self._to_look.extend((place, choice) for place in parts.once(places))
        self._look_on()

    def look_again(self, finding: Finding) -> None:
        """The same place under another choice."""
        self._to_look.append((finding.place, finding.choice))
        self._look_on()

    def forget(self) -> None:
        """What was found stays where it is."""
        self._findings.clear()

    def _look_on(self) -> None:
        if self._job is not None:
            return
        if not self._to_look:
            self.found.emit(list(self._findings))
            return
        self._now = self._to_look.popleft()
        place, choice = self._now
        self.looking.emit(place)
        self._start(
            self._works.survey(self._workspace.project, place, choice), "look", self._on_looked, self._on_not_looked
        )

    def _on_looked(self, found: tuple[Found, ...]) -> None:
        assert self._now is not None
        finding = Finding(self._now[0], found, self._now[1])
        places = [one.place for one in self._findings]
        if finding.place in places:
            self._findings[places.index(finding.place)] = finding
        else:
            self._findings.append(finding)
        self._job = None
        self._look_on()

    def _on_not_looked(self, error: Exception) -> None:
        self._notices.show(self._named(error))
        self._job = None
        if not isinstance(error, Trouble):
            self._to_look.clear()
        self._look_on()

    def _named(self, error: Exception) -> Exception:
        """Trouble with one of several places says with which, and does not push away that of those before it."""
        if not isinstance(error, Trouble) or self._now is None:
            return error
        self._troubles.append((where(self._now[0]), error))
        if len(self._troubles) == 1 and not (self._findings or self._to_look):
            return error
        *before, (name, last) = self._troubles
        said = [f"{name}: {one.what}" for name, one in before]
        return Trouble("\n".join([*said, f"{name}: {last.what}"]), fix=last.fix)

    # Bringing in

    def take(self, places: Sequence[Path]) -> None:
        """Import `places` as they are, without a look."""
        self.bring([(place, AS_IT_IS) for place in places])

    def bring(self, wanted: Sequence[Wanted]) -> None:
        """Import into the project on show."""
        self._findings.clear()
        self._to_bring.extend(wanted)
        if self._job is None and self._to_bring:
            self._report, self._left, self._begun = EMPTY, [], datetime.now(UTC)
            self.started.emit()
            self._bring_next()

    def go_on(self) -> None:
        """Import what a stop kept out."""
        self.bring(self._left)

    def stop(self) -> None:
        if self._is_bringing:
            self._left += [one for one in (self._now, *self._to_bring) if one is not None]
        self._to_bring.clear()
        self._to_look.clear()
        if self._job is not None:
            self._job.stop()

    @property
    def _is_bringing(self) -> bool:
        return self._job is not None and self._job.objectName() == "import"

    def _bring_next(self) -> None:
        self._now = self._to_bring.popleft()
        place, choice = self._now
        task = with_headings(self._works.import_path(self._workspace.project, place, choice))
        self._start(task, "import", self._on_brought, self._on_not_brought)

    def _on_brought(self, report: ImportReport) -> None:
        self._report = together(self._report, report)
        is_left = any(one is self._now for one in self._left)
        if report.stopped and self._now is not None and not is_left:
            self._left.append(self._now)
        elif not report.stopped:
            self._left = [one for one in self._left if one is not self._now]
        if self._to_bring:
            self._bring_next()
        else:
            self._end(self._report)

    def _on_not_brought(self, error: Exception) -> None:
        """One place that holds nothing to read does not keep the others out; a full disk would."""
        self._notices.show(error)
        if isinstance(error, WrongFile) and self._to_bring:
            self._bring_next()
        else:
            self._to_bring.clear()
            self._end(None if self._report == EMPTY else self._report)

    def _end(self, report: ImportReport | None) -> None:
        self._job = None
        self.ended.emit(report)
        self._workspace.refresh()

    # Taking back

    @property
    def last(self) -> list[Import]:
        """The imports that were begun together last, as far as anything of them is left."""
        return [one for one in self._workspace.survey.imports if one.started >= self._begun]

    def undo(self, imports: Sequence[Import]) -> None:
        """Take out what `imports` added."""
        if self._job is None and imports:
            task = self._works.undo(self._workspace.project, tuple(one.number for one in imports))
            self._start(task, "undo", self._on_undone, self._on_not_undone)

    def _on_undone(self, documents: int) -> None:
        self._job = None
        self._left = []
        self.undone.emit(documents)
        self._workspace.refresh()

    def _on_not_undone(self, error: Exception) -> None:
        self._job = None
        self._notices.show(error)

    def _start(self, task: Task[object], name: str, succeeded: object, failed: object) -> None:
        self._job = self._disk.submit(task, name, self)
        self._job.progressed.connect(self.progressed)
        self._job.noted.connect(self._on_noted)
        self._job.succeeded.connect(succeeded)
        self._job.failed.connect(failed)

    def _on_noted(self, facts: list[object]) -> None:
        for note in (fact for fact in facts if isinstance(fact, Note)):
            self.told.emit(note.text)
        if self._is_bringing:
            self.noted.emit([fact for fact in facts if not isinstance(fact, Note)])


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
        return changed(task(stop), lambda event: heading(event) if isinstance(event, Document) else event)

    return make
