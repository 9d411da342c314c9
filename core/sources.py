"""What an import is told and what it tells: kinds of exports, who the user is, what there would be. Knows no format."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.documents import Document

SOURCE: Final = "files"  # the kind of the user's own folders and files


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A kind of export, and how a person gets theirs."""

    source: str  # its short name, which its documents carry
    title: str
    steps: tuple[str, str, str]
    is_lone: bool = False  # each file is a whole export, which may lie among other writing: a chat, captions, a mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the user wishes of an import."""

    kind: str | None = None  # of export, instead of what the content says; SOURCE for plain files
    me: tuple[str, ...] = ()  # names or ids of the user, where an export does not say who that is
    private: bool = False  # whether private conversations come in
    guess: bool = False  # take the likeliest person where nobody is marked: good enough for a survey
    own_site: bool = False  # the address is the user's own site, whose robots.txt is not meant for them


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an import would bring, told before it. Counts leave out what is private unless that was asked for."""

    source: str
    title: str
    items: int
    authors: tuple[str, ...]  # of the items, the most frequent first
    first: datetime | None
    last: datetime | None
    tokens: int  # about
    private: int  # items that stay out until they are chosen
    skipped: int
    people: tuple[Person, ...] = ()
    about: bool = False  # only the beginning was looked at: all counts are reckoned from it
    how: str = ""  # in which way a site will be read
    examples: tuple[Document, ...] = ()  # the first few, as they would come in
