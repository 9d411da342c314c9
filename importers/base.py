"""What an importer of files is, and what all importers tell. Knows no format, no folder and no corpus."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.documents import Item
from core.events import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an importer reads, for file filters and for sentences."""

    title: str
    endings: tuple[str, ...]  # small letters with their dot; "" stands for a name without one


@dataclass(frozen=True, slots=True)
class TextFile:
    """One file of the user's, decoded and straight (characters.py). `path` is real: no part of it is a link."""

    path: Path
    text: str

    @property
    def key(self) -> str:
        """Its identity in the corpus: the same whichever folder above it was imported."""
        return key_of(self.path)

    @property
    def ending(self) -> str:
        return self.path.suffix.lower()


@dataclass(frozen=True, slots=True)
class Step:
    """Some items that were read together, and how far that is."""

    source: str
    items: list[Item]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Ahead:
    """An event of the web: how it is read, how many items there are in all, and since when, as far as is known."""

    how: str = ""
    items: int = 0
    first: datetime | None = None


class FileImporter(Protocol):
    """Turns one file into documents, or into skips with their reasons."""

    @property
    def about(self) -> About: ...

    def can_read(self, file: TextFile) -> bool:
        """Whether this file is of this kind, judged by what is in it first and by its name second."""
        ...

    def read(self, file: TextFile) -> Iterator[Item]: ...


def key_of(path: Path) -> str:
    """A path as text that can be stored, even when its name is in no encoding at all."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
