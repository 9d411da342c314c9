"""What an import tells, as lines and back: for a reader in another process. Knows no format and no process.

A line is the name of what it tells, a space, and JSON, which msgspec writes from our dataclasses and reads into them,
checking every field. No pickle: the other process reads strangers' files, and what comes from it is data and nothing
else.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from core.documents import Document, Item, Skipped
from core.errors import Busy, DiskTrouble, NetworkTrouble, Trouble, WrongFile
from core.events import Note, Progress
from core.sources import People, Sheet
from importers.base import Ahead, Step
from importers.intake import WhoIsIt

T = TypeVar("T")

TROUBLES: Final[dict[str, type[Trouble]]] = {
    kind.__name__: kind for kind in (WhoIsIt, WrongFile, NetworkTrouble, DiskTrouble, Busy)
}


class Garbled(ValueError):
    """A line that no reader of ours wrote."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The file or page that is being read from now on, and its bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Alive:
    """The reader came further."""


@dataclass(frozen=True, slots=True)
class Bug:
    """The reader broke, and where."""

    trace: str


@dataclass(frozen=True, slots=True)
class End:
    """The reader has told all, or has stopped: a host has had enough, or a glance is over."""

    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class PackedStep:
    """A step as it travels: a skip is a pair, by which it is told apart from a document."""

    source: str
    items: list[Document | tuple[str, str]]
    progress: Progress


@dataclass(frozen=True, slots=True)
class PackedTrouble:
    kind: str
    what: str
    fix: str


KINDS: Final = (PackedStep, PackedTrouble, Progress, Note, People, Sheet, Ahead, Opened, Alive, Bug, End)
READERS: Final[dict[bytes, msgspec.json.Decoder[Any]]] = {
    kind.__name__.encode(): msgspec.json.Decoder(kind) for kind in KINDS
}


def packed(event: object) -> bytes:
    """One line for an event."""
    match event:
        case Step():
            items = [(one.key, one.reason) if isinstance(one, Skipped) else one for one in event.items]
            return line(PackedStep(event.source, items, event.progress))
        case Trouble():
            kind = type(event).__name__ if type(event).__name__ in TROUBLES else "WrongFile"
            return line(PackedTrouble(kind, event.what, event.fix))
        case _:
            return line(event)


def line(said: object) -> bytes:
    if not isinstance(said, KINDS):
        raise TypeError(f"nobody unpacks {type(said).__name__}")
    return type(said).__name__.encode() + b" " + as_json(said)


def as_json(said: object) -> bytes:
    try:
        return msgspec.json.encode(said)
    except UnicodeEncodeError:  # halves of characters, which survive only as escapes
        return json.dumps(msgspec.to_builtins(said)).encode("ascii")


def unpacked(line: bytes) -> object:
    """The event that was packed; a Trouble as an exception that is not raised. Raises Garbled."""
    kind, _, said = line.partition(b" ")
    try:
        event = from_json(READERS[kind], said)
    except (KeyError, ValueError) as error:
        raise Garbled(line[:100]) from error
    match event:
        case PackedStep():
            return Step(event.source, [unpacked_item(one) for one in event.items], event.progress)
        case PackedTrouble():
            return TROUBLES.get(event.kind, WrongFile)(event.what, fix=event.fix)
        case _:
            return event


def from_json(reader: "msgspec.json.Decoder[T]", said: bytes) -> T:
    try:
        return reader.decode(said)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:  # halves of characters: the slower reader takes them
        return msgspec.convert(json.loads(said), reader.type)


def unpacked_item(one: Document | tuple[str, str]) -> Item:
    return one if isinstance(one, Document) else Skipped(*one)
