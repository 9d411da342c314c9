"""What an importer of exports is: it knows its members by what is in them, says who speaks, and reads.

Knows no format, no corpus, and not which of the people the user is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final, Protocol

from core.documents import Item, Skipped
from core.sources import Columns, Guide, Person
from importers.archive import Archive

DAMAGED: Final = "This file is damaged or ends too early. What stands before the damage was read."


@dataclass(frozen=True, slots=True)
class Files:
    """The members of an archive that one importer knows. `damage` gathers what could not be read to its end."""

    archive: Archive
    names: tuple[str, ...]
    damage: dict[str, Skipped] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)  # what an importer found out and will ask again
    columns: Columns | None = None  # of a table, where the user has said which is which

    def open(self, name: str) -> BinaryIO:
        return self.archive.open(name)

    def head(self, name: str) -> bytes:
        return self.archive.head(name)

    def origin(self, name: str) -> str:
        return self.archive.origin(name)

    @property
    def size(self) -> int:
        return sum(self.archive.size(name) for name in self.names)

    def note_damage(self, name: str, reason: str = DAMAGED) -> None:
        self.damage[name] = Skipped(self.origin(name), reason)


class Export(Protocol):
    """Turns the members that it knows into documents.

    Private conversations are read like everything else, marked as private: whether they come in is not decided here.
    """

    @property
    def guide(self) -> Guide: ...

    def knows(self, name: str, head: bytes) -> bool:
        """Whether a member is of this kind, judged by its first bytes; by its name only if those leave it open."""
        ...

    def people(self, files: Files) -> list[Person]:
        """Everybody who could be the user, the likeliest first; nobody when all of it is the user's."""
        ...

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        """Every item by the people whose ids are in `me`."""
        ...
