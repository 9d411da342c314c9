"""Hacker News by name: everything somebody wrote there, each with what it answers. Knows no page.

The search gives a thousand items and no more, so that it is asked again for what is older than the oldest.
"""

import re
from typing import Final
from urllib.parse import quote

from core.documents import Document, Skipped, Turn
from core.events import Work
from core.sources import Guide, People, Person
from importers.base import Ahead
from importers.fragment import from_html
from importers.live.entries import unescaped
from importers.markup import quotes
from importers.page import Page, Unreached
from importers.records import Record, at, identity, moment, records, text
from importers.web import Reading, Web

SERVICE: Final = "https://hn.algolia.com/api/v1"
SITE: Final = "https://news.ycombinator.com"
NAMED: Final = re.compile(
    r"hn:(?P<a>[\w-]+)|https?://news\.ycombinator\.com/(?:user|threads|submitted)\?id=(?P<b>[\w-]+)"
)
TOGETHER: Final = 1000


class HackerNews:
    guide = Guide(
        source="hacker_news",
        title="Hacker News (by name)",
        steps=(
            "Open your profile on news.ycombinator.com.",
            "Copy its address, or write hn: and your name.",
            "Paste it here. No login is needed.",
        ),
    )

    def can_read(self, address: str) -> bool:
        return NAMED.match(address) is not None

    def knows(self, page: Page) -> bool:
        return False

    def read(self, address: str, web: Web) -> Reading:
        named = NAMED.match(address)
        name = (named["a"] or named["b"]) if named else ""
        yield People(self.guide.source, self.guide.title, (Person(name, name, 0, is_me=True),))
        seen: set[str] = set()
        before = ""
        while True:
            page = yield from web.get(
                f"{SERVICE}/search_by_date?tags=author_{quote(name)}&hitsPerPage={TOGETHER}{before}", service=True
            )
            found = page.json()
            hits = records(found, "hits")  # the oldest of the page before is among them again
            fresh = [one for one in hits if identity(one, "objectID") not in seen]
            if not seen:
                total = at(found, "nbHits")
                yield Ahead(how="All stories and comments", items=total if isinstance(total, int) else len(fresh))
            if not fresh:
                return
            for one in fresh:
                seen.add(identity(one, "objectID"))
                yield (yield from item(one, name, web))
            oldest = identity(fresh[-1], "created_at_i")
            if len(hits) < TOGETHER or not oldest:
                return
            before = f"&numericFilters=created_at_i%3C%3D{oldest}"


def item(hit: Record, name: str, web: Web) -> Work[Document | Skipped]:
    """A comment with what it answers, or a story with words of its own."""
    number = identity(hit, "objectID")
    is_comment = bool(text(hit, "comment_text"))
    words = from_html(text(hit, "comment_text") or text(hit, "story_text"))
    if not words:
        return Skipped(f"{SITE}/item?id={number}", "This is a link to what somebody else wrote.")
    context = (yield from parent(hit, web)) if is_comment else ()
    return Document(
        source=HackerNews.guide.source,
        key=number,
        text=words,
        title=unescaped(text(hit, "title") or text(hit, "story_title")),
        url=f"{SITE}/item?id={number}",
        author=name,
        kind="comment" if is_comment else "post",
        written=moment(text(hit, "created_at")),
        quotes=quotes(words),
        thread=identity(hit, "story_id"),
        parent=identity(hit, "parent_id"),
        context=context,
    )


def parent(hit: Record, web: Web) -> Work[tuple[Turn, ...]]:
    """What a comment answers: the story, whose title is known, or a comment, which is asked for."""
    above, story = identity(hit, "parent_id"), unescaped(text(hit, "story_title"))
    if not above or above == identity(hit, "story_id"):
        return (Turn("", story),) if story else ()
    try:
        page = yield from web.get(f"{SERVICE}/items/{quote(above)}", service=True)
        found = page.json()
    except Unreached:
        return ()
    words = from_html(text(found, "text"))
    return (Turn(text(found, "author"), words, "other", moment(text(found, "created_at"))),) if words else ()
