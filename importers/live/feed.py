"""Feeds by their address: RSS, Atom and JSON Feed, page by page to the oldest entry. Knows no blog platform."""

from collections import Counter
from typing import Final

import httpx2

from core.documents import Document, Item, Skipped
from core.events import Work
from core.sources import Guide, People, Person
from importers.base import Ahead
from importers.characters import one_line
from importers.extraction import article
from importers.live import entries
from importers.live.entries import Entries, Entry
from importers.markup import quotes
from importers.page import Page, Unreached
from importers.web import Reading, Web

MOST_PAGES: Final = 2_000
PAST_THE_END: Final = (400, 404, 410)


class Feed:
    guide = Guide(
        source="feed",
        title="Feed (RSS, Atom, JSON Feed)",
        steps=(
            "Open your site and look for the word RSS or Feed, or for its orange sign.",
            "Copy the address behind it; it often ends with /feed, /rss.xml or /atom.xml.",
            "Paste it here.",
        ),
    )

    def can_read(self, address: str) -> bool:
        return False

    def knows(self, page: Page) -> bool:
        return entries.is_feed(page)

    def read(self, address: str, web: Web) -> Reading:
        page = yield from web.get(address)
        if not entries.is_feed(page):
            raise Unreached("There is no feed at this address.")
        yield Ahead(how="A feed, page by page")
        yield from documents(page, web, self.guide)


def documents(page: Page, web: Web, guide: Guide) -> Reading:
    """Every entry of the feed that begins with `page`."""
    seen: set[str] = set()
    for number in range(1, MOST_PAGES):
        found = entries.read(page)
        if number == 1:
            yield People(guide.source, guide.title, writers(found))
        fresh = [one for one in found.entries if one.id not in seen]
        for entry in fresh:
            yield (yield from item(entry, web, guide.source))
        seen.update(one.id for one in fresh)
        following = next_page(page, found, number)
        if not fresh or not following:
            return
        try:
            page = yield from web.get(following)
        except Unreached as error:
            if error.status not in PAST_THE_END:
                raise
            return
        if not entries.is_feed(page):
            return


def next_page(page: Page, found: Entries, number: int) -> str:
    """The address of the page behind this one: as the feed says it, or as WordPress has it."""
    if found.more or not found.is_wordpress:
        return found.more
    return str(httpx2.URL(page.url).copy_set_param("paged", str(number + 1)))


def writers(found: Entries) -> tuple[Person, ...]:
    """Who writes in a feed: the only one is the user."""
    counts = Counter(one.author for one in found.entries if one.author)
    return tuple(Person(name, name, count, len(counts) == 1) for name, count in counts.most_common())


def under(title: str, text: str) -> str:
    """`text` without the heading that only repeats its title."""
    first, _, rest = text.partition("\n")
    return rest.lstrip("\n") if first.startswith("#") and one_line(first.lstrip("# ")) == title else text


def item(entry: Entry, web: Web, source: str) -> Work[Item]:
    """The document of an entry; where the feed gives only its beginning, its page is asked for the rest."""
    text = entry.text
    flags: tuple[str, ...] = ()
    if not entry.is_whole and entry.url:
        try:
            page = yield from web.get(entry.url)
            whole = under(entry.title, article(page.text).text)
        except Unreached as error:
            if not text:
                return Skipped(entry.url, error.reason)
            whole = ""
        text = whole if len(whole) > len(text) else text
        flags = () if whole else ("partial",)
    if not text:
        return Skipped(entry.url or entry.id, "There are no words in this entry.")
    return Document(
        source=source,
        key=entry.id or entry.url,
        text=text,
        title=entry.title,
        url=entry.url,
        author=entry.author,
        kind="comment" if entry.parent else "post",
        written=entry.written,
        quotes=quotes(text),
        parent=entry.parent,
        flags=flags,
    )
