"""One site: its addresses, and its pages as posts of one writer. Opens no connection by itself.

What stands on many pages of a site is not what anybody wrote there: a line of thanks, who the writer is, where to
subscribe. It is learnt from the first pages and left out of all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import httpx2
from msgspec.structs import replace

from core.documents import Document, Item, Skipped
from core.events import Work
from core.sources import Guide, People, Person
from importers import dates
from importers.extraction import Article, article
from importers.fetch import checked
from importers.live.entries import plain_address
from importers.live.feed import under
from importers.markup import quotes
from importers.page import Page, Parked, Unreached
from importers.posts import A_PAGE
from importers.web import Reading, Web

LEARNT_FROM: Final = 12  # pages, before the first document
OFTEN: Final = 0.2  # of the pages: a paragraph on more of them is the site's
AT_LEAST: Final = 4  # pages
LONGEST: Final = 600  # characters of such a paragraph
FEWEST: Final = 25  # words of a post
WITHOUT_DATE: Final = 250  # words of one that does not say when it was written: some write essays for ever
DATED: Final = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})(?:[/-](\d{1,2}))?(?=[/-]|\D|$)")
NO_POST: Final = re.compile(
    r"/(?:tags?|categor(?:y|ies)|topics?|authors?|page|search|feed|rss|wp-(?:content|json|admin|includes)|cdn-cgi|cart"
    r"|login|signup|privacy|terms|impressum|comments?)(?:/|$)|[?&](?:replytocom|share|s|q|amp)=|#|"
    r"\.(?:jpe?g|png|gif|svg|webp|pdf|zip|mp[34]|xml|rss|atom|json|css|js|ico|woff2?|gz|txt)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Site:
    """The part of the web that was typed: a host, and the folder in it."""

    home: str

    @property
    def folder(self) -> str:
        path = httpx2.URL(self.home).path
        if day := DATED.search(path):  # somebody pasted a post
            path = path[: day.start()] + "/"
        is_file = "." in path.rpartition("/")[2]
        return (path.rpartition("/")[0] if is_file else path).rstrip("/") + "/"

    @property
    def origin(self) -> str:
        url = httpx2.URL(self.home)
        return f"{url.scheme}://{url.netloc.decode('ascii')}"

    def holds(self, address: str) -> bool:
        """Whether `address` belongs to the site."""
        if not address:
            return False
        url = httpx2.URL(address)
        return host(address) == host(self.home) and (url.path.rstrip("/") + "/").startswith(self.folder)

    def may_hold_post(self, address: str) -> bool:
        return self.holds(address) and not NO_POST.search(httpx2.URL(address).raw_path.decode("ascii"))


def host(address: str) -> str:
    return httpx2.URL(address).netloc.decode("ascii").removeprefix("www.")


def is_web(address: str) -> bool:
    """Whether this is an address that can be asked for."""
    try:
        return bool(checked(address))
    except Unreached:
        return False


def place(address: str) -> str:
    """The identity of a page: the same with or without www, at http and https, with or without a last slash."""
    url = httpx2.URL(plain_address(address))
    query = f"?{url.query.decode('ascii')}" if url.query else ""
    return f"{host(str(url))}{url.path.rstrip('/')}{query}"


def dated(address: str) -> datetime | None:
    """The day in an address: /2019/04/24/slug, /2019-04-24-slug."""
    found = DATED.search(httpx2.URL(address).path)
    return dates.from_words(f"{found[1]}-{found[2]}-{found[3] or 1}") if found else None


class Gathering:
    """Posts of one site as they come in; the first of them wait until it is known what all pages share."""

    def __init__(self, guide: Guide, *, known: bool) -> None:
        self._guide = guide
        self._known = known  # it has been said who writes here
        self._pages = 0
        self._seen = Counter[str]()  # paragraphs, by the number of pages that have them
        self._waiting: list[Document] = []

    def take(self, document: Document) -> Iterator[object]:
        """One more post; what is settled by then comes out."""
        self._pages += 1
        self._seen.update({one for one in document.text.split("\n\n") if len(one) <= LONGEST})
        self._waiting.append(document)
        if self._pages > LEARNT_FROM:
            yield from self.settle()

    def settled(self, reading: Reading) -> Reading:
        """What comes of `reading`, which hands posts to this; of one that is broken off, what it had until then."""
        try:
            yield from reading
        except (Parked, Unreached):
            yield from self.settle()
            raise
        yield from self.settle()

    def settle(self) -> Iterator[object]:
        """All that wait, and before the first of them who writes here."""
        if self._waiting and not self._known:
            yield People(self._guide.source, self._guide.title, writers(self._waiting))
            self._known = True
        yield from map(self._cleaned, self._waiting)
        self._waiting = []

    def _cleaned(self, document: Document) -> Item:
        """A post without the paragraphs that many pages have."""
        limit = max(AT_LEAST, OFTEN * self._pages)
        text = "\n\n".join(one for one in document.text.split("\n\n") if self._seen[one] < limit)
        if not text:
            return Skipped(document.url, "All that is on this page is on many others too.")
        return document if text == document.text else replace(document, text=text, quotes=quotes(text))


def posts(addresses: Mapping[str, str], web: Web, guide: Guide, *, known: bool) -> Reading:
    """The post behind each of the addresses, which come with the day of their last change, where that is known.

    `known`: it has been said who writes here.
    """
    gathering = Gathering(guide, known=known)
    yield from gathering.settled(each(addresses, web, guide.source, gathering))


def each(addresses: Mapping[str, str], web: Web, source: str, gathering: Gathering) -> Reading:
    """Every address asked for, and its post handed on."""
    for address, day in addresses.items():
        found = yield from post(address, day, web, source)
        if isinstance(found, Skipped):
            yield found
        else:
            yield from gathering.take(found)


def post(address: str, day: str, web: Web, source: str) -> Work[Item]:
    """One page as a document, or why it is none."""
    try:
        page = yield from web.get(address, version=day)
    except Unreached as error:
        return Skipped(address, error.reason)
    return item(page, address, source)


def item(page: Page, address: str, source: str) -> Item:
    """The post on a page. A short page without a date anywhere is about something, and no post."""
    if host(page.url) != host(address):
        return Skipped(address, "This address leads to another site.")
    if not is_html(page):
        return Skipped(address, "This is not a page of text.")
    found = article(page.text)
    written = found.written or dated(address)
    text = under(found.title, found.text)
    words = len(text.split())
    if found.is_list or (written is None and words < WITHOUT_DATE):
        return Skipped(address, A_PAGE)
    if words < FEWEST:
        return Skipped(address, "There are nearly no words on this page.")
    return document(found, text, written, address, source)


def document(found: Article, text: str, written: datetime | None, address: str, source: str) -> Document:
    return Document(
        source=source,
        key=place(address),
        text=text,
        title=found.title,
        url=plain_address(address),
        author=found.author,
        written=written,
        quotes=quotes(text),
    )


def writers(documents: Iterable[Document]) -> tuple[Person, ...]:
    """Who writes on a site: the only one is the user."""
    counts = Counter(one.author for one in documents if one.author)
    return tuple(Person(name, name, count, len(counts) == 1) for name, count in counts.most_common())


def is_html(page: Page) -> bool:
    return page.kind in ("text/html", "application/xhtml+xml", "") or page.body[:500].lstrip()[:1] == b"<"
