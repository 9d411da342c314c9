"""A table that no other importer knows, CSV, JSON or lines of JSON: which column is what is guessed from its beginning,
unless the user has said so.

Knows no program. The survey shows the first rows as they were understood, so that a wrong guess is seen in time.
"""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final, TypeAlias

import ijson

from core.documents import Document, Item
from core.sources import Columns, Guide, Person, Sheet
from importers import dates
from importers.archive import HEAD
from importers.characters import one_line, straight, tidy
from importers.commas import separated
from importers.export import Files
from importers.markup import quotes
from importers.nesting import Shallow
from importers.records import encoding, json_records, lines, seconds

Row: TypeAlias = Mapping[str, str]  # by the names of the columns

ENDINGS: Final = (".csv", ".tsv")
COMMAS: Final = ",;\t|"
SAMPLE: Final = 200  # rows by which columns are judged
WORDS: Final = 3  # in a field, at the least on average, for a text
LETTERS: Final = 4  # of a script without spaces, for a word
SHORT: Final = 60  # characters: a name is not longer
MOST: Final = 0.6  # of the fields of a column have to be what it is taken for
TEXT: Final = re.compile(r"text|body|content|message|comment|caption|review|post|note|entry|description")
DATE: Final = re.compile(r"date|time|created|posted|published|written|day|stamp|_at$")
AUTHOR: Final = re.compile(r"author|user|sender|^from$|by$|speaker|writer|name$|handle")
TITLE: Final = re.compile(r"title|subject|headline")
ID: Final = re.compile(r"(?:^|[._ ])(?:id|uuid|guid|key|permalink|url|link)$")


