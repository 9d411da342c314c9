"""The corpus: one SQLite file with everything a person wrote. Adding the same thing twice adds nothing.

Knows no importer and no model. Every write is committed in the batch that the caller names with `batch()`, so a
crash loses at most that batch and never leaves half a document.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeAlias

from core.atomic import disk_errors
from core.database import (
    backups,
    begun,
    connect,
    connect_read_only,
    database_errors,
    flush,
    keep_backup,
    reading_errors,
)
from core.documents import Document, Skipped, word_count
from core.errors import DiskTrouble
from core.events import Stop, never
from core.passages import index_all, reindex, storable, unindex
from core.rows import (
    COLUMNS,
    DERIVED,
    KEY_AT,
    SEEN,
    SOURCE_AT,
    TEXT_AT,
    THREAD_AT,
    TITLE_AT,
    Row,
    as_moment,
    as_stored,
    from_row,
    is_same,
    seen_of,
    storable_row,
)
from core.sources import SOURCE

Place: TypeAlias = tuple[str, str]  # source and key of a document

FROM: Final = f"SELECT id, excluded, {', '.join(COLUMNS)} FROM documents"
SELECT: Final = f"{FROM} ORDER BY source, key"
SELECT_ONE: Final = f"{FROM} WHERE id = ?"
INSERT: Final = (
    f"INSERT INTO documents (id, {', '.join(COLUMNS + DERIVED)}, import_id)"
    f" VALUES ({', '.join('?' * (len(COLUMNS + DERIVED) + 2))})"
)
UPDATE: Final = f"UPDATE documents SET {', '.join(f'{column} = ?' for column in COLUMNS + DERIVED)} WHERE id = ?"
TWINS: Final = (  # told which index: without statistics SQLite would go through all files
    f"SELECT key FROM documents INDEXED BY files_by_text WHERE text_hash = ? AND source = '{SOURCE}' ORDER BY key"
)
LAST_IMPORT: Final = (
    "SELECT started FROM imports WHERE EXISTS (SELECT 1 FROM documents WHERE import_id = imports.id)"
    " ORDER BY id DESC LIMIT 1"
)
BEGINNING: Final = 160  # bytes of a text that stand for a title
SELECT_SEEN: Final = f"SELECT key, id, {', '.join(SEEN)} FROM documents WHERE source = ? AND key IN"
ASKED: Final = 500  # keys in one question; SQLite takes some thousand
WHILE_IMPORTING: Final = (
    "PRAGMA cache_size = -65536",  # 64 MB of pages: with the usual 2 MB every key of a large corpus is read from disk
)
LOG: Final = 1 << 26  # bytes of the log while importing: fewer and longer writes into the file
BATCHES: Final = 4  # that are imported until what is in the log is brought into the file meanwhile


class Added(Enum):
    """What came of adding a document."""

    NEW = "new"
    CHANGED = "changed"  # the same identity with another text: replaced
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is, quotations of others included."""

    documents: int
    words: int
    characters: int


