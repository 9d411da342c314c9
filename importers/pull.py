"""The one loop of every import: read a step, add it, show it; and the survey that says beforehand what would come.

What a step gave is in the corpus before it is yielded, and each step is added whole: stopped or killed at any moment,
the next import goes on where this one ended. Knows no format.
"""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from core import sealed
from core.corpus import Added, Corpus
from core.documents import Document, ImportReport, Item, Skipped
from core.errors import WrongFile
from core.events import Progress, Stop, Work
from core.lock import writing
from core.paths import Project
from core.sources import AS_IT_IS, SOURCE, Choice, Found, People, Person, Sheet
from core.split import about_tokens, own_characters
from importers import files, intake, takeout
from importers.archive import UNWATCHED, Archive
from importers.base import Step, key_of
from importers.intake import NOT_PUBLIC
from importers.members import Stopped, Watch
from importers.places import are_one, is_gone, packed_as

EXAMPLES: Final = 5  # of what would come
REASONS: Final = 3  # why something would not
TRACKED: Final = 100_000  # objects that are made before Python looks for garbage


OURS: Final = {  # kinds of files that Mynah writes, and what they are for
    "backup": ("This is a backup that Mynah made.", "Restore it on the Export page, or with: mynah restore FILE"),
    "bot": ("This is a bot that Mynah exported.", "Bring it in on the Export page, or with: mynah bring-in FILE"),
}

Reading: TypeAlias = Callable[[Path, Choice, Stop], Work[None]]  # events(), or the same from another process


def import_path(
    path: Path, project: Project, stop: Stop, choice: Choice = AS_IT_IS, reading: Reading | None = None
) -> Work[ImportReport]:
    """Read the file, folder or archive at `path` into the project's corpus.

    Yields Progress, Notes, People, each new or changed Document and each Skipped. Raises WrongFile, WhoIsIt,
    DiskTrouble, Busy.
    """
    return pulled((reading or events)(path, choice, stop), project, stop, key_of(Path(path.name)))


