"""YouTube: the comments and live chats that the user wrote, as Takeout lists them. What they answer is not there.

Names of files and columns are in the language of the account, and columns have come and gone: a cell is known by what
is in it.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from core.documents import Document, Item, Skipped
from core.sources import Guide, Person
from importers.characters import straight, tidy
from importers.export import Files
from importers.records import Row, moment, rows, text

SIGNS: Final = (b'"{""text"":', b",UC")  # the cell with the words, the user's channel
COLUMNS: Final = (b"channel id", b"comment text")  # of the older tables, in English, whose words are plain
WORDS: Final = '{"text":'
PLAIN: Final = "comment text"
COMMENT: Final = re.compile(r"Ug[\w.-]{2,}")
VIDEO: Final = re.compile(r"[\w-]{11}")
MENTIONS: Final = re.compile(r"(?:@\S+\s+)+")
BROKEN: Final = "This comment is damaged, and was left out."


class YouTubeComments:
    guide = Guide(
        source="youtube_comments",
        title="YouTube comments",
        steps=(
            "On takeout.google.com, choose YouTube alone, and of its data only comments and live chats.",
            "Wait for the mail that says it is ready, then download the zip.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        header = head.partition(b"\n")[0].lower()
        return all(sign in head for sign in SIGNS) or all(column in header for column in COLUMNS)

    def people(self, files: Files) -> list[Person]:
        """Nobody: the list holds the user's comments alone."""
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name in files.names:
            for row in rows(files, name):
                yield comment(row, files.origin(name))


def comment(row: Row, origin: str) -> Item:
    key, *cells = row.values() or [""]
    raw = row[PLAIN] or next((cell for cell in cells if cell.startswith(WORDS)), "")
    others = [cell for cell in cells if cell != raw]
    parent = first(COMMENT, others)  # or the post of a channel
    try:
        words = tidy(straight(spoken(raw)).split("\n"))
    except (ValueError, RecursionError):
        return Skipped(f"{origin}: {key}", BROKEN)
    if parent and (mentions := MENTIONS.match(words)):
        words = words[mentions.end() :]
    if not words:
        return Skipped(f"{origin}: {key}", "There are no words in this comment.")
    video = first(VIDEO, others)
    return Document(
        source=YouTubeComments.guide.source,
        key=key,
        text=words,
        url=f"https://www.youtube.com/watch?v={video}&lc={key}" if video else "",
        kind="comment",
        written=next((found for found in map(moment, others) if found), None),
        thread=f"https://www.youtube.com/watch?v={video}" if video else "",
        parent=parent,
        origin=origin,
    )


def first(kind: re.Pattern[str], cells: list[str]) -> str:
    return next((cell for cell in cells if kind.fullmatch(cell)), "")


def spoken(raw: str) -> str:
    """The words of a cell: pieces of JSON with commas between them, or just words. Raises ValueError."""
    if not raw.startswith(WORDS):
        return raw
    return "".join(text(piece, "text") for piece in json.loads(f"[{raw}]"))