@dataclass(frozen=True, slots=True)
class Import:
    """One import, for undoing it: `origin` is the name of what was imported."""

    number: int
    started: datetime
    origin: str
    documents: int


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of a list of documents."""

    title: str
    written: datetime | None
    words: int


def heading(document: Document) -> Heading:
    begins = document.title or beginning(document.text.encode("utf-8", "replace")[:BEGINNING]) or document.key
    return Heading(begins, document.written, word_count(document.text))


def beginning(text: bytes) -> str:
    """The first words of a text in one line, without the letter that was cut."""
    return " ".join(text.decode("utf-8", "ignore").split())


class Corpus:
    """A handle on one corpus file. Use it as a context manager, from one thread."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the corpus at `path`, making it (and its folder) when there is none and it may be written.

        Raises Unsupported for the file of a newer Mynah and Damaged for one that cannot be read; both stay untouched.
        """
        self.path, self.is_read_only = path, read_only
        self._database = connect_read_only(path) if read_only else connect(path)
        self._import, self._batches, self._flushed = 0, 0, Future[None]()
        self._flushed.set_result(None)
        try:
            with reading_errors():
                (self._skips,) = self._database.execute("SELECT EXISTS (SELECT 1 FROM skipped)").fetchone()
        except DiskTrouble:
            self._database.close()
            raise

    @property
    def database(self) -> sqlite3.Connection:
        """For those who ask questions of their own: search.py and library.py. They only read."""
        return self._database

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.settle()
        self._database.close()

    def settle(self) -> None:
        """Wait for what is being brought from the log into the file."""
        wait([self._flushed])

    @contextlib.contextmanager
    def batch(self) -> Iterator[None]:
        """Commit everything added inside the block at once, or nothing of it."""
        with database_errors():
            self._database.execute("BEGIN")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has often rolled back by itself
                    self._database.execute("ROLLBACK")
                raise
        self._batches += 1
        if self._import and self._batches % BATCHES == 0 and self._flushed.done():
            self._flushed = begun(flush, self.path)

    def add(self, document: Document) -> Added:
        """Put `document` in, unless it is there already under the same (source, key)."""
        return self.add_all([document])[0]

    def add_all(self, documents: Iterable[Document]) -> list[Added]:
        """The same for many, much faster than one by one; what came of each, in their order."""
        rows = [storable_row(document) for document in documents]
        with database_errors():
            (last,) = self._database.execute("SELECT coalesce(max(id), 0) FROM documents").fetchone()
            came = self._all_new(rows, last) or self._each(rows, last)
            if self._skips:
                self._database.executemany(
                    "DELETE FROM skipped WHERE source = ? AND key IN (?, ?)",
                    [
                        (row[SOURCE_AT], row[KEY_AT], row[THREAD_AT])
                        for row, one in zip(rows, came, strict=True)
                        if one is not Added.ALREADY
                    ],
                )
        return came

    def _all_new(self, rows: Sequence[Row], last: int) -> list[Added]:
        """Put them in as if none were here yet, which is nearly always so and spares looking for each; numbered on
        from the `last`. Nothing is done, and nothing comes of it, where one is here, or twice among them."""
        try:
            self._insert(rows, last)
        except sqlite3.IntegrityError:
            self._database.execute("DELETE FROM documents WHERE id > ?", (last,))
            return []
        return [Added.NEW] * len(rows)

    def _each(self, rows: Sequence[Row], last: int) -> list[Added]:
        known, fresh = self._known(rows), list[Row]()
        came = [self._place(row, known, last, fresh) for row in rows]
        self._insert(fresh, last)
        return came

    def _known(self, rows: Sequence[Row]) -> dict[Place, tuple[int, Row]]:
        """Of the documents that are here already, by source and key: their numbers and what is SEEN of them."""
        found: dict[Place, tuple[int, Row]] = {}
        for source in {row[SOURCE_AT] for row in rows}:
            keys = [row[KEY_AT] for row in rows if row[SOURCE_AT] == source]
            for start in range(0, len(keys), ASKED):
                some = keys[start : start + ASKED]
                asked = self._database.execute(f"{SELECT_SEEN} ({', '.join('?' * len(some))})", (source, *some))
                found.update({(source, key): (number, tuple(seen)) for key, number, *seen in asked})
        return found

    def _place(self, row: Row, known: dict[Place, tuple[int, Row]], last: int, fresh: list[Row]) -> Added:
        """Replace what was changed at once; what is new waits among the `fresh`, numbered on from the `last`."""
        place = (row[SOURCE_AT], row[KEY_AT])
        if place not in known:
            known[place] = (last + len(fresh) + 1, ())
            fresh.append(row)
            return Added.NEW
        number, seen = known[place]
        is_fresh = number > last
        if is_same(seen_of(fresh[number - last - 1]) if is_fresh else seen, seen_of(row)):
            return Added.ALREADY
        if is_fresh:  # twice among the new ones: the later words count
            fresh[number - last - 1] = row
        else:
            known[place] = (number, seen_of(row))
            unindex(self._database, [number])
            self._database.execute(UPDATE, (*row, number))
            index_all(self._database, [(number, row[TITLE_AT], row[TEXT_AT])])
        return Added.CHANGED

    def _insert(self, fresh: Sequence[Row], last: int) -> None:
        numbered = list(enumerate(fresh, start=last + 1))
        self._database.executemany(INSERT, [(number, *row, self._import) for number, row in numbered])
        index_all(self._database, [(number, row[TITLE_AT], row[TEXT_AT]) for number, row in numbered])

    def twins(self, document: Document) -> list[str]:
        """The keys of the files that say just the same as this one, unless it is itself there already."""
        with database_errors():
            rows = self._database.execute(TWINS, (document.text_hash,)).fetchall()
        keys = [key for (key,) in rows]
        return [] if document.key in keys else keys

    def move(self, source: str, key: str, new_key: str) -> bool:
        """Let the document at `key` go by another key; whether it does, for there may be one at that already."""
        with database_errors():
            moved = "UPDATE OR IGNORE documents SET key = ? WHERE source = ? AND key = ?"
            return self._database.execute(moved, (new_key, source, key)).rowcount > 0

    def begin_import(self, origin: str, now: datetime) -> int:
        """From now on new documents belong to this import, which can be undone as a whole; returns its number."""
        with database_errors():
            for pragma in WHILE_IMPORTING:
                self._database.execute(pragma)
            (page,) = self._database.execute("PRAGMA page_size").fetchone()
            self._database.execute(f"PRAGMA wal_autocheckpoint = {LOG // page}")
            made = self._database.execute(
                "INSERT INTO imports (started, origin) VALUES (?, ?)", (as_stored(now), storable(origin))
            )
        self._import = made.lastrowid or 0
        return self._import

    def imports(self) -> list[Import]:
        """The imports that brought something that is still here, newest first."""
        with database_errors():
            rows = self._database.execute(
                "SELECT imports.id, started, imports.origin, count(*) FROM imports JOIN documents"
                " ON import_id = imports.id"
                " GROUP BY imports.id ORDER BY imports.id DESC"
            ).fetchall()
        return [
            Import(number, datetime.fromisoformat(started), origin, count) for number, started, origin, count in rows
        ]

    def undo_import(self, number: int) -> int:
        """Take out what import `number` brought; returns how many documents that were."""
        return self._remove("import_id = ?", number)

    def forget(self, source: str) -> int:
        """Remove everything of a source so that nothing of it is left in the file; returns how many documents."""
        count = self._remove("source = ?", source)
        with database_errors():
            self._database.execute("DELETE FROM skipped WHERE source = ?", (source,))
            self._database.execute("DELETE FROM imports WHERE id NOT IN (SELECT import_id FROM documents)")
            with self.batch():
                reindex(self._database)  # what was deleted from an index stays in its pages until they are rewritten
            self._database.execute("VACUUM")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    def _remove(self, condition: str, value: object) -> int:
        with self.batch():
            rows = self._database.execute(f"SELECT id FROM documents WHERE {condition}", (value,)).fetchall()
            unindex(self._database, [number for (number,) in rows])
            self._database.execute(f"DELETE FROM documents WHERE {condition}", (value,))
        return len(rows)

    def exclude(self, numbers: Iterable[int], excluded: bool) -> None:
        """Leave documents out of training by hand, or take them in again."""
        with self.batch():
            self._database.executemany(
                "UPDATE documents SET excluded = ? WHERE id = ?", [(excluded, number) for number in numbers]
            )

    def set_languages(self, languages: Mapping[int, str]) -> None:
        """Remember which language documents are in."""
        with self.batch():
            self._database.executemany(
                "UPDATE documents SET language = ? WHERE id = ?", [(name, number) for number, name in languages.items()]
            )

    def keep_backup(self, stop: Stop = never) -> Path | None:
        """Copy the corpus beside itself; the two newest copies are kept. None when it was stopped."""
        with database_errors(), disk_errors("keeping a backup of your corpus"):
            return keep_backup(self.path, stop)

    def is_backed_up(self) -> bool:
        """Whether there is a backup of what the last import that brought something began with."""
        with database_errors(), disk_errors("looking for the backup of your corpus"):
            row = self._database.execute(LAST_IMPORT).fetchone()
            newest = max((backup.stat().st_mtime for backup in backups(self.path)), default=0.0)
        return row is None or newest > datetime.fromisoformat(row[0]).timestamp()

    def skip(self, source: str, skipped: Skipped) -> None:
        """Remember that an item was not taken, and why."""
        self._skips = True
        with database_errors():
            self._database.execute(
                "INSERT OR REPLACE INTO skipped (source, key, reason) VALUES (?, ?, ?)",
                (source, skipped.key, skipped.reason),
            )

    def documents(self) -> Iterator[Document]:
        """All documents in the order of (source, key), which no later import of other things disturbs."""
        for _, document, _ in self.numbered():
            yield document

    def numbered(self) -> Iterator[tuple[int, Document, bool]]:
        """The same with the number of each, and whether it was left out by hand."""
        with reading_errors():
            for number, excluded, *row in self._database.execute(SELECT):
                yield number, from_row(row), bool(excluded)

    def document(self, number: int) -> Document | None:
        """The document with this number."""
        with reading_errors():
            row = self._database.execute(SELECT_ONE, (number,)).fetchone()
            return None if row is None else from_row(row[2:])

    def headings(self) -> Iterator[Heading]:
        """The heading of every document, first added first; of one without a title, how its text begins.

        Begins are read as bytes: a damaged text is told by whoever reads all of it, and the list is there all the same.
        """
        with reading_errors():
            rows = self._database.execute(
                "SELECT title, CASE title WHEN '' THEN substr(CAST(text AS BLOB), 1, ?) END, key, written, words"
                " FROM documents ORDER BY id",
                (BEGINNING,),
            )
            for title, begins, key, written, words in rows:
                yield Heading(title or beginning(begins or b"") or key, as_moment(written), words)

    def skipped(self) -> list[Skipped]:
        """Everything that was not taken, in the order of its key."""
        with database_errors():
            rows = self._database.execute("SELECT key, reason FROM skipped ORDER BY key").fetchall()
        return [Skipped(key, reason) for key, reason in rows]

    def counts(self) -> Counts:
        """Documents, words and characters, counted when they were added: this is fast at any size."""
        with database_errors():
            row = self._database.execute(
                "SELECT count(*), coalesce(sum(words), 0), coalesce(sum(characters), 0) FROM documents"
            ).fetchone()
        return Counts(*row)


def stamp_of(path: Path) -> tuple[int, ...]:
    """What changes whenever the corpus at `path` does, told by its files alone."""
    stats = [file.stat() for file in (path, path.with_name(f"{path.name}-wal")) if file.is_file()]
    filled = [stat for stat in stats if stat.st_size]  # readers may leave an empty log behind
    return tuple(number for stat in filled for number in (stat.st_mtime_ns, stat.st_size))
