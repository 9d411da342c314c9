"""Feeds, RSS, Atom and JSON Feed, as entries that are alike. Opens no connection, knows no importer."""

import html
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Final

import feedparser
import httpx2

from importers.characters import one_line
from importers.fragment import from_html
from importers.page import Page, Unreached
from importers.records import Record, identity, moment, records, text
from importers.web import link

JSON_FEED: Final = b"jsonfeed.org/version/"
XML: Final = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]*>\s*)?(?:<\?[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:rss|feed|rdf:RDF|\w+:feed)\b",
    re.DOTALL,
)
HALF: Final = r"&#(?:x0*d[89a-f][\da-f]{2}|0*(?:5529[6-9]|55[3-9]\d\d|5[67]\d{3}));"
HALVES: Final = re.compile(f"(?:{HALF})+", re.IGNORECASE)  # references to characters, which some programs cut in two
HEAD: Final = 20_000  # bytes in which a feed says what it is
FIRST_ON: Final = re.compile(r"\n*^The post .{1,300} (?:appeared first on|first appeared on) .{1,200}$", re.MULTILINE)
CUT: Final = re.compile(
    r"(?:\[(?:…|\.\.\.)\]|…|(?:read more|continue reading|read the full \w+|weiterlesen|lire la suite|leer más)"
    r"[^\n]{0,80})\W*\Z",
    re.IGNORECASE,
)
TRACKING: Final = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|ref")
EXCERPT: Final = 600  # characters: a feed whose texts are mostly shorter gives only beginnings


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A file with what was said in an episode."""

    url: str
    kind: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed. `text` is Markdown; `is_whole` unless the feed says itself that there is more."""

    id: str
    url: str
    title: str
    text: str
    author: str
    written: datetime | None
    is_whole: bool
    parent: str = ""
    transcripts: tuple[Transcript, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """One page of a feed. `more` is the address of the next, where the feed names it."""

    title: str
    home: str
    author: str
    entries: tuple[Entry, ...]
    more: str = ""
    is_wordpress: bool = False


def is_feed(page: Page) -> bool:
    head = page.body[:HEAD]
    return bool(XML.match(head)) or is_json_feed(head)


def is_json_feed(head: bytes) -> bool:
    return JSON_FEED in head.replace(b"\\/", b"/") and head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")


def read(page: Page) -> Entries:
    """What is on one page of a feed. Raises Unreached for JSON that is none."""
    return of_json(page) if is_json_feed(page.body[:HEAD]) else of_xml(page)


def of_xml(page: Page) -> Entries:
    """RSS and Atom. From memory: given an address, the parser would open it by itself."""
    said = {"content-type": "application/xml; charset=utf-8", "content-location": page.url}
    try:
        found = feedparser.parse(io.BytesIO(HALVES.sub(whole, page.text).encode()), response_headers=said)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreached("This feed is damaged.") from error
    feed: Mapping[str, object] = found.feed
    author = name_of(feed)
    links = {text(one, "rel"): link(page.url, text(one, "href")) for one in records(feed, "links")}
    entries = [entry for one in found.entries if (entry := of_item(one, author, page.url))]
    return Entries(
        title=unescaped(text(feed, "title")),
        home=link(page.url, text(feed, "link")),
        author=author,
        entries=shortened(entries),
        more=links.get("next", "") or links.get("prev-archive", ""),
        is_wordpress="wordpress" in text(feed, "generator").lower(),
    )


def whole(halves: re.Match[str]) -> str:
    """The characters of which these are the halves; what has lost its other half is gone."""
    units = (int(one[1:], 16) if one[0] in "xX" else int(one) for one in halves[0][2:-1].split(";&#"))
    return "".join(map(chr, units)).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def of_item(item: Record, author: str, base: str) -> Entry:
    contents = [one for one in records(item, "content") if text(one, "value")]
    best = max(contents, key=lambda one: len(text(one, "value")), default=None)
    whole = words(text(best, "value"), text(best, "type")) if best else ""
    brief = words(text(item, "summary"), text(item, "summary_detail", "type"))
    shown = whole if len(whole) >= len(brief) else brief
    address = link(base, text(item, "link"))
    transcript = item.get("podcast_transcript")
    return Entry(
        id=one_line(text(item, "id")) or plain_address(address),
        url=plain_address(address),
        title=unescaped(text(item, "title")),
        text=FIRST_ON.sub("", shown).strip(),
        author=name_of(item) or author,
        written=when(plainly(item, "published_parsed")) or when(plainly(item, "updated_parsed")),
        is_whole=bool(whole) and not CUT.search(shown),
        parent=text(item, "thr_in-reply-to", "ref"),
        transcripts=transcripts([transcript] if isinstance(transcript, Mapping) else [], base),
    )


def plainly(item: Record, name: str) -> object:
    """A field as it is there: feedparser's own `get` takes one date for another, with a warning."""
    return dict.get(item, name) if isinstance(item, dict) else None


def transcripts(found: Iterable[Record], base: str) -> tuple[Transcript, ...]:
    return tuple(
        Transcript(url=address, kind=text(one, "type").lower(), language=text(one, "language").lower())
        for one in found
        if (address := link(base, text(one, "url")))
    )


def of_json(page: Page) -> Entries:
    """JSON Feed, which feedparser does not read."""
    feed = page.json()
    author = first_name(feed)
    entries = [of_json_item(one, author, page.url) for one in records(feed, "items")]
    return Entries(
        title=one_line(text(feed, "title")),
        home=link(page.url, text(feed, "home_page_url")),
        author=author,
        entries=shortened(entries),
        more=link(page.url, text(feed, "next_url")),
    )


def of_json_item(item: Record, author: str, base: str) -> Entry:
    markup, plain = text(item, "content_html"), text(item, "content_text")
    shown = from_html(markup) if markup else words(plain or text(item, "summary"), "text/plain")
    address = plain_address(link(base, text(item, "url")))
    return Entry(
        id=identity(item, "id") or address,
        url=address,
        title=one_line(text(item, "title")),
        text=shown,
        author=first_name(item) or author,
        written=moment(text(item, "date_published")) or moment(text(item, "date_modified")),
        is_whole=bool(markup or plain) and not CUT.search(shown),
    )


def first_name(record: object) -> str:
    """The author in JSON Feed 1.1, or in 1.0."""
    named = [text(one, "name") for one in records(record, "authors")] or [text(record, "author", "name")]
    return one_line(named[0])


def shortened(entries: list[Entry]) -> tuple[Entry, ...]:
    """The entries; a summary counts as whole after all where none of them is cut and most are long."""
    briefs = sorted(len(one.text) for one in entries if not one.is_whole and one.title)
    if briefs and briefs[len(briefs) // 2] < EXCERPT:
        return tuple(entries)
    return tuple(one if one.is_whole or CUT.search(one.text) else whole_after_all(one) for one in entries)


def whole_after_all(entry: Entry) -> Entry:
    return Entry(
        id=entry.id, url=entry.url, title=entry.title, text=entry.text, author=entry.author, written=entry.written,
        is_whole=True, parent=entry.parent, transcripts=entry.transcripts,
    )  # fmt: skip


def words(value: str, kind: str) -> str:
    if kind == "text/plain" and "<" not in value:
        return "\n".join(" ".join(line.split()) for line in html.unescape(value).strip().split("\n"))
    return from_html(value)


def unescaped(title: str) -> str:
    """A title without tags; some programs escape it twice."""
    return one_line(re.sub(r"</?\w[^<>]*>", "", html.unescape(title)))


def name_of(record: Mapping[str, object]) -> str:
    named = [text(one, "name") for one in records(record, "authors")]
    return one_line(next(filter(None, named), "") or text(record, "author"))


def when(parsed: object) -> datetime | None:
    """The moment that feedparser read, which is UTC."""
    try:
        return datetime(*parsed[:6], tzinfo=UTC) if isinstance(parsed, struct_time) else None
    except ValueError:
        return None


def plain_address(address: str) -> str:
    """`address` without what only counts where a reader came from."""
    if not address:
        return ""
    url = httpx2.URL(address)
    kept = [(name, value) for name, value in url.params.multi_items() if not TRACKING.fullmatch(name)]
    return str(url if len(kept) == len(url.params.multi_items()) else url.copy_with(params=kept or None))
