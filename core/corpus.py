"""The corpus: one SQLite file with everything a person wrote. Adding the same thing twice adds nothing.

Knows no importer and no model. Every write is committed in the batch that the caller names with `batch()`, so a
crash loses at most that batch and never leaves half a document.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeAlias

from core.documents import Document, Role, Skipped, Turn, Visibility, word_count
from core.errors import Busy, DiskTrouble, Unsupported

VERSION: Final = 1  # of the file; a newer one is refused untouched, an older one is upgraded

SCHEMA: Final = """
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL, key TEXT NOT NULL,
  text TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL,
  author TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
  written TEXT, zone_known INTEGER NOT NULL, quotes TEXT NOT NULL,
  thread TEXT NOT NULL, parent TEXT NOT NULL, context TEXT NOT NULL,
  visibility TEXT NOT NULL, flags TEXT NOT NULL, origin TEXT NOT NULL,
  text_hash TEXT NOT NULL, characters INTEGER NOT NULL, words INTEGER NOT NULL,
  UNIQUE (source, key)
);
CREATE TABLE skipped (
  source TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (source, key)
);
"""

COLUMNS: Final = (
    "source", "key", "text", "title", "url", "author", "role", "kind", "written", "zone_known", "quotes",
    "thread", "parent", "context", "visibility", "flags", "origin",
)  # fmt: skip
DERIVED: Final = ("text_hash", "characters", "words")
SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM documents ORDER BY source, key"
UPSERT: Final = (
    f"INSERT INTO documents ({', '.join(COLUMNS + DERIVED)}) VALUES ({', '.join('?' * len(COLUMNS + DERIVED))})"
    " ON CONFLICT (source, key) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in COLUMNS[2:] + DERIVED)
)


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
class Heading:
    """One line of a list of documents."""

    title: str
    written: datetime | None
    words: int


def heading(document: Document) -> Heading:
    return Heading(document.title or document.key, document.written, word_count(document.text))


class Corpus:
    """A handle on one corpus file. Use it as a context manager, from one thread."""

    def __init__(self, path: Path) -> None:
        """Open the corpus at `path`, making it (and its folder) when there is none."""
        with database_errors():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise sqlite3.OperationalError("unable to open database file") from error
            self._database = sqlite3.connect(path, timeout=10, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._prepare()
            (self._skips,) = self._database.execute("SELECT EXISTS (SELECT 1 FROM skipped)").fetchone()

    def _prepare(self) -> None:
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            self._database.close()
            raise Unsupported(
                "This corpus was written by a newer Mynah.",
                fix="Update Mynah to open it; nothing was changed.",
            )
        if version == 0:
            self._database.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

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

    def add(self, document: Document) -> Added:
        """Put `document` in, unless it is there already under the same (source, key)."""
        with database_errors():
            row = self._database.execute(
                "SELECT text_hash FROM documents WHERE source = ? AND key = ?",
                (document.source, document.key),
            ).fetchone()
            if row is not None and row[0] == document.text_hash:
                return Added.ALREADY
            self._database.execute(UPSERT, to_row(document))
            if self._skips:
                self._database.execute(
                    "DELETE FROM skipped WHERE source = ? AND key IN (?, ?)",
                    (document.source, document.key, document.thread),
                )
        return Added.NEW if row is None else Added.CHANGED

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
        with database_errors():
            for row in self._database.execute(SELECT):
                yield from_row(row)

    def headings(self) -> Iterator[Heading]:
        """The heading of every document, first added first, without reading any text."""
        with database_errors():
            rows = self._database.execute("SELECT title, key, written, words FROM documents ORDER BY id")
            for title, key, written, words in rows:
                yield Heading(title or key, as_moment(written), words)

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


def to_row(document: Document) -> tuple[object, ...]:
    """A document as the values of COLUMNS and DERIVED."""
    context = [(turn.author, turn.text, turn.role, as_stored(turn.written)) for turn in document.context]
    return (
        document.source, document.key, document.text, document.title, document.url,
        document.author, document.role, document.kind,
        as_stored(document.written), document.zone_known, json.dumps(document.quotes),
        document.thread, document.parent, json.dumps(context),
        document.visibility, " ".join(document.flags), document.origin,
        document.text_hash, len(document.text), word_count(document.text),
    )  # fmt: skip


Row: TypeAlias = tuple[
    str, str, str, str, str, str, Role, str, str | None, int, str, str, str, str, Visibility, str, str
]  # the types of COLUMNS


def from_row(row: Row) -> Document:
    """The document that `to_row` took apart."""
    (source, key, text, title, url, author, role, kind, written, zone_known, quotes,
     thread, parent, context, visibility, flags, origin) = row  # fmt: skip
    return Document(
        source=source, key=key, text=text, title=title, url=url, author=author, role=role, kind=kind,
        written=as_moment(written), zone_known=bool(zone_known),
        quotes=tuple((start, stop) for start, stop in json.loads(quotes)),
        thread=thread, parent=parent,
        context=tuple(Turn(author, text, role, as_moment(said)) for author, text, role, said in json.loads(context)),
        visibility=visibility, flags=tuple(flags.split()), origin=origin,
    )  # fmt: skip


def as_stored(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def as_moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


@contextlib.contextmanager
def database_errors() -> Iterator[None]:
    """SQLite's errors in the user's words; everything committed before stays."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "full" in text or "disk I/O" in text:
            raise DiskTrouble(
                "The disk is full while writing your corpus.",
                fix="Free some space, then import again: what was added before is safe and is not added twice.",
            ) from error
        if "locked" in text:
            raise Busy(
                "Another window or terminal is writing to this corpus.",
                fix="Wait until it is done, then try again.",
            ) from error
        if "unable to open" in text or "readonly" in text:
            raise DiskTrouble(
                "The corpus cannot be opened for writing.",
                fix="Check the rights of the data folder, or choose another one with MYNAH_HOME.",
            ) from error
        raise
    except sqlite3.DatabaseError as error:
        raise DiskTrouble(
            "The corpus file is damaged or is not a Mynah corpus.",
            fix="Move corpus.sqlite out of the project's folder and import again: your own files were never changed.",
        ) from error
