"""Exports: which of them an archive holds, who speaks in them, and their items in steps. Knows no format and no corpus.

What is private stays out until it is chosen, and is counted by conversation: here, and in no importer.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.documents import Document, Item, Skipped
from core.errors import Trouble, WrongFile
from core.events import Progress, Work
from core.sources import SOURCE, Choice, Columns, People, Person
from importers import EXPORTS
from importers.archive import Archive
from importers.base import Step
from importers.export import DAMAGED, Export, Files
from importers.members import Damaged
from importers.table import Table, is_nested, is_table

NOT_PUBLIC: Final = ("private", "followers")
TOGETHER: Final = 2_000  # items in one step
FRAME: Final = 0.2  # seconds that a step may take to fill
MEGABYTE: Final = 1_000_000
NAME_COLUMNS: Final = "Say which of its columns holds them."


class WhoIsIt(Trouble):
    """An export in which anybody could be the user."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one importer knows in an archive."""

    importer: Export
    files: Files

    @property
    def source(self) -> str:
        return self.importer.guide.source

    @property
    def title(self) -> str:
        return self.importer.guide.title


def claims(archive: Archive, kind: str | None, columns: Columns | None = None) -> list[Claim]:
    """The exports that `archive` holds, or those of one kind. Raises WrongFile when it holds none of that kind.

    A single file with rows is taken for a table, even if nothing in it looks like texts: the user may know better.
    """
    asked = [one for one in EXPORTS if kind in (None, one.guide.source)]
    known: dict[int, list[str]] = {}
    for name in archive.names if asked else ():
        head = archive.head(name)
        for number, importer in enumerate(asked):
            if head and importer.knows(name, head):
                known.setdefault(number, []).append(name)
                break
    if kind is None and len(known.get(len(asked) - 1, ())) < len(archive.names):
        known.pop(len(asked) - 1, None)  # tables beside other things are a part of those
    if not known and kind in (None, Table.guide.source) and len(archive.names) == 1:
        (name,) = archive.names
        head = archive.head(name)
        known |= {len(asked) - 1: [name]} if is_table(name, head) and (kind or columns or not is_nested(head)) else {}
    if kind not in (None, SOURCE) and not known:
        raise WrongFile("This is not an export of that kind.", fix="Import it again without naming its kind.")
    files = {number: Files(archive, tuple(names), columns=columns) for number, names in sorted(known.items())}
    return [Claim(asked[number], one) for number, one in files.items()]


def steps(archive: Archive, claims: Sequence[Claim], choice: Choice) -> Work[None]:
    """Everything in the exports as Steps, after the People of each. Raises WhoIsIt and WrongFile before any Step.

    An export whose user nobody knows is skipped where other things lie beside it: those come in without it.
    """
    total = sum(claim.files.size for claim in claims)
    owned: list[tuple[Claim, frozenset[str]]] = []
    left: list[Item] = [*archive.skips()]
    for claim in claims:
        yield Progress(0, 0, note=f"Looking through the export of {claim.title}")
        if isinstance(claim.importer, Table):
            sheet = claim.importer.sheet(claim.files)
            yield sheet
            if not (sheet.columns.text or choice.guess):
                raise WrongFile("Nothing in this table looks like texts.", fix=NAME_COLUMNS)
        people = tuple(claim.importer.people(claim.files))
        yield People(claim.source, claim.title, people)
        try:
            owned.append((claim, who(people, choice)))
        except WhoIsIt as error:
            if len(claim.files.names) == len(archive.names):
                raise
            left += (Skipped(archive.origin(name), str(error)) for name in claim.files.names)
    yield Step(claims[0].source, left, Progress(0, megabytes(total), note="megabytes"))
    before, count = 0, 0
    for claim, me in owned:
        start = archive.meter.bytes
        for items in together(chosen(claim, me, private=choice.lets_in_private(claim.source))):
            count += len(items)
            done = before + min(archive.meter.bytes - start, claim.files.size)
            yield Step(
                claim.source, items, Progress(megabytes(done), megabytes(total), note=f"megabytes, {count:,} items")
            )
        before += claim.files.size


def megabytes(size: int) -> int:
    return -(-size // MEGABYTE)


def who(people: Sequence[Person], choice: Choice) -> frozenset[str]:
    """The ids of the user: those that were named, else those that the export marks. Raises WhoIsIt and WrongFile."""
    names = {name.strip().casefold() for name in choice.me}
    named = {one.id for one in people if {one.id.casefold(), one.name.casefold()} & names}
    me = named or {one.id for one in people if one.is_me}
    if not people or me:
        return frozenset(me)
    if choice.guess:
        return frozenset({people[0].id})
    if names:
        raise WrongFile("Nobody of that name speaks in this export.", fix="Give a name exactly as the export has it.")
    raise WhoIsIt(
        "This export does not say which of its people you are.",
        fix="Choose your name among them.",
    )


def chosen(claim: Claim, me: frozenset[str], *, private: bool) -> Iterator[Item]:
    """The items that come in, and then what does not."""
    left_out: Counter[str] = Counter()
    is_empty = True
    try:
        for item in claim.importer.read(claim.files, me):
            if isinstance(item, Document) and item.visibility in NOT_PUBLIC and not private:
                left_out[item.thread or item.visibility] += 1
            else:
                is_empty = False
                yield item
    except Damaged:  # in a member that the importer opened by itself
        is_empty = False
        yield Skipped(claim.files.archive.path.name, DAMAGED)
    yield from claim.files.damage.values()
    for thread, count in left_out.items():
        yield Skipped(thread, f"This is private: {count:,} of your messages. They come in when you choose so.")
    if is_empty and not (left_out or claim.files.damage):
        yield Skipped(claim.files.origin(claim.files.names[0]), f"Nothing in this {claim.title} export is yours.")


def together(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Items in lists that fill soon: a list is one write to the disk, and one sign of life."""
    waiting: list[Item] = []
    due = time.monotonic() + FRAME
    for item in items:
        waiting.append(item)
        if len(waiting) == TOGETHER or time.monotonic() > due:
            yield waiting
            waiting, due = [], time.monotonic() + FRAME
    if waiting:
        yield waiting
