"""The library: which documents a filter lets through, and their totals, years and lengths. Only asks, never changes.

Everything but the full-text search is answered from one index that holds all the numbers of a document and none of its
text: 200,000 documents are counted in a tenth of a second.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from core.corpus import Corpus
from core.database import reading_errors
from core.events import Work
from core.passages import ROOM
from core.rows import as_moment
from core.search import queries

Order: TypeAlias = Literal["newest", "oldest", "longest", "shortest", "source"]

YEAR: Final = "substr(written, 1, 4)"
ORDERS: Final[dict[Order, str]] = {
    "newest": "written DESC, id DESC",
    "oldest": "written IS NULL, written, id",
    "longest": "words DESC, id",
    "shortest": "words, id",
    "source": "source, kind, id",
}
LENGTHS: Final = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000)  # words: where one column of the chart ends
PEOPLE: Final = 200  # on offer in a filter; those who are spoken to most
TITLE: Final = 120  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to see; the default is everything. Years are four digits, or "-" for what has no date."""

    words: str = ""
    source: str = ""
    year: str = ""
    kind: str = ""
    language: str = ""
    person: str = ""
    fewest: int = 0  # words
    most: int = 0  # words; 0 for any number
    only: Literal["", "in", "out"] = ""  # what is left in or out by hand


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the documents that a filter lets through. `tokens` are about; `out` were left out by hand."""

    documents: int
    words: int
    tokens: int
    out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    number: int
    title: str
    source: str
    kind: str
    written: datetime | None
    words: int
    language: str
    person: str
    excluded: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """What each filter can be set to, with how many documents that is, the most first; years newest first."""

    source: tuple[tuple[str, int], ...] = ()
    year: tuple[tuple[str, int], ...] = ()
    kind: tuple[tuple[str, int], ...] = ()
    language: tuple[tuple[str, int], ...] = ()
    person: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A library through a filter: everything that a window shows of it but the lines themselves."""

    wanted: Filter
    totals: Totals
    numbers: "array[int]"
    years: dict[str, dict[int, int]]
    lengths: list[int]
    offers: Offers
    is_backup: bool = False


def look(corpus: Corpus, wanted: Filter, known: Offers | None = None) -> Work[Look]:
    """Yields the Totals first: they are there before the rest is sorted. `known` are offers that still hold: they take
    longer than all the rest, and no filter changes them."""
    total = totals(corpus, wanted)
    yield total
    return Look(
        wanted=wanted,
        totals=total,
        numbers=numbers(corpus, wanted),
        years=words_per_year(corpus, wanted),
        lengths=lengths(corpus, wanted),
        offers=known or offers(corpus),
        is_backup=corpus.is_read_only,
    )


def where(corpus: Corpus, wanted: Filter) -> tuple[str, list[object]]:
    """The condition of a filter and its values."""
    conditions, values = ["1"], list[object]()
    for name in ("source", "kind", "language", "person"):
        if value := getattr(wanted, name):
            conditions.append(f"{name} = ?")
            values.append(value)
    if wanted.year:
        conditions.append("written IS NULL" if wanted.year == "-" else f"{YEAR} = ?")
        values += [] if wanted.year == "-" else [wanted.year]
    if wanted.fewest:
        conditions.append("words >= ?")
        values.append(wanted.fewest)
    if wanted.most:
        conditions.append("words <= ?")
        values.append(wanted.most)
    if wanted.only:
        conditions.append(f"excluded = {int(wanted.only == 'out')}")
    if asked := queries(wanted.words, " AND ", typing=True):
        find(corpus, wanted.words, asked)
        conditions.append("id IN (SELECT id FROM temp.hits)")
    return " AND ".join(conditions), values


