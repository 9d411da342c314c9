"""iMessage: the chat.db of a Mac. It is copied and the copy read, so the program that keeps it is never in the way.

Newer systems leave the text of a message empty and keep it in a blob, a typedstream, in which it is the first string.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from core.documents import Document, Item
from core.sources import Guide, Person
from importers.characters import one_line
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.members import BUFFER, Damaged, Stopped
from importers.records import seconds

Row: TypeAlias = Mapping[str, object]

DATABASE: Final = b"SQLite format 3\0"
LOG: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")  # what is newest, not yet in the database itself
COLUMNS: Final = (
    "guid", "text", "attributedBody", "is_from_me", "date", "handle_id", "associated_message_type", "item_type",
    "thread_originator_guid", "date_retracted",
)  # fmt: skip
EPOCH: Final = 978_307_200  # seconds from 1970 to 2001, with which Apple begins
NANOSECONDS: Final = 1e11  # a larger date counts these
REACTIONS: Final = range(2000, 4000)
GROUP: Final = 43
OFTEN: Final = 100_000  # steps of the database between two looks at whether to stop
OBJECT: Final = "\ufffc"  # stands where a picture is


class IMessage:
    guide = Guide(
        source="imessage",
        title="iMessage",
        is_lone=True,
        steps=(
            "On your Mac, close Messages, and in Finder choose Go, Go to Folder, and type ~/Library/Messages.",
            "Copy chat.db, and chat.db-wal if it is there, into a folder of your own.",
            "Choose that folder here.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        if head.startswith(LOG):
            return name.endswith("chat.db-wal")
        return head.startswith(DATABASE) and (b"attributedBody" in head or name.endswith("chat.db"))

    def people(self, files: Files) -> list[Person]:
        """Nobody else: each message says whether it was sent or received."""
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name in files.names:
            if files.head(name).startswith(DATABASE):
                yield from conversations(files, name)


def conversations(files: Files, name: str) -> Iterator[Document]:
    """The user's turns in each conversation of one database."""
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "chat.db"
            for member, copy in ((name, path), (f"{name}-wal", path.with_name("chat.db-wal"))):
                if member in files.names:
                    with files.open(member) as stream, copy.open("wb") as out:
                        shutil.copyfileobj(stream, out, BUFFER)
            with closing(opened(path, files)) as database:
                yield from talks(database, files.origin(name))
    except (Damaged, sqlite3.Error, UnicodeDecodeError):  # the last: names of columns
        if files.archive.meter.stop():
            raise Stopped from None
        files.note_damage(name)


def opened(path: Path, files: Files) -> sqlite3.Connection:
    """The copy, read-only, believing nothing that stands in its schema, and listening to whether to stop."""
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    database.set_progress_handler(files.archive.meter.stop, OFTEN)
    database.execute("PRAGMA trusted_schema = OFF")
    return database


def talks(database: sqlite3.Connection, origin: str) -> Iterator[Document]:
    handles = {row["ROWID"]: str(row["id"]) for row in rows(database, "handle", ("id",))}
    chats = {row["ROWID"]: row for row in rows(database, "chat", ("display_name", "chat_identifier", "style"))}
    for place, found in groupby(messages(database), key=lambda row: row["place"]):
        chat = chats.get(place, {})
        spoken = [message(row, handles) for row in found]
        others = sorted({one.author for one in spoken if not one.mine})
        named = chat.get("display_name") or chat.get("chat_identifier") or ", ".join(others[:3]) or place
        talk = Talk(
            source=IMessage.guide.source,
            thread=one_line(f"Messages with {named}"),
            is_group=chat.get("style") == GROUP or len(others) > 1,
            origin=origin,
        )
        yield from documents(spoken, talk)


def messages(database: sqlite3.Connection) -> Iterator[dict[str, object]]:
    """Every message with its `place`: the conversation, else whoever it came from or went to."""
    known = columns(database, "message") & set(COLUMNS)
    wanted = ", ".join(f"message.{one}" for one in COLUMNS if one in known)
    joined = "chat_message_join" if columns(database, "chat_message_join") else "(SELECT 0 AS chat_id, 0 AS message_id)"
    query = (
        f"SELECT {wanted}, coalesce(joined.chat_id, 'handle ' || message.handle_id, '') AS place FROM message"
        f" LEFT JOIN {joined} AS joined ON joined.message_id = message.ROWID"
        " ORDER BY place, message.date, message.ROWID"
    )
    yield from map(dict, database.execute(query))


def rows(database: sqlite3.Connection, table: str, wanted: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """The rows of a small table; none when this system has no such table."""
    names = [one for one in wanted if one in columns(database, table)]
    if names:
        yield from map(dict, database.execute(f"SELECT ROWID AS ROWID, {', '.join(names)} FROM {table}"))


def columns(database: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns, which change with the system. A view is no table: it could run for ever."""
    found = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    return {str(row["name"]) for row in database.execute(f"PRAGMA table_info({table})")} if found else set()


def message(row: Row, handles: Mapping[object, str]) -> Message:
    """A message; without words where it only says that somebody liked another, or was taken back."""
    kind = row.get("associated_message_type")
    mute = row.get("item_type") or row.get("date_retracted") or (isinstance(kind, int) and kind in REACTIONS)
    words = row.get("text") or in_blob(row.get("attributedBody"))
    mine = bool(row.get("is_from_me"))
    return Message(
        key=str(row.get("guid")),
        author="" if mine else handles.get(row.get("handle_id")) or f"handle {row.get('handle_id')}",
        text="" if mute else str(words).replace(OBJECT, ""),
        written=since_2001(row.get("date")),
        mine=mine,
        parent=str(row.get("thread_originator_guid") or ""),
    )


def since_2001(stamp: object) -> datetime | None:
    if not isinstance(stamp, int) or not stamp:
        return None
    return seconds(EPOCH + (stamp / 1e9 if abs(stamp) > NANOSECONDS else stamp))


def in_blob(blob: object) -> str:
    """The first string of a typedstream: after its class comes a plus, then its length in one, two or four bytes."""
    if not isinstance(blob, bytes):
        return ""
    _, _, rest = blob.partition(b"NSString")
    _, _, rest = rest.partition(b"+")
    wide = {0x81: 2, 0x82: 4}.get(rest[0], 0) if rest else 0
    length = int.from_bytes(rest[1 : 1 + wide], "little") if wide else int.from_bytes(rest[:1])
    start = 1 + wide
    return rest[start : start + length].decode("utf-8", "replace")
