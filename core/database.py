"""The file under a corpus: its tables, its versions, its backups, and SQLite's errors in the user's words.

Version 2 adds to version 1 what a library asks of every document (language, person, about how many tokens, whether it
was left out by hand), which import brought it, and an index of passages for full-text search. Version 3 keeps no copies
of the passages beside that index, and hashes for files only. A newer file is refused untouched; an older one is
upgraded in one transaction, after a backup. Knows no document: only rows.
"""

import contextlib
import json
import re
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from core.atomic import swap, sync_file
from core.errors import Busy, DiskTrouble, Unsupported
from core.events import Note, Progress, Stop, Work, never
from core.passages import Tell, about_tokens, reindex, tell_nobody

P = ParamSpec("P")
R = TypeVar("R")

VERSION: Final = 3  # of the file
KEPT: Final = 2  # backups
BACKUPS: Final = "backups"
PAGE: Final = 1 << 14  # bytes; with the usual 4,096 an import takes a tenth more processor time
LOOK: Final = 0.1  # seconds between two looks at whether the user wants to stop

DOCUMENTS: Final = """
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL, key TEXT NOT NULL,
  text TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL,
  author TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
  written TEXT, zone_known INTEGER NOT NULL, quotes TEXT NOT NULL,
  thread TEXT NOT NULL, parent TEXT NOT NULL, context TEXT NOT NULL,
  visibility TEXT NOT NULL, flags TEXT NOT NULL, origin TEXT NOT NULL,
  text_hash TEXT NOT NULL, characters INTEGER NOT NULL, words INTEGER NOT NULL,
  language TEXT NOT NULL DEFAULT '', person TEXT NOT NULL DEFAULT '', tokens INTEGER NOT NULL DEFAULT 0,
  excluded INTEGER NOT NULL DEFAULT 0, import_id INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source, key)
);
CREATE TABLE skipped (
  source TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (source, key)
);
"""
ADDED: Final = """
CREATE TABLE imports (id INTEGER PRIMARY KEY, started TEXT NOT NULL, origin TEXT NOT NULL);
CREATE INDEX shelf ON documents
  (source, kind, language, person, substr(written, 1, 4), words, tokens, excluded, written);
CREATE INDEX by_import ON documents (import_id);
"""
BY_TEXT: Final = (  # which files were moved; other sources never ask, and in a large corpus it takes long to keep
    "DROP INDEX IF EXISTS by_text",
    "CREATE INDEX IF NOT EXISTS files_by_text ON documents (text_hash) WHERE source = 'files'",
)
FROM_1_TO_2: Final = """
ALTER TABLE documents ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN excluded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN import_id INTEGER NOT NULL DEFAULT 0;
"""

UPGRADE: Final = (
    "Your library was last opened by an older Mynah. It is being brought up to date, once, after a copy of it was kept."
)

FULL_TEXT: Final = re.compile(r"CREATE VIRTUAL TABLE \w+ USING fts5\b")
SIGNS_OF_DAMAGE: Final = ("decode to UTF-8", "no such table", "vtable", "malformed")  # in SQLite's own messages


class Damaged(DiskTrouble):
    """A corpus file that cannot be read any more."""


class Interrupted(Exception):
    """A backup that nobody waits for any more."""


def connect(path: Path, tell: Tell = tell_nobody) -> sqlite3.Connection:
    """The database at `path`, made when there is none, and of the present version; of an older one, `tell` how far
    that is."""
    with database_errors():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise sqlite3.OperationalError("unable to open database file") from error
        database = sqlite3.connect(path, timeout=10, isolation_level=None)
        with closed_on_trouble(database):
            distrust(database)
            bring_up_to_date(database, path, tell)
    return database


def connect_read_only(path: Path) -> sqlite3.Connection:
    """The database at `path` as it stands; nothing can be written to it. Raises Damaged, DiskTrouble, Unsupported."""
    with database_errors():
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        with closed_on_trouble(database):
            distrust(database)
            refuse_newer(database)
    return database


def distrust(database: sqlite3.Connection) -> None:
    """Let nothing that stands in the file itself have an effect: it may have come with a stranger's bot.

    After https://www.sqlite.org/security.html; Python offers the defensive mode since 3.12.
    """
    database.execute("PRAGMA trusted_schema = OFF")
    if sys.version_info >= (3, 12):
        database.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)


def brings_code(database: sqlite3.Connection) -> bool:
    """Whether a file has what Mynah puts into none: views and triggers, which run with what is asked, or tables made by
    a program, other than those of full-text search."""
    rows = database.execute("SELECT type, sql FROM sqlite_master").fetchall()
    made = (sql for kind, sql in rows if kind == "table" and re.match(r"\s*create\s+virtual", str(sql), re.IGNORECASE))
    return any(kind not in ("table", "index") for kind, _ in rows) or not all(map(FULL_TEXT.match, made))


