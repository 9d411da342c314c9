"""Blogger: the feed of a blog, as Takeout writes it today and as Settings, Back up content wrote it before.

Both hold posts, pages, comments and settings in one list and say what is what in words of their own. The user's
comments come with what they answer. What was never published is a draft, and private.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lxml import etree

from core.documents import Document, Item, Skipped, Turn
from core.sources import Guide, Person
from importers import comments, dates
from importers.characters import one_line
from importers.chats import CHARACTERS
from importers.comments import Comment, Under
from importers.elements import elements, named, words
from importers.export import Files
from importers.fragment import from_html
from importers.markup import quotes
from importers.posts import A_PAGE

SIGNS: Final = (b"http://schemas.google.com/blogger/", b"http://schemas.google.com/g/2005#kind")
KIND: Final = "http://schemas.google.com/blogger/2008/kind#"
GONE: Final = ("SOFT_TRASHED", "SPAM", "GHOSTED", "EMPTIED", "PENDING")  # how a state begins that nobody else sees


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list: a post, a page, a comment, or something that nobody wrote."""

    key: str
    kind: str  # post, page, comment, settings, template
    title: str
    html: str
    author: str
    written: datetime | None
    url: str
    is_draft: bool
    parent: str  # the post under which a comment stands
    answers: str  # the comment that it answers


class Blogger:
    guide = Guide(
        source="blogger",
        title="Blogger",
        steps=(
            "On takeout.google.com, choose Blogger alone and create the export.",
            "Wait for the mail that says it is ready, then download the zip.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return b"<feed" in head and any(sign in head for sign in SIGNS)

    def people(self, files: Files) -> list[Person]:
        """Whoever wrote posts. Who alone did is the user."""
        counts = Counter(one.author for name in files.names for one in entries(files, name) if one.kind == "post")
        return [Person(author, author, count, len(counts) == 1) for author, count in counts.most_common()]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name in files.names:
            posts: dict[str, Entry] = {}
            talk: dict[str, list[Comment]] = {}
            for entry in entries(files, name):
                if entry.kind == "comment":
                    talk.setdefault(entry.parent, []).append(comment(entry, me))
                elif entry.kind == "page" and entry.html:
                    yield Skipped(entry.url or entry.key, A_PAGE)
                elif entry.kind == "post":
                    post = document(entry, files.origin(name))
                    posts[entry.key] = beginning(entry, post.text)
                    if post.text and entry.author in me:
                        yield post
            for parent, found in talk.items():
                yield from comments.documents(found, under(posts.get(parent), parent, me, files.origin(name)))


def entries(files: Files, name: str) -> Iterator[Entry]:
    """What stands in a blog's feed, without what was thrown away."""
    for element in elements(files, name, root="feed", tags=("entry",)):
        entry = read(element)
        if entry is not None:
            yield entry


def read(element: etree._Element) -> Entry | None:
    said = {named(child.tag)[1]: words(child).strip() for child in element if isinstance(child.tag, str)}
    state = said.get("status", "")
    if state.startswith(GONE) or said.get("trashed"):
        return None
    return Entry(
        key=said.get("id", ""),
        kind=said.get("type", "").lower() or kind(element),
        title=one_line(from_html(said.get("title", ""))),
        html=said.get("content", "") or said.get("summary", ""),
        author=one_line("".join(words(one) for one in element.iterfind("{*}author/{*}name"))),
        written=dates.from_words(said.get("published", "")),
        url=link(element),
        is_draft=state == "DRAFT" or any(words(one) == "yes" for one in element.iterfind("{*}control/{*}draft")),
        parent=said.get("parent", "") or reference(element),
        answers=said.get("inReplyTo", ""),
    )


def kind(element: etree._Element) -> str:
    terms = (one.get("term", "") for one in element.iterfind("{*}category"))
    return next((str(term).removeprefix(KIND) for term in terms if term.startswith(KIND)), "")


def link(element: etree._Element) -> str:
    return next((str(one.get("href")) for one in element.iterfind("{*}link") if one.get("rel") == "alternate"), "")


def reference(element: etree._Element) -> str:
    """The post that a comment of the older kind stands under."""
    return next((str(one.get("ref", "")) for one in element.iterfind("{*}in-reply-to")), "")


def document(entry: Entry, origin: str) -> Document:
    text = from_html(entry.html)
    return Document(
        source=Blogger.guide.source,
        key=entry.key,
        text=text,
        title=entry.title,
        url=entry.url,
        author=entry.author,
        kind="draft" if entry.is_draft else "post",
        written=entry.written,
        quotes=quotes(text),
        visibility="private" if entry.is_draft else "public",
        origin=origin,
    )


def beginning(entry: Entry, text: str) -> Entry:
    """What is remembered of a post for the comments under it."""
    return replace(entry, html=text[:CHARACTERS])


def comment(entry: Entry, me: frozenset[str]) -> Comment:
    return Comment(
        key=entry.key,
        author=entry.author,
        text=from_html(entry.html),
        written=entry.written,
        mine=entry.author in me,
        parent=entry.answers,
    )


def under(post: Entry | None, key: str, me: frozenset[str], origin: str) -> Under:
    turn = Turn(post.author, post.html, "me" if post.author in me else "other", post.written) if post else None
    return Under(Blogger.guide.source, key, post.title if post else "", post.url if post else "", turn, origin)