class Table:
    guide = Guide(
        source="table",
        title="Table (CSV, JSON)",
        steps=(
            "Save what you have as CSV, or as JSON with one object for each text.",
            "Give the columns plain names, such as text, author and date.",
            "Choose the file here, and look at the first rows before you import it.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return guessed(name, head) is not None

    def people(self, files: Files) -> list[Person]:
        """Those in the columns of authors; nobody without one, for then all of it is the user's."""
        counts = Counter[str]()
        for name in files.names:
            columns = files.columns or guessed(name, files.head(name))
            if columns and columns.author:
                counts.update(one_line(row.get(columns.author, "")) for row in rows(files, name))
        return [Person(one, one, count, len(counts) == 1) for one, count in counts.most_common() if one]

    def sheet(self, files: Files) -> Sheet:
        """What the first table looks like; without a column of texts where none shows itself."""
        name = files.names[0]
        head = files.head(name)
        columns = dict.fromkeys(column for row in sample(name, head) for column in row if column)
        return Sheet(files.columns or guessed(name, head) or Columns(""), tuple(columns))

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        keys = Counter[str]()
        for name in files.names:
            columns, origin = files.columns or guessed(name, files.head(name)), files.origin(name)
            for row in rows(files, name) if columns else ():
                if columns and (not columns.author or one_line(row.get(columns.author, "")) in me):
                    yield from document(row, columns, keys, origin)


def document(row: Row, columns: Columns, keys: Counter[str], origin: str) -> Iterator[Document]:
    """The text of a row; nothing where there is none."""
    text = tidy(straight(row.get(columns.text, "")).split("\n")).strip()
    if not text:
        return
    id, date, author = (row.get(one, "").strip() for one in (columns.id, columns.date, columns.author))
    key = id or hashlib.sha256(f"{date}\0{author}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    keys[key] += 1
    yield Document(
        source=Table.guide.source,
        key=key if keys[key] == 1 else f"{key}-{keys[key]}",
        text=text,
        title=one_line(row.get(columns.title, "")),
        url=id if id.startswith(("https://", "http://")) else "",
        author=one_line(author),
        written=moment(date),
        quotes=quotes(text),
        origin=origin,
    )


# Rows, out of three forms


def rows(files: Files, name: str) -> Iterator[Row]:
    head = files.head(name)
    if name.lower().endswith(ENDINGS):
        try:
            told = partial(files.note_damage, name)
            yield from by_columns(separated(lines(files, name, ends=""), delimiter=comma(head), broken=told))
        except csv.Error:
            files.note_damage(name)
    elif is_list(head):
        yield from map(flat, json_records(files, name))
    else:
        for line in lines(files, name):
            yield from parsed(line)


def sample(name: str, head: bytes) -> list[Row]:
    """The first rows, as far as they are whole."""
    found: list[Row] = []
    with suppress(csv.Error, ijson.JSONError, ValueError):
        if is_list(head):
            for record in islice(ijson.items(Shallow(io.BytesIO(head)), "item", use_float=True), SAMPLE):
                found.append(flat(record))
            return found
        if not name.lower().endswith(ENDINGS) and not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
            return found
        text = head.decode(encoding(head), "replace")
        whole = text.splitlines(keepends=True)[: -1 if len(head) == HEAD else None]
        if name.lower().endswith(ENDINGS):
            found += islice(by_columns(separated(whole, delimiter=comma(head))), SAMPLE)
        else:
            found += (row for line in whole[:SAMPLE] for row in parsed(line))
    return found


def is_table(name: str, head: bytes) -> bool:
    """Whether there are rows at all, whatever they hold."""
    return any(any(value.strip() for value in row.values()) for row in sample(name, head))


def is_list(head: bytes) -> bool:
    return re.match(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{", head) is not None


def comma(head: bytes) -> str:
    """What stands between the fields: the commonest of its kind in the first line."""
    first = head.decode(encoding(head), "replace").partition("\n")[0]
    return max(COMMAS, key=first.count)


def by_columns(found: Iterator[list[str]]) -> Iterator[Row]:
    header = [one_line(column).lower() for column in next(found, [])]
    for row in found:
        yield dict(zip(header, row, strict=False))


def parsed(line: str) -> Iterator[Row]:
    """The object that a line holds; nothing when it holds none."""
    with suppress(ValueError, RecursionError):
        found = json.loads(line)
        if isinstance(found, dict):
            yield flat(found)


def flat(record: object) -> Row:
    """The texts and numbers of an object, and of the objects in it."""
    found: dict[str, str] = {}
    for name, value in record.items() if isinstance(record, dict) else ():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        for below, one in inner:
            if isinstance(one, str | int | float) and not isinstance(one, bool):
                found[f"{name}.{below}".rstrip(".").lower()] = str(one)
    return found


# Which column is what


def guessed(name: str, head: bytes) -> Columns | None:
    """The columns of a table; None when it is none, or holds no texts."""
    found: dict[str, list[str]] = {}
    for row in sample(name, head):
        for column, value in row.items():
            if value.strip():
                found.setdefault(column, []).append(value)
    texts = {column: weight(column, values) for column, values in found.items() if is_text(values)}
    if not texts or len(found) < 2:
        return None
    text = max(texts, key=texts.__getitem__)
    others = {column: values for column, values in found.items() if column != text}
    date = first(others, DATE, is_date)
    return Columns(
        text=text,
        author=first({column: values for column, values in others.items() if column != date}, AUTHOR, is_author),
        date=date,
        title=first(others, TITLE, bool),
        id=first(others, ID, is_different),
    )


def first(found: Mapping[str, list[str]], name: re.Pattern[str], fits: Callable[[Sequence[str]], bool]) -> str:
    """The first column that is called so and looks so; empty when none does."""
    return next((column for column, values in found.items() if name.search(column) and fits(values)), "")


def is_text(values: Sequence[str]) -> bool:
    return sum(map(words, values)) >= WORDS * len(values)


def words(value: str) -> int:
    return len(value.split()) if value.isascii() else max(len(value.split()), len(value) // LETTERS)


def weight(column: str, values: Sequence[str]) -> float:
    """How much a column is the text: long fields, and a name that says so."""
    return sum(map(len, values)) / len(values) * (3 if TEXT.search(column) else 1)


def is_date(values: Sequence[str]) -> bool:
    return sum(moment(value) is not None for value in values) >= MOST * len(values)


def is_author(values: Sequence[str]) -> bool:
    """Short, and coming back: what is different in every row is no author."""
    return max(map(len, values)) <= SHORT and (len(values) < 3 or not is_different(values))


def is_different(values: Sequence[str]) -> bool:
    return len(set(values)) == len(values)


def moment(value: str) -> datetime | None:
    value = value.strip()
    return seconds(value) if re.fullmatch(r"\d{9,13}(?:\.\d+)?", value) else dates.from_words(value)