@contextlib.contextmanager
def closed_on_trouble(database: sqlite3.Connection) -> Iterator[None]:
    """Close a database whose first questions end in trouble."""
    try:
        yield
    except UnicodeDecodeError as error:  # a message of SQLite that quotes a damaged page
        database.close()
        raise damaged() from error
    except BaseException:
        database.close()
        raise


def upgraded(path: Path, stop: Stop = never) -> Work[bool]:
    """Bring an older file up to date, as opening it would in silence, and say so; nothing happens to any other.

    Yields a Note, then Progress; False when nobody waits for it any more. Raises what `connect` raises. It is done
    whole or not at all: a program that ends meanwhile leaves the older file.
    """
    if not is_old(path):
        return True
    yield Note(UPGRADE)
    so_far = (0, 0)

    def tell(done: int, total: int) -> None:
        nonlocal so_far
        so_far = (done, total)

    def upgrade() -> None:
        connect(path, tell).close()

    made = begun(upgrade)
    while not wait([made], LOOK).done:
        doing = "documents of your library brought up to date" if so_far[1] else "Keeping a copy of your library"
        yield Progress(*so_far, note=doing)
        if stop():
            return False
    made.result()
    return True


def is_old(path: Path) -> bool:
    try:
        with contextlib.closing(connect_read_only(path)) as database:
            return 0 < refuse_newer(database) < VERSION
    except (sqlite3.DatabaseError, DiskTrouble, Unsupported):  # told by whoever opens it
        return False


def bring_up_to_date(database: sqlite3.Connection, path: Path, tell: Tell) -> None:
    version = refuse_newer(database)  # before anything is written
    if version == 0:
        database.execute(f"PRAGMA page_size = {PAGE}")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    if 0 < version < VERSION:
        keep_backup(path)
    if version == 0:
        script(database, DOCUMENTS + ADDED, reindex)
    elif version == 1:
        script(database, FROM_1_TO_2 + ADDED, fill, partial(reindex, tell=tell))
    elif version == 2:
        script(database, "", partial(reindex, tell=tell))
    for statement in BY_TEXT:
        database.execute(statement)


