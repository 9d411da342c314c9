"""The walk through a site that lists its posts nowhere but on its own pages. Knows no feed and no map.

Breadth first, so that lists of posts come before what they lead to; with a budget for pages, for depth, and for all
addresses that differ only behind the question mark: calendars and sessions have no end.
"""

import hashlib
from collections import Counter, deque
from typing import Final

import httpx2

from core.documents import Document, Item, Skipped
from core.events import Work
from core.sources import Guide
from importers.html_tree import parsed
from importers.live import site as pages
from importers.live.entries import plain_address
from importers.live.site import Gathering, Site, place
from importers.page import Page, Unreached
from importers.web import Reading, Web, link

MOST_PAGES: Final = 5_000
DEEPEST: Final = 8  # clicks from the first page
QUERIES: Final = 60  # addresses of one path
FRUITLESS: Final = 150  # pages in a row without a post that is new
NOT_THERE: Final = (404, 410)
STARTS: Final = ("", "archive/", "archives/", "blog/", "posts/", "writing/", "all/")


class Crawl:
    """One walk."""

    def __init__(self, site: Site, web: Web, guide: Guide, taken: set[str]) -> None:
        self._site, self._web, self._guide = site, web, guide
        self._taken = taken  # places of posts that are known already
        self._queue = deque((f"{site.origin}{site.folder}{start}", 0) for start in STARTS)
        self._seen = {place(address) for address, _ in self._queue}
        self._paths = Counter[str]()
        self._texts = set[str]()  # hashes: the same text under two addresses is one post

    def read(self, *, known: bool) -> Reading:
        """The posts, as they are come by."""
        self._queue.appendleft((self._site.home, 0))
        gathering = Gathering(self._guide, known=known)
        yield from gathering.settled(self._walk(gathering))

    def _walk(self, gathering: Gathering) -> Reading:
        fruitless = 0
        for _ in range(MOST_PAGES):
            if not self._queue or fruitless > FRUITLESS:
                break
            found = yield from self._next()
            fruitless = 0 if isinstance(found, Document) else fruitless + 1
            if isinstance(found, Document):
                yield from gathering.take(found)
            elif found:
                yield found

    def _next(self) -> Work[Item | None]:
        """The next page of the walk: its links join the queue, and its post is returned if it is one and new.

        A page that a link leads to and that is not to be had is a skip, unless it is only not there any more.
        """
        address, depth = self._queue.popleft()
        try:
            page = yield from self._web.get(address)
        except Unreached as error:
            return Skipped(address, error.reason) if depth and error.status not in NOT_THERE else None
        if not pages.is_html(page) or not self._site.holds(page.url):
            return None
        if depth < DEEPEST:
            self._follow(page, depth)
        item = pages.item(page, address, self._guide.source)
        if isinstance(item, Skipped) or item.key in self._taken:
            return None
        mark = hashlib.sha256(item.text.encode("utf-8", "surrogatepass")).hexdigest()
        if mark in self._texts:
            return None
        self._texts.add(mark)
        self._taken.add(item.key)
        return item

    def _follow(self, page: Page, depth: int) -> None:
        """Put what the page leads to into the queue: what goes on with a list first.

        Page after page of a list is no deeper than its first one, as long as each shows something new.
        """
        tree = parsed(page.text)
        if tree is None:
            return
        onward, shows_more = list[str](), False
        for element in tree.iter("a", "link"):
            address = link(page.url, element.get("href"))
            if not address or (element.tag == "link" and element.get("rel") != "next"):
                continue
            goes_on = "next" in (element.get("rel") or "") or "older" in "".join(element.itertext()).lower()
            if not (self._site.may_hold_post(address) or (goes_on and self._site.holds(address))):
                continue
            address = plain_address(address)
            path = httpx2.URL(address).path
            if place(address) in self._seen or self._paths[path] >= QUERIES:
                continue
            self._seen.add(place(address))
            self._paths[path] += 1
            if goes_on:
                onward.append(address)
            else:
                shows_more = True
                self._queue.append((address, depth + 1))
        self._queue.extendleft((address, depth if shows_more else depth + 1) for address in onward)
