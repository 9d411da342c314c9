"""Tumblr by its old interface, which needs no login: fifty posts at a time. What was passed on stays out."""

import json
from typing import Final

from core.documents import Document, Item, Skipped
from core.sources import Guide, People, Person
from importers.base import Ahead
from importers.characters import one_line
from importers.fragment import from_html
from importers.live.site import place
from importers.markup import quotes
from importers.page import Page, Unreached
from importers.records import Record, at, identity, records, seconds, text
from importers.web import Reading, Web

TOGETHER: Final = 50
TITLES: Final = ("regular-title", "link-text", "conversation-title")
BODIES: Final = ("regular-body", "photo-caption", "link-description", "answer", "video-caption", "audio-caption")


def read(root: str, web: Web, guide: Guide) -> Reading:
    """Every post of the blog at `root`, the newest first. Raises Unreached when there is no such interface."""
    seen: set[str] = set()
    while True:
        page = yield from web.get(f"{root}/api/read/json?num={TOGETHER}&start={len(seen)}")
        answer = parsed(page)
        found = [one for one in records(answer, "posts") if identity(one, "id") not in seen]
        if not seen:
            name = one_line(text(answer, "tumblelog", "name"))
            total = at(answer, "posts-total")
            yield Ahead(how="Tumblr, by its own interface", items=total if isinstance(total, int) else 0)
            yield People(guide.source, guide.title, (Person(name, name, 0, is_me=True),) if name else ())
        if not found:
            return
        for one in found:
            seen.add(identity(one, "id"))
            yield item(one, name, guide.source)


def parsed(page: Page) -> object:
    """`var tumblr_api_read = {…};`"""
    start, end = page.text.find("{"), page.text.rfind("}")
    try:
        found: object = json.loads(page.text[start : end + 1])
    except (ValueError, RecursionError) as error:
        raise Unreached("The site answered, but not in the way that Tumblr does.") from error
    return found


def item(post: Record, name: str, source: str) -> Item:
    url = text(post, "url-with-slug") or text(post, "url")
    if text(post, "reblogged-from-name"):
        return Skipped(url, "This was passed on from another blog.")
    words = "\n\n".join(filter(None, (from_html(text(post, body)) for body in BODIES)))
    if not words:
        return Skipped(url, "There are no words of yours in this post.")
    return Document(
        source=source,
        key=place(url) if url else identity(post, "id"),
        text=words,
        title=one_line(next(filter(None, (text(post, title) for title in TITLES)), "")),
        url=url,
        author=name,
        written=seconds(at(post, "unix-timestamp")),
        quotes=quotes(words),
    )
