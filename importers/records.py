"""Records out of members: JSON of any size, tables, lines. What is read never raises; damage is noted and ends a file.

The functions at the end look into a record: they answer with an empty value where a field is missing or odd, because
a program changed its mind about a field is no reason to lose the rest.
"""

import codecs
import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO, Final, TypeAlias

import ijson

from importers import json_list
from importers.commas import separated
from importers.export import Files
from importers.members import BUFFER, Damaged
from importers.nesting import Shallow

Record: TypeAlias = Mapping[str, object]

BLOCK: Final = 1 << 18  # bytes of lines that are looked at together
LARGEST_WHOLE: Final = 1 << 24  # bytes of a JSON file that is read at once


def json_records(files: Files, name: str, path: str = "item", after: bytes = b"") -> Iterator[Record]:
    """The objects at `path` (in ijson's words), one at a time; `after` is what stands before the JSON itself."""
    try:
        with files.open(name) as stream:
            skip(stream, after)
            for record in values(stream, path):
                if isinstance(record, dict):
                    yield record
    except (Damaged, ijson.JSONError, ValueError, RecursionError):  # too deep, no text, a number of a million digits
        files.note_damage(name)


def values(stream: BinaryIO, path: str) -> Iterator[object]:
    """What stands at `path`: a plain list by the fast way, everything else by the one that knows ways."""
    head = stream.peek(BUFFER) if isinstance(stream, io.BufferedReader) else b""
    if path == "item" and head.lstrip()[:1] == b"[":
        return json_list.items(stream)
    found: Iterator[object] = ijson.items(Shallow(stream), path, use_float=True, buf_size=BUFFER)
    return found


def json_object(files: Files, name: str, after: bytes = b"") -> Record:
    """A small JSON file as one object; empty when it is damaged or none."""
    try:
        with files.open(name) as stream:
            skip(stream, after)
            whole = json.loads(stream.read(LARGEST_WHOLE))
    except (Damaged, ValueError, RecursionError):
        files.note_damage(name)
        return {}
    return whole if isinstance(whole, dict) else {}


def skip(stream: BinaryIO, after: bytes) -> None:
    """Go to where the JSON begins."""
    head = stream.peek(BUFFER) if isinstance(stream, io.BufferedReader) else b""
    stream.read(head.find(after) + len(after) if after else 3 * head.startswith(b"\xef\xbb\xbf"))


class Row(dict[str, str]):
    """A row of a table by the names of its columns, in small letters. A column that is not there is empty."""

    def __missing__(self, column: str) -> str:
        return ""


def rows(files: Files, name: str, *, escape: str | None = None) -> Iterator[Row]:
    """The rows of a table, but for those in which nothing stands."""
    try:
        found = separated(lines(files, name, ends=""), escape=escape, broken=partial(files.note_damage, name))
        header = [column.strip().lower() for column in next(found, [])]
        for row in found:
            if any(row):
                yield Row(zip(header, row, strict=False))
    except csv.Error:
        files.note_damage(name)


def lines(files: Files, name: str, ends: str | None = None, coding: str = "") -> Iterator[str]:
    """The lines of a text with their ends; `ends` as open() means it, `coding` where its beginning is not to tell."""
    try:
        with files.open(name) as stream:
            yield from io.TextIOWrapper(stream, coding or encoding(files.head(name)), errors="replace", newline=ends)
    except Damaged:
        files.note_damage(name)


def blocks(files: Files, name: str) -> Iterator[str]:
    """The same lines, many at once, each with one kind of end: looking at each by itself takes long where there are
    millions."""
    decoder = codecs.getincrementaldecoder(encoding(files.head(name)))("replace")
    straight = io.IncrementalNewlineDecoder(decoder, translate=True)
    waiting: list[str] = []
    try:
        with files.open(name) as stream:
            while data := stream.read(BLOCK):
                whole, end, begun = straight.decode(data).rpartition("\n")
                if end:
                    yield "".join((*waiting, whole, end))
                    waiting = []
                waiting.append(begun)
    except Damaged:
        files.note_damage(name)
    if rest := "".join((*waiting, straight.decode(b"", final=True))):
        yield rest


def whole_text(files: Files, name: str) -> str:
    """A member that is one text; empty when it is damaged. Raises KeyError when it is not there."""
    try:
        with files.open(name) as stream:
            data = stream.read(LARGEST_WHOLE)
    except Damaged:
        files.note_damage(name)
        return ""
    return data.decode(encoding(data), "replace")


def encoding(head: bytes) -> str:
    return "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


# Looking into a record


def text(record: object, *path: str) -> str:
    """The text at `path`; empty when there is none."""
    value = at(record, *path)
    return value if isinstance(value, str) else ""


def identity(record: object, *path: str) -> str:
    """The text or the number at `path` as text: programs change their minds about identities."""
    value = at(record, *path)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def records(record: object, *path: str) -> list[Record]:
    """The objects in the list at `path`."""
    value = at(record, *path)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def texts(record: object, *path: str) -> list[str]:
    """The texts in the list at `path`."""
    value = at(record, *path)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def fingerprint(*parts: object) -> str:
    """The identity of something that its program gives none: the same at every export."""
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()[:16]


def at(record: object, *path: str) -> object:
    for name in path:
        if not isinstance(record, dict):  # not Mapping: asking that takes five times as long
            return None
        record = record.get(name)
    return record


def moment(words: str) -> datetime | None:
    """The moment that a program wrote as `2024-11-09T12:14:18.000Z` or `2024-11-09 12:14:18 UTC`."""
    return parsed(datetime.fromisoformat, words.strip().removesuffix(" UTC"))


def seconds(stamp: object) -> datetime | None:
    """The moment so many seconds after 1970, as a number or as digits; a much larger number counts milliseconds."""
    try:
        value = float(stamp) if isinstance(stamp, str | int | float) else 0.0
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, tz=UTC) if value else None
    except (ValueError, OverflowError, OSError):
        return None


def parsed(read: Callable[[str], datetime], words: str) -> datetime | None:
    """What `read` makes of `words`, in UTC; None when it is no moment."""
    try:
        found = read(words)
        if found.tzinfo is UTC:
            return found
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
