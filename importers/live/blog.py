"""A blog by its address, whatever it runs on: by the interface of its program, its feed, its sitemap, or on foot.

The first way that gives everything is the only one. A feed is often only the beginning, so that what it lacks is
looked for in the sitemap; and who lists nothing is walked through.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import httpx2
from lxml import etree
from msgspec.structs import replace

from core.documents import Document
from core.events import Work
from core.sources import Guide, People
from importers.base import Ahead
from importers.html_tree import parsed
from importers.live import entries, feed, sitemap, substack, tumblr, wordpress_rest
from importers.live.crawl import Crawl
from importers.live.site import Site, is_html, place, posts
from importers.page import Page, Unreached
from importers.web import Reading, Web, link

ENOUGH: Final = 5  # posts: fewer are a sign that the list is not one
KINDS: Final = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")
FEEDS: Final = ("feed/", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json")
NOTHING: Final = "There are no posts at this address that Mynah could find."


class Blog:
    guide = Guide(
        source="blog",
        title="Your blog or site",
        steps=(
            "Open your blog in a browser.",
            "Copy the address of its first page.",
            "Paste it here. If its robots.txt keeps programs out, say that it is your own site.",
        ),
    )

    def can_read(self, address: str) -> bool:
        return False

    def knows(self, page: Page) -> bool:
        return is_html(page)

    def read(self, address: str, web: Web) -> Reading:
        page = yield from web.get(address)
        site, so_far = Site(page.url), SoFar()
        tree = parsed(page.text)
        if tree is None:
            raise Unreached(NOTHING)
        for way in interfaces(site, page, tree, web):
            yield from so_far.tried(way())
            if so_far.places:
                return
        yield Ahead(how="Its feed")
        found = yield from first_feed(site, page, tree, web)
        if found:
            yield from so_far.tried(feed.documents(found, web, self.guide))
        listed = yield from sitemap.addresses(site, web)
        known = so_far.places | {place(site.home)}
        rest = {one: day for one, day in listed.items() if place(one) not in known}
        if rest:
            yield Ahead(how="Its sitemap, page by page", items=len(so_far.places) + len(rest))
            yield from so_far.tried(posts(rest, web, self.guide, known=so_far.is_known))
        if not listed or len(so_far.places) < ENOUGH:
            yield Ahead(how="On foot, from page to page")
            walk = Crawl(site, web, self.guide, set(so_far.places))
            yield from so_far.tried(walk.read(known=so_far.is_known))
        if not so_far.places:
            raise Unreached(NOTHING)


@dataclass(slots=True)
class SoFar:
    """What the ways that were tried have given."""

    places: set[str] = field(default_factory=set)
    is_known: bool = False  # who writes here

    def tried(self, way: Reading) -> Reading:
        """What a way yields that no other has. One that is closed is passed over; one that breaks off is not."""
        before = len(self.places)
        try:
            for event in way:
                if isinstance(event, People) and self.is_known:
                    continue
                if isinstance(event, Document):
                    event = replace(event, key=place(event.url) if event.url else event.key)
                    if event.key in self.places:
                        continue
                    self.places.add(event.key)
                self.is_known |= isinstance(event, People)
                yield event
        except Unreached:
            if len(self.places) > before:
                raise


def interfaces(site: Site, page: Page, tree: etree._Element, web: Web) -> Iterator[Callable[[], Reading]]:
    """The ways that give everything, of those that this page shows signs of."""
    program, host = generator(tree), httpx2.URL(page.url).host
    if api := wordpress_rest.root(page, tree):
        yield lambda: wordpress_rest.read(api, web, Blog.guide)
    elif program.startswith("wordpress"):
        yield lambda: wordpress_rest.read(f"{site.origin}{site.folder}wp-json/", web, Blog.guide)
    if substack.is_substack(page):
        yield lambda: substack.posts(site.origin, web, Blog.guide)
    if program.startswith("blogger") or host.endswith(".blogspot.com"):
        yield lambda: blogger(site, web)
    if host.endswith(".tumblr.com") or b"assets.tumblr.com" in page.body:
        yield lambda: tumblr.read(site.origin, web, Blog.guide)


def generator(tree: etree._Element) -> str:
    """The program that made a page, in its own words."""
    for element in tree.iter("meta"):
        if (element.get("name") or "").lower() == "generator":
            return (element.get("content") or "").strip().lower()
    return ""


def blogger(site: Site, web: Web) -> Reading:
    page = yield from web.get(f"{site.origin}/feeds/posts/default?max-results=150")
    yield Ahead(how="Blogger, by its own feed")
    yield from feed.documents(page, web, Blog.guide)


def first_feed(site: Site, page: Page, tree: etree._Element, web: Web) -> Work[Page | None]:
    """The feed that the page names, or one in a usual place."""
    named = [
        address
        for element in tree.iter("link")
        if "alternate" in (element.get("rel") or "") and element.get("type") in KINDS
        if (address := link(page.url, element.get("href"))) and "comment" not in address
    ]
    for address in named or [f"{site.origin}{site.folder}{name}" for name in FEEDS]:
        try:
            found = yield from web.get(address)
        except Unreached:
            continue
        if entries.is_feed(found):
            return found
    return None
