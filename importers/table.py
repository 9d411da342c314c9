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
from pathlib import PurePosixPath
from typing import Final, TypeAlias

import ijson

from core.documents import Document, Item
from core.sources import Columns, Guide, Person, Sheet
from importers import dates, day_order, encodings
from importers.archive import HEAD
from importers.characters import one_line, straight, tidy
from importers.commas import separated
from importers.day_order import Order, order_of
from importers.export import Files
from importers.markup import quotes
from importers.nesting import Shallow
from importers.records import encoding, json_records, lines, seconds

Row: TypeAlias = Mapping[str, str]  # by the names of the columns

LIST: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
OBJECT: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
LINE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{[^\n]*\}\s*\n\s*\{")  # and the next one
DEEPEST: Final = 3  # steps to a list of objects in a file of JSON
ENDINGS: Final = (".csv", ".tsv")
ANY_TEXT: Final = ("", ".txt", ".text", ".tab", ".dat", ".data", ".log", ".asc")  # which may be a table too
LOOKED_AT: Final = 20  # rows by which a table without its ending is known
KNOWN: Final = 2  # of its columns at the least must be called as columns are
LONGEST_NAME: Final = 40  # characters of a column's
COMMAS: Final = ",;\t|"
SEPARATOR: Final = re.compile('\ufeff?"?sep=([,;\t|])', re.IGNORECASE)
SAMPLE: Final = 200  # rows by which columns are judged
WORDS: Final = 3  # in a field, at the least on average, for a text
LETTERS: Final = 4  # of a script without spaces, for a word
SHORT: Final = 60  # characters: a name is not longer
OFTEN_NEW: Final = 0.9  # of the names in a column of authors at the most
MOST: Final = 0.6  # of the fields of a column have to be what it is taken for
TEXT: Final = re.compile(
    r"text|body|content|message|comment|caption|review|post|note|entry|description|nachricht|inhalt|kommentar|beitrag"
    r"|eintrag|mensaje|mensagem|messaggio|contenu|commentaire|bericht|tekst"
)
DATE: Final = re.compile(
    r"date|time|created|posted|published|written|day|stamp|_at$|^ts$|^when$|datum|zeit|erstellt|fecha|^data$|heure|hora"
)
AUTHOR: Final = re.compile(
    r"author|user|sender|^from$|by$|speaker|writer|name$|handle|verfasser|absender|autor|auteur|expéditeur|remitente"
    r"|mittente|nutzer|afzender"
)
AUTHOR_TOO: Final = re.compile(r"^(?:who|wer|von|qui|quién|chi|nick)$")
TITLE: Final = re.compile(r"title|subject|headline")
EPOCH: Final = re.compile(r"\d{9,13}(?:\.\d+)?")
ZONED: Final = re.compile(r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$")
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
        return not is_nested(head) and guessed(name, head) is not None

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
            first = sample(name, files.head(name)) if columns and columns.date else []
            order = order_of([row.get(columns.date, "") for row in first]) if columns else ""
            for row in rows(files, name) if columns else ():
                if columns and (not columns.author or one_line(row.get(columns.author, "")) in me):
                    yield from document(row, columns, order, keys, origin)


def document(row: Row, columns: Columns, order: str, keys: Counter[str], origin: str) -> Iterator[Document]:
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
        written=moment(date, order),
        zone_known=not date or EPOCH.fullmatch(date) is not None or ZONED.search(date) is not None,
        quotes=quotes(text),
        origin=origin,
    )


# Rows, out of three forms


def rows(files: Files, name: str) -> Iterator[Row]:
    head = files.head(name)
    if has_columns(name, head):
        try:
            told = partial(files.note_damage, name)
            yield from by_columns(
                separated(lines(files, name, ends="", coding=coding(head)), delimiter=comma(head), broken=told)
            )
        except csv.Error:
            files.note_damage(name)
    elif place := list_in(head):
        yield from map(flat, json_records(files, name, place))
    else:
        for line in lines(files, name, coding=coding(head)):
            yield from parsed(line)


def sample(name: str, head: bytes) -> list[Row]:
    """The first rows, as far as they are whole."""
    found: list[Row] = []
    with suppress(csv.Error, ijson.JSONError, ValueError):
        if place := list_in(head):
            for record in islice(ijson.items(Shallow(io.BytesIO(head)), place, use_float=True), SAMPLE):
                found.append(flat(record))
            return found
        in_columns = has_columns(name, head)
        if not in_columns and not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
            return found
        text = head.decode(coding(head), "replace")
        whole = text.splitlines(keepends=True)[: -1 if len(head) == HEAD else None]
        if in_columns:
            found += islice(by_columns(separated(whole, delimiter=comma(head))), SAMPLE)
        else:
            found += (row for line in whole[:SAMPLE] for row in parsed(line))
    return found


def has_columns(name: str, head: bytes) -> bool:
    """Whether a file has rows of values between commas or the like: its name says so, or its beginning does.

    A text that is no table may have commas in each line. So the first line must be names, with nothing between the
    commas and them and two of them such as columns have, and nearly all lines after it must have as many values.
    """
    ending = PurePosixPath(name).suffix.lower()
    if ending in ENDINGS or ending not in ANY_TEXT:
        return ending in ENDINGS
    first = head.partition(b"\n")[0]
    if not any(sign in first for sign in (b",", b";", b"\t", b"|")):
        return False
    whole = head.decode(coding(head), "replace").splitlines(keepends=True)[: -1 if len(head) == HEAD else None]
    try:
        names, *found = islice(separated(whole, delimiter=comma(head)), LOOKED_AT + 1)
    except (csv.Error, ValueError):
        return False
    if any(one.startswith(" ") for one in names):  # a comma in a sentence
        return False
    names = [one_line(one).lower() for one in names]
    known = sum(any(kind.search(one) for kind in (TEXT, DATE, AUTHOR, AUTHOR_TOO, TITLE, ID)) for one in names)
    if known < KNOWN or len(set(names)) < len(names) or not all(0 < len(one) <= LONGEST_NAME for one in names):
        return False
    fitting = sum(len(row) == len(names) for row in found if any(row))
    return fitting >= 2 and fitting >= 0.9 * sum(any(row) for row in found)


def is_table(name: str, head: bytes) -> bool:
    """Whether there are rows at all, whatever they hold."""
    return any(any(value.strip() for value in row.values()) for row in sample(name, head))


def list_in(head: bytes) -> str:
    """Where the objects of a JSON file are, in ijson's words: in the list that it is, or in one that it holds.

    Empty when there is none, and for lines of JSON, of which each is an object.
    """
    if LIST.match(head):
        return "item"
    if not OBJECT.match(head) or LINE.match(head):
        return ""
    with suppress(ijson.JSONError, ValueError):
        before = ""
        for place, event, _ in ijson.parse(Shallow(io.BytesIO(head))):
            if event == "start_map" and before == "start_array" and place.count(".") <= DEEPEST:
                return str(place)
            before = event
    return ""


def is_nested(head: bytes) -> bool:
    """Whether the rows lie deep in a file of JSON. Anything may look so: that is a table only when somebody says so."""
    return list_in(head) not in ("", "item")


def coding(head: bytes) -> str:
    """The encoding of a table: spreadsheets still write the ones of old. A single odd byte is damage."""
    plain = encoding(head)
    whole = head[: head.rfind(b"\n") + 1] or head  # its last line may be cut in the middle of a letter
    broken = whole.decode(plain, "replace").count("\ufffd")
    return plain if broken < 2 else encodings.guessed(whole)


def comma(head: bytes) -> str:
    """What stands between the fields: what the first line says, as Excel writes it, else the commonest sign in it."""
    first = head.decode(coding(head), "replace").partition("\n")[0]
    if said := SEPARATOR.match(first):
        return said[1]
    return max(COMMAS, key=first.count)


def by_columns(found: Iterator[list[str]]) -> Iterator[Row]:
    names = next(found, [])
    if names and SEPARATOR.match(names[0] + ";"):
        names = next(found, [])
    header = [one_line(column).lower() for column in names]
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
    people = {column: values for column, values in others.items() if column != date}
    return Columns(
        text=text,
        author=first(people, AUTHOR, is_author) or first(people, AUTHOR_TOO, is_author),
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
    order = order_of(values)
    return sum(moment(value, order) is not None for value in values) >= MOST * len(values)


def is_author(values: Sequence[str]) -> bool:
    """Short, and coming back: what is different in nearly every row is no author."""
    return max(map(len, values)) <= SHORT and (len(values) < 3 or len(set(values)) < OFTEN_NEW * len(values))


def is_different(values: Sequence[str]) -> bool:
    return len(set(values)) == len(values)


def moment(value: str, order: Order) -> datetime | None:
    value = value.strip()
    return seconds(value) if EPOCH.fullmatch(value) else dates.from_words(value) or day_order.moment(value, order)
