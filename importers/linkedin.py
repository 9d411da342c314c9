"""LinkedIn: shares, comments, articles and messages out of the larger archive. What a comment answers is not in it.

Every table escapes quotation marks in a way of its own.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from core.documents import Document, Item, Skipped
from core.sources import Guide, Person
from importers import dates
from importers.characters import one_line, straight, tidy
from importers.chats import Message, Talk, documents
from importers.elements import words
from importers.export import Files
from importers.fragment import from_html, leave_out
from importers.html_tree import in_markdown, parsed
from importers.markup import quotes
from importers.records import Row, fingerprint, moment, rows, whole_text
from importers.records import parsed as read_as

TABLES: Final = {  # the columns by which a table is known
    "shares": ("date", "sharelink", "sharecommentary"),
    "messages": ("conversation id", "from", "content"),
    "profile": ("first name", "last name", "headline"),
    "recommendations": ("first name", "last name", "text", "creation date", "status"),
    "invitations": ("from", "to", "sent at", "message", "direction"),
}
COMMENTS: Final = "date,link,message"
ARTICLE: Final = re.compile(rb"<h1>\s*<a href=\"https://www\.linkedin\.com/pulse/", re.IGNORECASE)
DATES: Final = {"created", "published"}
TO_ALL: Final = {"PUBLIC", "MEMBER_NETWORK", ""}  # MEMBER_NETWORK: whoever has an account
TAG: Final = re.compile(r"</?(?:p|br|div|span|a|b|i|ul|ol|li|strong|em)\b[^<>]*+>", re.IGNORECASE)
JOINED: Final = '"\n"'  # how some exports join the lines of a share
GIVEN: Final = "given"  # in the name of a table: those that the user got look the same, and are others' words
AMERICAN: Final = "%m/%d/%y, %I:%M %p"
EMPTY: Final = "There are no words in this article."
NOBODY: Final = re.compile(r"LinkedIn (?!Member$).+")  # the service itself; a member without a name is one who left


class LinkedIn:
    guide = Guide(
        source="linkedin",
        title="LinkedIn",
        steps=(
            "On linkedin.com, open Settings, Data privacy, Get a copy of your data.",
            "Choose the larger archive, and wait for the mail that says it is ready (up to a day).",
            "Download the zip, and choose it here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return table(head) != ""

    def people(self, files: Files) -> list[Person]:
        """Whoever wrote messages, first the one whom the profile names, or who is in every conversation."""
        named = {f"{row['first name']} {row['last name']}".strip() for row in each(files, "profile")}
        counts, names, talks = Counter[str](), dict[str, str](), dict[str, set[str]]()
        for row in each(files, "messages"):
            counts[sender(row)] += 1
            names[sender(row)] = row["from"]
            talks.setdefault(row["conversation id"], set()).update({sender(row), *receivers(row)})
        always = set[str].intersection(*talks.values()) if len(talks) > 1 else set()
        owner = {id for id in counts if names[id] in named} or {id for id in counts if id in always and not named}
        found = [Person(id, names[id], count, id in owner) for id, count in counts.most_common()]
        found.sort(key=lambda one: not one.is_me)
        return found if owner or not named else [*(Person(one, one, is_me=True) for one in sorted(named)), *found]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        author = next((one.name for one in self.people(files) if one.id in me), "")
        for name in files.names:
            origin = files.origin(name)
            match table(files.head(name)):
                case "shares":
                    yield from (one for row in rows(files, name) if (one := share(row, author, origin)).text)
                case "comments":
                    found = (comment(row, author, origin) for row in rows(files, name, escape="\\"))
                    yield from (one for one in found if one.text)
                case "article":
                    yield article(whole_text(files, name), author, origin)
                case "messages":
                    yield from talks_in(files, name, me)
                case "profile":
                    yield from (one for row in rows(files, name) if (one := summary(row, origin)).text)
                case "recommendations" if GIVEN in name.lower():
                    yield from (one for row in rows(files, name) if (one := recommendation(row, author, origin)).text)
                case "invitations":
                    sent = (row for row in rows(files, name) if row["direction"].upper() == "OUTGOING")
                    yield from (one for row in sent if (one := invitation(row, author, origin)).text)


def table(head: bytes) -> str:
    """Which of the files begins so; empty for any other."""
    header = head.decode("utf-8-sig", "replace").partition("\n")[0].strip().lower().replace('"', "")
    if header == COMMENTS:
        return "comments"
    columns = header.split(",")
    found = next((kind for kind, known in TABLES.items() if all(column in columns for column in known)), "")
    return found or ("article" if ARTICLE.search(head) else "")


def each(files: Files, kind: str) -> Iterator[Row]:
    for name in files.names:
        if table(files.head(name)) == kind:
            yield from rows(files, name)


def share(row: Row, author: str, origin: str) -> Document:
    said = row["sharecommentary"].replace("\r\n", "\n")
    if said.count("\n") == said.count(JOINED):
        said = said.replace(JOINED, "\n")
    return Document(
        source=LinkedIn.guide.source,
        key=row["sharelink"] or fingerprint(row["date"], said),
        text=plain(said),
        url=row["sharelink"],
        author=author,
        written=moment(row["date"]),
        visibility="public" if row["visibility"] in TO_ALL else "unlisted",
        origin=origin,
    )


def comment(row: Row, author: str, origin: str) -> Document:
    return Document(
        source=LinkedIn.guide.source,
        key=fingerprint(row["date"], row["link"], row["message"]),
        text=plain(row["message"]),
        author=author,
        kind="comment",
        written=moment(row["date"]),
        parent=row["link"],
        visibility="unlisted",  # whoever may see the post may see what is under it
        origin=origin,
    )


def summary(row: Row, origin: str) -> Document:
    """What the user says of themself. There is one: a newer export changes it."""
    return Document(
        source=LinkedIn.guide.source,
        key="summary",
        text=plain(row["summary"]),
        author=f"{row['first name']} {row['last name']}".strip(),
        kind="note",
        origin=origin,
    )


def recommendation(row: Row, author: str, origin: str) -> Document:
    return Document(
        source=LinkedIn.guide.source,
        key=fingerprint(row["first name"], row["last name"], row["creation date"], row["text"]),
        text=plain(row["text"]),
        title=one_line(f"{row['first name']} {row['last name']}"),
        author=author,
        kind="review",
        written=on_clock(row["creation date"]),
        zone_known=False,
        visibility="public" if row["status"].upper() == "VISIBLE" else "private",
        origin=origin,
    )


def invitation(row: Row, author: str, origin: str) -> Document:
    return Document(
        source=LinkedIn.guide.source,
        key=fingerprint(row["to"], row["sent at"], row["message"]),
        text=plain(row["message"]),
        author=author,
        kind="message",
        written=on_clock(row["sent at"]),
        zone_known=False,
        thread=f"Invitation of {row['to']}",
        visibility="private",
        origin=origin,
    )


def on_clock(words: str) -> datetime | None:
    """`9/5/26, 1:12 AM`."""
    return read_as(lambda stamp: datetime.strptime(stamp, AMERICAN).replace(tzinfo=UTC), straight(words).strip())


def plain(said: str) -> str:
    return tidy(straight(said).split("\n"))


def article(page: str, author: str, origin: str) -> Item:
    tree = parsed(page)
    heading = None if tree is None else tree.find(".//h1")
    if tree is None or heading is None:
        return Skipped(origin, EMPTY)
    link, published = heading.find("a"), tree.find(".//p[@class='published']")
    url = "" if link is None else str(link.get("href"))
    title, day = one_line(words(heading)), "" if published is None else words(published)
    text = written(tree, heading)
    if not text:
        return Skipped(origin, EMPTY)
    return Document(
        source=LinkedIn.guide.source,
        key=url or origin,
        text=text,
        title=title,
        url=url,
        author=author,
        kind="draft" if published is None else "post",
        written=dates.from_words(day.removeprefix("Published on ")),
        zone_known=False,
        quotes=quotes(text),
        visibility="private" if published is None else "public",
        origin=origin,
    )


def written(tree: etree._Element, heading: etree._Element) -> str:
    """What stands below the heading of an article and its dates."""
    heading.set("class", "published")  # to be left out like them
    leave_out(tree, DATES)
    return in_markdown(tree, {"head"})


def talks_in(files: Files, name: str, me: frozenset[str]) -> Iterator[Document]:
    """The user's turns in every conversation; the newest stands first in the file."""
    found: dict[str, list[Message]] = {}
    groups: set[str] = set()
    for row in rows(files, name):
        if not NOBODY.fullmatch(row["from"]):
            found.setdefault(row["conversation id"], []).append(message(row, me))
            groups |= {row["conversation id"]} if len(receivers(row)) > 1 else set()
    for thread, messages in found.items():
        messages.sort(key=lambda one: one.written.timestamp() if one.written else 0.0)
        talk = Talk(source=LinkedIn.guide.source, thread=thread, is_group=thread in groups, origin=files.origin(name))
        yield from documents(messages, talk)


def message(row: Row, me: frozenset[str]) -> Message:
    said = row["content"]
    return Message(
        key=fingerprint(row["conversation id"], row["date"], sender(row), said),
        author=row["from"],
        text=from_html(said.replace("\n", "<br>")) if TAG.search(said) else said,
        written=moment(row["date"]),
        mine=sender(row) in me,
    )


def sender(row: Row) -> str:
    return row["sender profile url"] or row["from"]


def receivers(row: Row) -> list[str]:
    return [one for one in row["recipient profile urls"].split(",") if one] or [row["to"]]
