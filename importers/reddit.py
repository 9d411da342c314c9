"""Reddit: the tables that a data request brings. What the user answered is not in them, except where it was quoted."""

import html
from collections import Counter
from collections.abc import Iterator
from typing import Final

from core.documents import Document, Item
from core.sources import Guide, Person
from importers import markup
from importers.characters import straight
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.records import Row, moment, rows

GONE: Final = {"[deleted]", "[removed]", ""}
TABLES: Final = {  # the columns by which a table is known; the first that fits
    "messages": {"permalink", "thread_id", "from", "to", "body"},
    "chats": {"message_id", "username", "message", "channel_url"},
    "posts": {"permalink", "subreddit", "title", "body"},
    "comments": {"permalink", "subreddit", "parent", "body"},
    "facts": {"statistic", "value"},
}


class Reddit:
    guide = Guide(
        source="reddit",
        title="Reddit",
        steps=(
            "On reddit.com/settings/data-request, ask for all of your data.",
            "Wait for the message with the link (up to 30 days), then download the zip.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return table(head) != ""

    def people(self, files: Files) -> list[Person]:
        """The account that the facts name, else whoever is in every conversation."""
        for row in each(files, "facts"):
            if row["statistic"].strip().lower() == "account name" and row["value"]:
                return [Person(row["value"], row["value"], is_me=True)]
        letters = [dict.fromkeys((row["from"], row["to"])) for row in each(files, "messages")]
        counts = Counter(name for names in letters for name in names if name)
        counts.update(row["username"] for row in each(files, "chats") if row["username"])
        return [
            Person(name, name, count, bool(letters) and all(name in names for names in letters))
            for name, count in counts.most_common()
        ]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        author = min(me, default="")
        for name in files.names:
            match table(files.head(name)):
                case "comments" | "posts":
                    found = (post(row, author, files.origin(name)) for row in rows(files, name))
                    yield from (one for one in found if one.text)
                case "messages":
                    yield from talks(files, name, "thread_id", me)
                case "chats":
                    yield from talks(files, name, "channel_url", me)


def table(head: bytes) -> str:
    """Which of the tables begins so; empty for any other file."""
    first = head.decode("utf-8-sig", "replace").partition("\n")[0].lower()
    columns = {column.strip().strip('"') for column in first.split(",")}
    return next((kind for kind, known in TABLES.items() if known <= columns), "")


def each(files: Files, kind: str) -> Iterator[Row]:
    for name in files.names:
        if table(files.head(name)) == kind:
            yield from rows(files, name)


def post(row: Row, author: str, origin: str) -> Document:
    """A comment, or a post with words of its own."""
    words = cleaned(row["body"])
    is_comment = "title" not in row
    return Document(
        source=Reddit.guide.source,
        key=row["id"] or row["permalink"],
        text=words,
        title=straight(html.unescape(row["title"])),
        url=row["permalink"],
        author=author,
        kind="comment" if is_comment else "post",
        written=moment(row["date"]),
        quotes=markup.quotes(words),
        thread=row["link"],
        parent=(row["parent"] or row["link"]) if is_comment else "",
        origin=origin,
    )


def cleaned(body: str) -> str:
    """Markdown, which the tables hold with its entities escaped."""
    return "" if body.strip() in GONE else markup.clean(straight(html.unescape(body)))


def talks(files: Files, name: str, column: str, me: frozenset[str]) -> Iterator[Document]:
    """The user's turns in every conversation of a table; `column` tells the conversations apart."""
    found: dict[str, list[Message]] = {}
    for row in rows(files, name):
        found.setdefault(row[column], []).append(message(row, me))
    for thread, messages in found.items():
        messages.sort(key=lambda one: (one.written is None, one.written and one.written.timestamp(), one.key))
        is_group = len({one.author for one in messages}) > 2
        talk = Talk(source="reddit", thread=thread, is_group=is_group, origin=files.origin(name))
        yield from documents(messages, talk)


def message(row: Row, me: frozenset[str]) -> Message:
    """A private message, or a line of a chat: the same under other names."""
    author = row["from"] or row["username"]
    return Message(
        key=row["message_id"] or row["id"],
        author=author,
        text=cleaned(row["body"] or row["message"]),
        written=moment(row["date"] or row["created_at"]),
        mine=author in me,
        parent=row["thread_parent_message_id"],
    )
