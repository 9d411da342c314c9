"""A document as the columns of a table, and back. Knows no database."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from core.documents import SAID, Document, Turn, word_count
from core.passages import about_tokens, storable
from core.sources import SOURCE

Row: TypeAlias = Sequence[Any]  # values of columns

COLUMNS: Final = (
    "source", "key", "text", "title", "url", "author", "role", "kind", "written", "zone_known", "quotes",
    "thread", "parent", "context", "visibility", "flags", "origin", "language",
)  # fmt: skip
DERIVED: Final = ("text_hash", "characters", "words", "person", "tokens")
SOURCE_AT, KEY_AT, TEXT_AT, TITLE_AT, ROLE_AT, THREAD_AT, ORIGIN_AT = map(
    COLUMNS.index, ("source", "key", "text", "title", "role", "thread", "origin")
)
SEEN: Final = ("text", "title", "url", "author", "role", "quotes", "context")  # by a reader, or by a model
SEEN_AT: Final = tuple(map(COLUMNS.index, SEEN))
TURNS: Final = msgspec.json.Decoder(tuple[Turn, ...])


def to_row(document: Document) -> Row:
    """A document as the values of COLUMNS and DERIVED. UnicodeEncodeError where something said holds half a character.

    The texts of files have a hash, by which one is found again that was moved.
    """
    text, context = document.text, document.context
    return (
        document.source, document.key, text, document.title, document.url,
        document.author, document.role, document.kind,
        as_stored(document.written), document.zone_known, as_json(document.quotes) if document.quotes else "[]",
        document.thread, document.parent, as_json(context) if context else "[]",
        document.visibility, " ".join(document.flags), document.origin, document.language,
        document.text_hash if document.source == SOURCE else "", len(text), word_count(text),
        next((turn.author for turn in reversed(context) if turn.role == "other"), ""), about_tokens(text),
    )  # fmt: skip


def storable_row(document: Document) -> Row:
    """The row of a document as a file can hold it: see `storable`."""
    try:
        row = to_row(document)
        texts = "".join((*row[:ROLE_AT], *row[THREAD_AT : THREAD_AT + 2], row[ORIGIN_AT]))
        if not texts.isascii():
            texts.encode()
    except UnicodeEncodeError:  # half a character
        return to_row(as_storable(document))
    return row


def seen_of(row: Row) -> Row:
    """Of the values of COLUMNS those that a reader or a model sees."""
    return tuple([row[n] for n in SEEN_AT])


def is_same(old: Row, new: Row) -> bool:
    """Whether two documents show the same. When something before them was said is not seen."""
    *old_words, old_context = old
    *new_words, new_context = new
    if old_words != new_words or old_context == new_context:
        return old_words == new_words
    return [*map(SAID, turns(old_context))] == [*map(SAID, turns(new_context))]


def from_row(row: Sequence[Any]) -> Document:
    """The document that `to_row` took apart: the values of COLUMNS."""
    (source, key, text, title, url, author, role, kind, written, zone_known, quotes,
     thread, parent, context, visibility, flags, origin, language) = row  # fmt: skip
    return Document(
        source=source, key=key, text=text, title=title, url=url, author=author, role=role, kind=kind,
        written=as_moment(written), zone_known=bool(zone_known),
        quotes=tuple((start, stop) for start, stop in json.loads(quotes)),
        thread=thread, parent=parent,
        context=turns(context),
        visibility=visibility, flags=tuple(flags.split()), origin=origin, language=language,
    )  # fmt: skip


def turns(context: str) -> tuple[Turn, ...]:
    """What was said before, as it is kept. Raises ValueError for what is not that."""
    return () if context == "[]" else TURNS.decode(context)


def as_storable(document: Document) -> Document:
    return replace(
        document,
        key=storable(document.key),
        text=storable(document.text),
        title=storable(document.title),
        url=storable(document.url),
        author=storable(document.author),
        thread=storable(document.thread),
        parent=storable(document.parent),
        origin=storable(document.origin),
        context=tuple(
            Turn(storable(turn.author), storable(turn.text), turn.role, turn.written) for turn in document.context
        ),
    )


def as_json(values: Sequence[object]) -> str:
    return msgspec.json.encode(values).decode()


def as_stored(moment: datetime | None) -> str | None:
    """The moment in UTC, as `isoformat` writes it, which takes four times as long as msgspec, whose Z is cut off."""
    if moment is None:
        return None
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{msgspec.json.encode(in_utc)[1:-2].decode()}+00:00"


def as_moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