def find(corpus: Corpus, words: str, asked: Sequence[tuple[str, str]]) -> None:
    """Fill the table `hits` with what has all the words, unless it holds that already: one search answers
    every question about it."""
    database = corpus.database
    database.execute("CREATE TEMP TABLE IF NOT EXISTS hits (id INTEGER PRIMARY KEY)")
    database.execute("CREATE TEMP TABLE IF NOT EXISTS hits_of (words TEXT)")
    if database.execute("SELECT words FROM temp.hits_of").fetchone() == (words,):
        return
    database.execute("DELETE FROM temp.hits")
    first, *others = (f"SELECT rowid / {ROOM} FROM {table} WHERE {table} MATCH ?" for table, _ in asked)
    both = " ".join(f"INTERSECT {other}" for other in others)
    database.execute(f"INSERT OR IGNORE INTO temp.hits {first} {both}", [query for _, query in asked])
    database.execute("DELETE FROM temp.hits_of")
    database.execute("INSERT INTO temp.hits_of VALUES (?)", (words,))


def totals(corpus: Corpus, wanted: Filter) -> Totals:
    with reading_errors():
        condition, values = where(corpus, wanted)
        row = corpus.database.execute(
            "SELECT count(*), coalesce(sum(words), 0), coalesce(sum(tokens), 0), coalesce(sum(excluded), 0)"
            f" FROM documents WHERE {condition}",
            values,
        ).fetchone()
    return Totals(*row)


def numbers(corpus: Corpus, wanted: Filter, order: Order = "newest") -> "array[int]":
    """The numbers of all documents that the filter lets through, in order."""
    with reading_errors():
        condition, values = where(corpus, wanted)
        rows = corpus.database.execute(f"SELECT id FROM documents WHERE {condition} ORDER BY {ORDERS[order]}", values)
        return array("q", (number for (number,) in rows))


def rows(corpus: Corpus, wanted: Sequence[int]) -> list[Row]:
    """The lines of the documents with these numbers, in their order; those that are gone are left out."""
    marks = ", ".join("?" * len(wanted))
    with reading_errors():
        found = corpus.database.execute(
            f"SELECT id, title, substr(text, 1, {TITLE}), source, kind, written, words, language, person, excluded"
            f" FROM documents WHERE id IN ({marks})",
            list(wanted),
        ).fetchall()
        by_number = {
            number: Row(
                number=number,
                title=title or " ".join(begins.split()) or source,
                source=source,
                kind=kind,
                written=as_moment(written),
                words=words,
                language=language,
                person=person,
                excluded=bool(excluded),
            )
            for number, title, begins, source, kind, written, words, language, person, excluded in found
        }
    return [by_number[number] for number in wanted if number in by_number]


def offers(corpus: Corpus) -> Offers:
    """What the filters can be set to."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    with reading_errors():
        for name in ("source", "kind", "language", "person"):
            found[name] = tuple(
                corpus.database.execute(
                    f"SELECT {name}, count(*) AS n FROM documents WHERE {name} != '' GROUP BY {name}"
                    f" ORDER BY n DESC, {name} LIMIT {PEOPLE}"
                )
            )
        found["year"] = tuple(
            corpus.database.execute(
                f"SELECT coalesce({YEAR}, '-') AS year, count(*) FROM documents GROUP BY year ORDER BY year DESC"
            )
        )
    return Offers(**found)


def words_per_year(corpus: Corpus, wanted: Filter) -> dict[str, dict[int, int]]:
    """Words by source and year, of what has a date; the source with the most words first."""
    with reading_errors():
        condition, values = where(corpus, wanted)
        found = corpus.database.execute(
            f"SELECT source, {YEAR}, sum(words) FROM documents WHERE {condition} AND written IS NOT NULL"
            " GROUP BY source, 2",
            values,
        ).fetchall()
        by_source: dict[str, dict[int, int]] = {}
        for source, year, words in found:
            by_source.setdefault(source, {})[int(year)] = words
    return dict(sorted(by_source.items(), key=lambda item: (-sum(item[1].values()), item[0])))


def lengths(corpus: Corpus, wanted: Filter) -> list[int]:
    """How many documents have at most 1, 3, 10 ... words, and more than the last of LENGTHS."""
    step = " ".join(f"WHEN words <= {length} THEN {n}" for n, length in enumerate(LENGTHS))
    counts = [0] * (len(LENGTHS) + 1)
    with reading_errors():
        condition, values = where(corpus, wanted)
        for n, count in corpus.database.execute(
            f"SELECT CASE {step} ELSE {len(LENGTHS)} END AS n, count(*) FROM documents WHERE {condition} GROUP BY n",
            values,
        ):
            counts[n] = count
    return counts
