"""What an import is told and what it tells: kinds of exports, who the user is, what there would be. Knows no format."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from core.documents import Document, Skipped

Place: TypeAlias = Path | str  # a folder or a file of this computer, or else an address or a handle

SOURCE: Final = "files"  # the kind of the user's own folders and files


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A kind of export, and how a person gets theirs."""

    source: str  # its short name, which its documents carry
    title: str
    steps: tuple[str, str, str]
    is_lone: bool = False  # each file is a whole export, which may lie among other writing: a chat, captions, a mailbox


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of an unknown table hold, by their names; empty where none does."""

    text: str
    author: str = ""
    date: str = ""
    title: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the user wishes of an import."""

    kind: str | None = None  # of export, instead of what the content says; SOURCE for plain files
    me: tuple[str, ...] = ()  # names or ids of the user, where an export does not say who that is
    private: bool = False  # whether private conversations come in
    private_of: tuple[str, ...] = ()  # the kinds whose private conversations come in, when not all do
    without: tuple[str, ...] = ()  # kinds that stay out
    guess: bool = False  # take the likeliest person where nobody is marked: good enough for a survey
    own_site: bool = False  # the address is the user's own site, whose robots.txt is not meant for them
    columns: Columns | None = None  # of a table, instead of what its beginning looks like

    def lets_in_private(self, source: str) -> bool:
        return self.private or source in self.private_of


AS_IT_IS: Final = Choice()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks in what is imported. `is_me` is set where the export itself says so, or nearly so."""

    id: str
    name: str
    count: int = 0  # of what they wrote, where counting is cheap
    is_me: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in one export, for the question which of them the user is."""

    source: str
    title: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table among what is imported: its columns, and which one is taken for what."""

    columns: Columns
    all_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an import would bring, told before it. Counts leave out what is private unless that was asked for;
    the names and the two dates do not."""

    source: str
    title: str
    items: int
    authors: tuple[str, ...]  # of the items, the most frequent first
    first: datetime | None
    last: datetime | None
    tokens: int  # about
    private: int  # items that stay out until they are chosen
    skipped: int
    private_tokens: int = 0  # about, of those
    reasons: tuple[Skipped, ...] = ()  # the first few that stay out, and why
    people: tuple[Person, ...] = ()
    about: bool = False  # only the beginning was looked at: all counts are reckoned from it
    how: str = ""  # in which way a site will be read
    examples: tuple[Document, ...] = ()  # the first few, as they would come in
    columns: Columns | None = None  # of a table: which one is taken for what
    all_columns: tuple[str, ...] = ()  # of a table
