"""What an import tells, as lines of JSON and back: for a reader in another process. Knows no format and no process.

No pickle: the other process reads strangers' files, and what comes from it is data and nothing else.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

import msgspec

from core.documents import Document, Item, Skipped, Turn
from core.errors import Busy, DiskTrouble, NetworkTrouble, Trouble, WrongFile
from core.events import Note, Progress
from core.sources import Choice, Columns, People, Person, Sheet
from importers.base import Ahead, Step
from importers.intake import WhoIsIt

FIELDS: Final = tuple(field.name for field in fields(Document))
VALUES: Final = attrgetter(*FIELDS)
WRITTEN, QUOTES, CONTEXT, FLAGS = (FIELDS.index(name) for name in ("written", "quotes", "context", "flags"))
TROUBLES: Final[dict[str, type[Trouble]]] = {
    kind.__name__: kind for kind in (WhoIsIt, WrongFile, NetworkTrouble, DiskTrouble, Busy)
}


def packed(event: object) -> bytes:
    """One line for an event."""
    match event:
        case Step():
            said: object = ["Step", event.source, [packed_item(item) for item in event.items], asdict(event.progress)]
        case Progress() | Note() | People() | Sheet() | Ahead():
            said = [type(event).__name__, asdict(event)]
        case Trouble():
            kind = type(event).__name__ if type(event).__name__ in TROUBLES else "WrongFile"
            said = ["Trouble", kind, event.what, event.fix]
        case _:
            raise TypeError(f"nobody unpacks {type(event).__name__}")
    try:
        return msgspec.json.encode(said)
    except UnicodeEncodeError:  # halves of characters, which survive only as escapes
        return json.dumps(said, ensure_ascii=True, default=as_words).encode("ascii")


def as_words(value: object) -> str:
    """What JSON has no form for, as msgspec writes it."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"nobody unpacks {type(value).__name__}")


def said_in(line: bytes) -> list[Any]:
    """What a line says."""
    try:
        said: list[Any] = msgspec.json.decode(line)
    except msgspec.DecodeError:  # halves of characters: the slower reader takes them
        said = json.loads(line)
    return said


def unpacked(said: list[Any]) -> object:
    """The event that was packed; a Trouble as an exception that is not raised."""
    kind, *values = said
    if kind == "Step":
        source, items, progress = values
        return Step(source, [unpacked_item(item) for item in items], Progress(**progress))
    if kind == "Trouble":
        name, what, fix = values
        return TROUBLES[name](what, fix=fix)
    return EVENTS[kind](values[0])


def packed_item(item: Item) -> list[Any]:
    if isinstance(item, Skipped):
        return [item.key, item.reason]
    values = list(VALUES(item))
    values[CONTEXT] = [(turn.author, turn.text, turn.role, turn.written) for turn in values[CONTEXT]]
    return values


def unpacked_item(values: list[Any]) -> Item:
    if len(values) == 2:
        return Skipped(*values)
    values[WRITTEN] = moment(values[WRITTEN])
    values[QUOTES] = tuple(map(tuple, values[QUOTES]))
    values[CONTEXT] = tuple(Turn(author, text, role, moment(said)) for author, text, role, said in values[CONTEXT])
    values[FLAGS] = tuple(values[FLAGS])
    return Document(**dict(zip(FIELDS, values, strict=True)))


def moment(said: str | None) -> datetime | None:
    if said is None:
        return None
    return datetime.fromisoformat(said)


def people(said: Mapping[str, Any]) -> People:
    return People(said["source"], said["title"], tuple(Person(**one) for one in said["people"]))


def sheet(said: Mapping[str, Any]) -> Sheet:
    return Sheet(Columns(**said["columns"]), tuple(said["all_columns"]))


def ahead(said: Mapping[str, Any]) -> Ahead:
    return Ahead(said["how"], said["items"], moment(said["first"]))


EVENTS: Final[dict[str, Callable[[dict[str, Any]], object]]] = {
    "Progress": lambda said: Progress(**said),
    "Note": lambda said: Note(**said),
    "People": people,
    "Sheet": sheet,
    "Ahead": ahead,
}


def packed_choice(choice: Choice) -> dict[str, Any]:
    return asdict(choice)


def unpacked_choice(said: Mapping[str, Any]) -> Choice:
    columns = Columns(**said["columns"]) if said["columns"] else None
    lists = {name: tuple(said[name]) for name in ("me", "private_of", "without")}
    return Choice(**{**said, **lists, "columns": columns})
