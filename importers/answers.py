"""Answers of web sites, kept on disk, so that an import that was killed goes on without asking again, and a later one
asks only for what has changed. Knows no HTTP beyond two headers.

An import that is under way takes from here what it has asked for itself, however often it is begun again. Once
it is done, answers serve to ask "is it still this?" (ETag, Last-Modified), and those that cannot are let go.
"""

import json
import sqlite3
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from importers.page import Page

VERSION: Final = 2
STALE: Final = 7 * 86_400.0  # seconds after which an unfinished import begins anew
KEPT: Final = ("content-type", "etag", "last-modified", "link", "x-wp-total", "x-wp-totalpages")
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS imports (address TEXT PRIMARY KEY, number TEXT NOT NULL, begun REAL NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
  asked TEXT PRIMARY KEY, url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
  import TEXT NOT NULL, version TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of earlier, and whether it came in the import that is under way."""

    page: Page
    is_fresh: bool
    version: str  # what the site's own list said of it, such as the day of its last change

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that ask for a new answer only if there is one."""
        names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
        return {names[name]: value for name, value in self.page.headers.items() if name in names}


class Answers:
    """Answers in one SQLite file. It is a copy of what is elsewhere: damaged, it is thrown away."""

    def __init__(self, path: Path | None, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._import = ""
        self._database = opened(path)

    def begin(self, address: str) -> None:
        """The import of `address` begins, or goes on."""
        row = self._database.execute("SELECT number, begun FROM imports WHERE address = ?", (address,)).fetchone()
        if row is not None and 0 <= self._now() - row[1] < STALE:
            self._import = row[0]
        else:
            self._import = uuid4().hex
            self._database.execute(
                "INSERT OR REPLACE INTO imports VALUES (?, ?, ?)", (address, self._import, self._now())
            )

    def finish(self, address: str) -> None:
        """The import of `address` is done: what cannot be asked about again is let go."""
        self._database.execute("DELETE FROM imports WHERE address = ?", (address,))
        self._database.execute(
            "DELETE FROM answers WHERE version = ''"
            " AND headers NOT LIKE '%\"etag\"%' AND headers NOT LIKE '%\"last-modified\"%'"
        )

    def abandon(self, address: str) -> None:
        """Nothing came of the import of `address`: what was answered is not believed."""
        self._database.execute("DELETE FROM imports WHERE address = ?", (address,))
        self._database.execute("DELETE FROM answers WHERE import = ?", (self._import,))

    def find(self, asked: str) -> Kept | None:
        row = self._database.execute(
            "SELECT url, headers, body, import, version FROM answers WHERE asked = ?", (asked,)
        ).fetchone()
        if row is None:
            return None
        url, headers, body, number, version = row
        with suppress(zlib.error, ValueError):
            return Kept(Page(url, zlib.decompress(body), json.loads(headers)), number == self._import, version)
        return None

    def keep(self, asked: str, page: Page, version: str = "") -> None:
        headers = json.dumps({name: page.headers[name] for name in KEPT if name in page.headers})
        row = (asked, page.url, headers, zlib.compress(page.body, 1), self._import, version)
        with suppress(sqlite3.OperationalError):  # a full disk, which the corpus will speak about
            self._database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)", row)

    def forget(self, asked: str) -> None:
        self._database.execute("DELETE FROM answers WHERE asked = ?", (asked,))

    def close(self) -> None:
        self._database.close()


def opened(path: Path | None) -> sqlite3.Connection:
    """The database at `path`, new if there is none or it is none; in memory without a path."""
    if path is None:
        return prepared(":memory:")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return prepared(path)
    except sqlite3.OperationalError:  # somebody else holds it, or the disk is full: it is as good as before
        return prepared(":memory:")
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
        return prepared(path)


def prepared(path: Path | str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=10.0)
    try:
        database.execute("PRAGMA trusted_schema = OFF")  # it may have come with somebody's backup
        database.execute("PRAGMA synchronous = NORMAL")
        if database.execute("PRAGMA user_version").fetchone()[0] not in (0, VERSION):
            raise sqlite3.DatabaseError("of another version")
        database.executescript(SCHEMA)
        database.execute(f"PRAGMA user_version = {VERSION}")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database