def pulled(happening: Work[None], project: Project, stop: Stop, name: str) -> Work[ImportReport]:
    """Add every Step of what is `happening` to the project's corpus as one import, and show what is news."""
    started, tally, stopped = time.monotonic(), Counter[str](), False
    with writing(project), Corpus(project.corpus) as corpus, closing(happening), collected_rarely():
        corpus.begin_import(name, datetime.now(UTC))
        try:
            for event in happening:
                if not isinstance(event, Step):
                    yield event
                elif stop():
                    raise Stopped
                else:
                    yield from add(corpus, event, tally)
                    yield event.progress
        except Stopped:
            stopped = True
        if not stopped and (tally["new"] or tally["changed"] or not corpus.is_backed_up()):
            yield Progress(0, 0, note="Keeping a backup")
            stopped = corpus.keep_backup(stop) is None  # then the next import makes it
    return ImportReport(
        added=tally["new"],
        changed=tally["changed"],
        already=tally["already"],
        skipped=tally["skipped"],
        seconds=time.monotonic() - started,
        stopped=stopped,
    )


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Let Python look for cycles of garbage less often: thousands of documents come and go, and none is in a cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(TRACKED, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def survey(
    path: Path, stop: Stop, choice: Choice = AS_IT_IS, reading: Reading | None = None
) -> Work[tuple[Found, ...]]:
    """What an import of `path` would bring, kind by kind. Where nobody knows who the user is, the likeliest is taken.

    Yields Progress and Notes. A survey that was stopped tells what it had found. Raises WrongFile.
    """
    asked = replace(choice, private=True, guess=True)
    tallies = yield from tallied((reading or events)(path, asked, stop), choice, stop)
    return tuple(tally.found(source) for source, tally in tallies.items())


def tallied(happening: Work[None], choice: Choice, stop: Stop) -> Work[dict[str, "Tally"]]:
    """Count every Step of what is `happening`, source by source."""
    tallies: dict[str, Tally] = {}
    sheet: Sheet | None = None
    with closing(happening), suppress(Stopped):
        for event in happening:
            match event:
                case Sheet():
                    sheet = event
                case People():
                    tally = tallies.setdefault(event.source, Tally(event.title))
                    tally.people, tally.sheet, sheet = event.people, sheet or tally.sheet, None
                case Step():
                    tally = tallies.setdefault(event.source, Tally("Files"))
                    tally.count(event.items, private=choice.lets_in_private(event.source))
                    yield event.progress
                    if stop():
                        break
                case _:
                    yield event
    return tallies


@dataclass(slots=True)
class Tally:
    """Counts what a survey comes by."""

    title: str
    people: tuple[Person, ...] = ()
    authors: Counter[str] = field(default_factory=Counter)
    dates: list[datetime] = field(default_factory=list)  # the first and the last
    examples: list[Document] = field(default_factory=list)
    reasons: list[Skipped] = field(default_factory=list)
    characters: int = 0
    private_characters: int = 0
    items: int = 0
    private: int = 0
    skipped: int = 0
    sheet: Sheet | None = None

    def count(self, items: Sequence[Item], *, private: bool) -> None:
        for item in items:
            if isinstance(item, Skipped):
                self.skipped += 1
                self.reasons += [item] if len(self.reasons) < REASONS else []
                continue
            self.authors[item.author] += 1
            if item.written:
                self.dates = [min([*self.dates, item.written]), max([*self.dates, item.written])]
            if item.visibility in NOT_PUBLIC and not private:
                self.private += 1
                self.private_characters += own_characters(item)
            else:
                self.examples += [item] if len(self.examples) < EXAMPLES else []
                self.items += 1
                self.characters += own_characters(item)

    def found(self, source: str) -> Found:
        return Found(
            source=source,
            title=self.title,
            items=self.items,
            authors=tuple(name for name, _ in self.authors.most_common() if name),
            first=min(self.dates, default=None),
            last=max(self.dates, default=None),
            tokens=about_tokens(self.characters),
            private=self.private,
            skipped=self.skipped,
            private_tokens=about_tokens(self.private_characters),
            reasons=tuple(self.reasons),
            people=self.people,
            examples=tuple(self.examples),
            columns=self.sheet.columns if self.sheet else None,
            all_columns=self.sheet.all_columns if self.sheet else (),
        )


def events(path: Path, choice: Choice, stop: Stop, watch: Watch = UNWATCHED) -> Work[None]:
    """Steps, and what else there is to say on the way: of the exports at `path`, then of the plain files.

    Chats and the like may lie among plain files; what lies beside any other export belongs to that and is not writing,
    unless the export is an archive of its own in a folder. What Mynah wrote itself is refused: a bot's own words, which
    lie in its report, would be learnt as the writer's.
    """
    if path.is_file() and (ours := OURS.get(sealed.kind_of(path))):
        raise WrongFile(ours[0], fix=ours[1])
    try:
        archive = Archive(path.resolve(strict=True), stop, watch=watch)
    except (OSError, RuntimeError):  # which the other reader knows words for
        yield from files.steps(path, None, stop, watch=watch)
        return
    with archive:
        claims = intake.claims(archive, choice.kind, choice.columns)
        if wanted := [claim for claim in claims if claim.source not in choice.without]:
            yield from intake.steps(archive, wanted, choice)
        if SOURCE in choice.without:
            return
        whole = [claim for claim in claims if not claim.importer.guide.is_lone]
        busy = frozenset(archive.box(name) for claim in whole for name in claim.files.names)
        taken = frozenset(archive.place(name) for claim in claims for name in claim.files.names)
        sieve = takeout.sieve(archive, taken, beside="" not in busy)
        if not claims or (choice.kind is None and (sieve or "" not in busy)):
            yield from files.steps(path, archive, stop, files.Beside(taken, busy, sieve or files.all_of), watch)


def add(corpus: Corpus, step: Step, tally: Counter[str]) -> Work[None]:
    """Put the items of a step into the corpus, count what came of each, then show those that are news."""
    with corpus.batch():
        moved = {one.key for one in documents_of(step) if has_moved(corpus, one)}
        arriving = [one for one in documents_of(step) if one.key not in moved]
        came = dict(zip(map(id, arriving), corpus.add_all(arriving), strict=True))
        for one in step.items:
            if isinstance(one, Skipped):
                corpus.skip(step.source, one)
                tally["skipped"] += 1
    tally.update(one.value for one in came.values())
    tally[Added.ALREADY.value] += len(moved)
    for one in step.items:
        if isinstance(one, Skipped) or came.get(id(one), Added.ALREADY) is not Added.ALREADY:
            yield one


def documents_of(step: Step) -> list[Document]:
    return [item for item in step.items if isinstance(item, Document)]


def has_moved(corpus: Corpus, document: Document) -> bool:
    """Whether a file is there already at another place: one that it is gone from, or the same in an archive.

    Then it goes by its new key, so that its next change is one; not by its place in an archive, if it has another.
    """
    if document.source != SOURCE:
        return False
    keys = corpus.twins(document)
    old = next((key for key in keys if is_gone(Path(key))), None)
    same = old or next((key for key in keys if are_one(key, document.key)), None)
    if same is not None and (same == old or not packed_as(document.key)):
        return corpus.move(SOURCE, same, document.key)
    return same is not None