def refuse_newer(database: sqlite3.Connection) -> int:
    """The version of the file; Unsupported when it is one of the future."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise Unsupported(
            "This corpus was written by a newer Mynah.",
            fix="Update Mynah to open it; nothing was changed.",
        )
    return int(version)


def script(database: sqlite3.Connection, statements: str, *then: Callable[[sqlite3.Connection], None]) -> None:
    """All of the statements, what is to be done then, and the version, in one transaction."""
    database.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements.split(";"):
            database.execute(statement)
        for step in then:
            step(database)
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            database.execute("ROLLBACK")
        raise


def fill(database: sqlite3.Connection) -> None:
    """What version 2 knows of every document beyond version 1."""
    numbers = [number for (number,) in database.execute("SELECT id FROM documents ORDER BY id")]
    for number in numbers:
        text, context = database.execute("SELECT text, context FROM documents WHERE id = ?", (number,)).fetchone()
        database.execute(
            "UPDATE documents SET tokens = ?, person = ? WHERE id = ?",
            (about_tokens(text), person(json.loads(context)), number),
        )


def person(context: Sequence[Sequence[str | None]]) -> str:
    """Whom a document answers: of the (author, text, role, …) before it, the last who is somebody else; else ""."""
    return next((author or "" for author, _, role, *_ in reversed(context) if role == "other"), "")


# ---- beside the writer


def begun(work: Callable[P, R], *args: P.args, **named: P.kwargs) -> Future[R]:
    """What comes of work in a thread of its own, which does not keep the program alive."""
    outcome = Future[R]()

    def do() -> None:
        try:
            outcome.set_result(work(*args, **named))
        except BaseException as error:  # noqa: BLE001 - raised where the outcome is waited for
            outcome.set_exception(error)

    threading.Thread(target=do, name=work.__name__, daemon=True).start()
    return outcome


def flush(path: Path) -> None:
    """Bring what is committed from the log into the file, so that its writer need not wait for the disk to do it.

    What cannot be brought there stays in the log, where it is just as safe, and the writer tries again.
    """
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA wal_checkpoint(PASSIVE)")


# ---- backups


def keep_backup(path: Path, stop: Stop = never) -> Path | None:
    """Copy the whole database beside it, as it is committed now, and let go of the oldest copies. None when stopped.

    A gigabyte takes seconds to copy, to check and to bring to the disk, in calls that nobody can break off: a thread
    makes them, and who stops does not wait for it. Raises Damaged, and lets go of no copy, where the new one cannot be
    read from end to end.
    """
    folder = path.parent / BACKUPS
    folder.mkdir(exist_ok=True)
    for left in folder.glob(f"{path.stem}-*.part"):  # by a copy that was stopped, or killed
        with contextlib.suppress(OSError):
            left.unlink()
    target = folder / f"{path.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.sqlite"
    is_stopped = threading.Event()
    made = begun(copy_whole, path, target, is_stopped)
    while not wait([made], LOOK).done:
        if stop():
            is_stopped.set()
            return None
    made.result()
    for old in backups(path)[KEPT:]:
        old.unlink(missing_ok=True)
    return target


def copy_whole(path: Path, target: Path, is_stopped: threading.Event) -> None:
    """A copy that is there whole or not at all; what there is of it when it `is_stopped` goes. Raises Damaged."""
    part = target.with_suffix(".part")

    def heed(*_: int) -> None:
        if is_stopped.is_set():
            raise Interrupted

    texts = begun(has_whole_texts, path)  # read beside the copying, which needs no Python
    try:
        with contextlib.closing(connect_read_only(path)) as source, contextlib.closing(sqlite3.connect(part)) as copy:
            copy.execute("PRAGMA synchronous = OFF")  # all of it is brought to the disk below
            source.backup(copy, pages=1024, progress=heed)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        heed()
        on_disk = begun(sync_file, part)
        is_good = has_whole_pages(part) and texts.result()
        on_disk.result()
        if not is_good:  # or it would take the place of one that is
            raise damaged()
        heed()
        swap(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def backups(path: Path) -> list[Path]:
    """The backups of the database at `path`, newest first."""
    return sorted((path.parent / BACKUPS).glob(f"{path.stem}-*.sqlite"), reverse=True)


def is_whole(path: Path) -> bool:
    """Whether SQLite finds nothing wrong in the file, of which it reads every page, and every text is one.

    Both are asked at once: neither needs Python much, and a second processor is there nearly everywhere.
    """
    pages = begun(has_whole_pages, path)
    texts = has_whole_texts(path)
    return pages.result() and texts


def has_whole_pages(path: Path) -> bool:
    try:
        with contextlib.closing(connect_read_only(path)) as database:
            return bool(database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except (sqlite3.DatabaseError, UnicodeDecodeError, DiskTrouble):
        return False


def has_whole_texts(path: Path) -> bool:
    try:
        with contextlib.closing(connect_read_only(path)) as database:
            for _ in database.execute(f"SELECT {all_texts(database)} FROM documents"):
                pass  # half a character would be told here
            return True
    except (sqlite3.DatabaseError, UnicodeDecodeError, DiskTrouble):
        return False


def all_texts(database: sqlite3.Connection) -> str:
    """All texts of a document as one, which takes two thirds of the time that one by one takes; the long ones last."""
    columns = [name for _, name, kind, *_ in database.execute("PRAGMA table_info(documents)") if kind == "TEXT"]
    return " || ".join(f"ifnull({name}, '')" for name in sorted(columns, key=("text", "context").__contains__))


def holds(path: Path, source: str) -> bool:
    """Whether the file has documents of a source. One that cannot be read has none that anybody could find."""
    try:
        with contextlib.closing(connect_read_only(path)) as database:
            asked = "SELECT EXISTS (SELECT 1 FROM documents WHERE source = ?)"
            return bool(database.execute(asked, (source,)).fetchone()[0])
    except (sqlite3.DatabaseError, DiskTrouble, Unsupported):
        return False


def newest_whole_backup(path: Path) -> Path | None:
    """The newest backup that can be read from end to end."""
    return next((backup for backup in backups(path) if is_whole(backup)), None)


def restore(path: Path) -> Path:
    """Put the newest whole backup where the database is, which stays beside it as `.damaged`; returns the backup."""
    backup = newest_whole_backup(path)
    if backup is None:
        raise Damaged(
            "There is no backup of your corpus that can be read.",
            fix="Move corpus.sqlite out of the project's folder and import again: your own files were never changed.",
        )
    fresh = path.with_suffix(".restored")
    fresh.write_bytes(backup.read_bytes())
    for ending in ("-wal", "-shm"):  # they belong to the damaged file, and would spoil the good one
        path.with_name(path.name + ending).unlink(missing_ok=True)
    if path.exists():
        swap(path, path.with_name(path.name + ".damaged"))
    swap(fresh, path)
    return backup


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
        if any(sign in text for sign in SIGNS_OF_DAMAGE):
            raise damaged() from error
        raise
    except sqlite3.DatabaseError as error:
        raise damaged() from error


@contextlib.contextmanager
def reading_errors() -> Iterator[None]:
    """The same, where what was read becomes what it was before: what cannot was not written by Mynah."""
    with database_errors():
        try:
            yield
        except (ValueError, TypeError, AttributeError) as error:
            raise damaged() from error


def damaged() -> Damaged:
    return Damaged(
        "The corpus file is damaged or is not a Mynah corpus.",
        fix="Put the newest backup in its place with `mynah library --restore`, or move corpus.sqlite out of the"
        " project's folder and import again: your own files were never changed.",
    )
