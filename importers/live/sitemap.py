"""Sitemaps: every address that a site itself lists. Knows no page."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from core.events import Work
from importers.live.site import Site
from importers.page import Page, Unreached
from importers.web import Web, link

PLACES: Final = ("sitemap.xml", "sitemap_index.xml", "wp-sitemap.xml", "sitemap-posts.xml", "sitemap.txt")
MOST_MAPS: Final = 50
MOST_ADDRESSES: Final = 50_000  # of one map, by the protocol
UNPACKED: Final = 50_000_000  # bytes of one map, by the protocol
OF_POSTS: Final = ("post", "article", "blog", "entr")  # in the name of a map


@dataclass(frozen=True, slots=True)
class Map:
    """One file: addresses of pages, and of further maps."""

    pages: Mapping[str, str]  # when each was last changed, or nothing where the map does not say
    maps: tuple[str, ...]


def addresses(site: Site, web: Web) -> Work[dict[str, str]]:
    """Every address that could be a post, in the order of the maps, and when it was changed. Empty without a map."""
    rules = yield from web.robots(site.home)
    folders = dict.fromkeys((site.folder, "/"))
    waiting = list(rules.sitemaps) or [f"{site.origin}{folder}{name}" for folder in folders for name in PLACES]
    named, seen, found = bool(rules.sitemaps), set[str](), dict[str, str]()
    while waiting and len(seen) < MOST_MAPS:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        try:
            page = yield from web.get(address)
        except Unreached:
            continue
        read = parsed(page)
        found.update((one, day) for one, day in read.pages.items() if site.may_hold_post(one))
        waiting = [*of_posts(read.maps), *waiting]
        if not named and (read.pages or read.maps):
            waiting, named = of_posts(read.maps), True  # the first place that is there is the place
    return found


def of_posts(maps: tuple[str, ...]) -> list[str]:
    """Of maps that are named after what they hold, those of posts."""
    named = [one for one in maps if any(word in one.rpartition("/")[2].lower() for word in OF_POSTS)]
    return named or list(maps)


def parsed(page: Page) -> Map:
    """A map as XML, with or without its namespace, or as lines; packed or not."""
    data = unpacked(page.body)
    if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        lines = data.decode("utf-8", "replace").split()[:MOST_ADDRESSES]
        return Map(dict.fromkeys((one for one in lines if one.startswith(("http://", "https://"))), ""), ())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return Map({}, ())
    pages, maps = dict[str, str](), list[str]()
    for element in tree.iter("{*}loc") if tree is not None else ():
        around = element.getparent()
        kind = etree.QName(around).localname if around is not None else ""
        if kind in ("url", "sitemap") and (address := link(page.url, element.text)):
            if kind == "sitemap":
                maps.append(address)
            elif len(pages) < MOST_ADDRESSES:
                pages[address] = (around.findtext("{*}lastmod") or "").strip()
    return Map(pages, tuple(maps))


def unpacked(data: bytes) -> bytes:
    """A map that was packed by hand; as much of it as a map may have."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return zlib.decompressobj(wbits=31).decompress(data, UNPACKED)
    except zlib.error:
        return b""
