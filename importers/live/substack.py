"""Substack by its address: the list of a publication's posts, then each post. Knows neither exports nor pages.

What only paying readers see is skipped: without a login half of it is there, and half a text teaches to stop in the
middle. The export of the publication has it whole.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

import httpx2

from core.documents import Document, Item, Skipped
from core.events import Note, Work
from core.sources import Guide, People, Person
from importers.base import Ahead
from importers.characters import one_line
from importers.fragment import from_html
from importers.live import entries, feed
from importers.markup import quotes
from importers.page import Page, Unreached
from importers.records import Record, identity, moment, records, text
from importers.substack import AROUND, THANKS
from importers.web import TOO_MUCH, Reading, Web

SIGN: Final = b"substackcdn.com/bundle"
TOGETHER: Final = 12  # posts in one answer, as the page itself asks
MOST: Final = 20_000  # posts: a letter a day for half a century
PAUSE: Final = 2.0  # seconds: it answers 429 to faster ones
PAID: Final = ("only_paid", "founding")


class Substack:
    guide = Guide(
        source="substack",
        title="Substack (by its address)",
        steps=(
            "Open your publication in a browser.",
            "Copy its address, such as https://yourname.substack.com.",
            "Paste it here. For posts that only paying readers see, import the export instead.",
        ),
    )

    def can_read(self, address: str) -> bool:
        return address.startswith("https://") and httpx2.URL(address).host.endswith(".substack.com")

    def knows(self, page: Page) -> bool:
        return is_substack(page)

    def read(self, address: str, web: Web) -> Reading:
        url = httpx2.URL(address)
        root, is_open = f"{url.scheme}://{url.netloc.decode('ascii')}", False
        try:
            for event in posts(root, web, self.guide):
                is_open |= isinstance(event, People)
                yield event
        except Unreached as error:
            if is_open or error.is_gone:
                raise
            yield Ahead(how="Its feed: Substack's own interface is closed")
            page = yield from web.get(f"{root}/feed")
            if not entries.is_feed(page):
                raise
            yield from feed.documents(page, web, self.guide)


def is_substack(page: Page) -> bool:
    """Whether a page, at an address of its own, is one of Substack's: it loads its pictures and programs there."""
    return SIGN in page.body


def posts(root: str, web: Web, guide: Guide) -> Reading:
    """Every post of the publication at `root`, the newest first."""
    yield Ahead(how="Substack, by its own interface")
    web.fetcher.slow_down(root, PAUSE)
    known = yield from archive(root, web)
    yield People(guide.source, guide.title, writers(known))
    yield Ahead(items=len(known), first=moment(text(known[-1], "post_date")) if known else None)
    for one in known:
        yield (yield from item(one, root, web, guide.source))


def archive(root: str, web: Web) -> Work[list[Record]]:
    """What the publication lists, without the texts."""
    known: dict[str, Record] = {}
    while True:
        if len(known) >= MOST:
            yield Note(TOO_MUCH.format(MOST))
            break
        try:
            page = yield from web.get(f"{root}/api/v1/archive?sort=new&offset={len(known)}&limit={TOGETHER}")
            found = page.json()
        except Unreached as error:
            if not known or error.is_gone:
                raise
            yield Note(f"{error.reason} What was listed until then is read.")
            break
        listed = records({"posts": found}, "posts") or records(found, "posts")
        fresh = {identity(one, "id"): one for one in listed if identity(one, "id") not in known}
        known.update(fresh)
        if not fresh:
            break
    return list(known.values())


def writers(known: Iterable[Record]) -> tuple[Person, ...]:
    counts = Counter(filter(None, map(author, known)))
    return tuple(Person(name, name, count, len(counts) == 1) for name, count in counts.most_common())


def author(post: Record) -> str:
    """The name under a post, or all of them: what several wrote is nobody's own."""
    return one_line(" & ".join(text(one, "name") for one in records(post, "publishedBylines")))


def item(post: Record, root: str, web: Web, source: str) -> Work[Item]:
    """One post in full."""
    slug, url = text(post, "slug"), text(post, "canonical_url")
    if text(post, "audience") in PAID:
        return Skipped(url or slug, "Only paying readers see this post. The export of your publication has it.")
    try:
        page = yield from web.get(f"{root}/api/v1/posts/{quote(slug, safe='')}")
        body = text(page.json(), "body_html")
    except Unreached as error:
        return Skipped(url or slug, error.reason)
    words = THANKS.sub("", from_html(body, AROUND)).strip()
    if not words:
        return Skipped(url or slug, "There are no words in this post.")
    return Document(
        source=source,
        key=f"{identity(post, 'id')}.{slug}",  # as the export has it
        text=words,
        title=one_line(text(post, "title")),
        url=url,
        author=author(post),
        written=moment(text(post, "post_date")),
        quotes=quotes(words),
    )
