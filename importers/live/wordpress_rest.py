"""WordPress by its own interface (REST): every post in full, a hundred at a time. Knows no page."""

import re
from typing import Final
from urllib.parse import quote

import httpx2
from lxml import etree

from core.documents import Document, Item, Skipped
from core.events import Work
from core.sources import Guide, People, Person
from importers.base import Ahead
from importers.characters import one_line
from importers.fragment import from_html
from importers.live.entries import FIRST_ON, unescaped
from importers.live.site import place
from importers.markup import quotes
from importers.page import Page, Unreached
from importers.records import Record, at, identity, moment, text
from importers.web import Reading, Web, link

SIGN: Final = "https://api.w.org/"
FIELDS: Final = "id,date_gmt,link,title,content,author,type,status"
TOGETHER: Final = (100, 50, 10)  # posts in one answer; some hosts allow fewer
AROUND: Final = frozenset(("sharedaddy", "jp-relatedposts", "wp-block-buttons", "addtoany_share_save_container"))


def root(page: Page, tree: etree._Element) -> str:
    """The address of the interface, as a page of WordPress names it in its head; empty where there is none."""
    for element in tree.iter("link"):
        if element.get("rel") == SIGN:
            return link(page.url, element.get("href"))
    header = re.search(r"<([^<>]+)>;\s*rel=\"https://api\.w\.org/\"", page.headers.get("link", ""))
    return link(page.url, header[1]) if header else ""


def read(api: str, web: Web, guide: Guide) -> Reading:
    """Every post, the newest first. Raises Unreached before the first when the interface is closed."""
    page, size = yield from first(api, web)
    total = page.headers.get("x-wp-total", "")
    yield Ahead(how="WordPress, by its own interface", items=int(total) if total.isdigit() else 0)
    names = yield from authors(api, web)
    seen: set[str] = set()
    for number in range(2, 10_000):
        found = [one for one in listed(page) if identity(one, "id") not in seen]
        if number == 2:
            yield People(guide.source, guide.title, writers(found, names))
        for one in found:
            seen.add(identity(one, "id"))
            yield item(one, names, guide.source)
        if not found:
            return
        try:
            page = yield from web.get(address(api, size, number))
        except Unreached as error:
            if error.status not in (400, 404):  # 400 is how WordPress says that this was the last
                raise
            return


def first(api: str, web: Web) -> Work[tuple[Page, int]]:
    """The first answer, and how many posts the host gives in one."""
    for size in TOGETHER:
        try:
            page = yield from web.get(address(api, size, 1))
        except Unreached as error:
            if error.status != 400 or size == TOGETHER[-1]:
                raise
            continue
        listed(page)
        return page, size
    raise AssertionError("unreachable: the last size returns or raises")


def address(api: str, size: int, number: int) -> str:
    """A page of posts; some sites have the interface behind a question mark."""
    url = httpx2.URL(api)
    if "rest_route" in url.params:
        url = url.copy_set_param("rest_route", url.params["rest_route"].rstrip("/") + "/wp/v2/posts")
    else:
        url = url.join(url.path.rstrip("/") + "/wp/v2/posts")
    return str(url.copy_merge_params({"per_page": size, "page": number, "_fields": FIELDS}))


def listed(page: Page) -> list[Record]:
    """The posts of an answer. Raises Unreached when it is none."""
    found = page.json()
    if not isinstance(found, list):
        raise Unreached("The site answered, but not in the way that WordPress does.")
    return [one for one in found if isinstance(one, dict)]


def authors(api: str, web: Web) -> Work[dict[str, str]]:
    """Names by number. Many sites do not tell them."""
    try:
        page = yield from web.get(address(api, 100, 1).replace("/posts", "/users").replace(quote(FIELDS), "id%2Cname"))
        return {identity(one, "id"): one_line(text(one, "name")) for one in listed(page)}
    except Unreached:
        return {}


def writers(found: list[Record], names: dict[str, str]) -> tuple[Person, ...]:
    counts = dict[str, int]()
    for one in found:
        name = author(one, names)
        counts[name] = counts.get(name, 0) + 1
    for name in names.values() if len(names) < 100 else ():
        counts.setdefault(name, 0)
    alone = len([name for name, count in counts.items() if count]) == 1
    ranked = sorted(counts.items(), key=lambda one: -one[1])
    return tuple(Person(name, name, count, alone and count > 0) for name, count in ranked if name)


def author(post: Record, names: dict[str, str]) -> str:
    number = identity(post, "author")
    return names.get(number, f"Author {number}" if number else "")


def item(post: Record, names: dict[str, str], source: str) -> Item:
    url = text(post, "link")
    if at(post, "content", "protected") is True:
        return Skipped(url, "This post has a password.")
    words = FIRST_ON.sub("", from_html(text(post, "content", "rendered"), AROUND)).strip()
    if not words:
        return Skipped(url, "There are no words in this post.")
    return Document(
        source=source,
        key=place(url) if url else identity(post, "id"),
        text=words,
        title=unescaped(text(post, "title", "rendered")),
        url=url,
        author=author(post, names),
        written=moment(text(post, "date_gmt")),
        quotes=quotes(words),
    )
