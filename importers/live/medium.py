"""Medium by its address: the ten newest posts, which is all that Medium shows to programs. Knows no export."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from core.documents import Document
from core.events import Note
from core.sources import Guide
from importers.base import Ahead
from importers.live import entries, feed
from importers.page import Page, Unreached
from importers.web import Reading, Web

NAMED: Final = re.compile(
    r"medium:@?(?P<name>[\w.-]+)|https?://(?:www\.)?medium\.com/(?:feed/)?(?P<path>@?[\w.-]+)(?:/.*)?"
    r"|https?://(?P<host>(?!www\.)[\w-]+\.medium\.com)(?:/.*)?",
    re.IGNORECASE,
)
NUMBER: Final = re.compile(r"https?://[^/]*medium\.com/(?:p/|.*-)([0-9a-f]{8,12})$")
ONLY_TEN: Final = "Medium shows only the ten newest posts to programs. The export of your account has all of them."


class Medium:
    guide = Guide(
        source="medium",
        title="Medium (by its address)",
        steps=(
            "Open your profile on medium.com.",
            "Copy its address, such as https://medium.com/@name.",
            "Paste it here for the ten newest posts; import the export of your account for all of them.",
        ),
    )

    def can_read(self, address: str) -> bool:
        return NAMED.fullmatch(address) is not None

    def knows(self, page: Page) -> bool:
        return False

    def read(self, address: str, web: Web) -> Reading:
        page = yield from web.get(feed_of(address))
        if not entries.is_feed(page):
            raise Unreached("Medium does not show these posts to programs.", status=403)
        yield Ahead(how="Its feed of the ten newest")
        count = 0
        for event in feed.documents(page, web, self.guide):
            count += isinstance(event, Document)
            yield from same_as_export(event)
        if count >= 10:
            yield Note(ONLY_TEN)


def feed_of(address: str) -> str:
    named = NAMED.fullmatch(address)
    if named is None:
        raise Unreached("This is not an address of Medium.")
    if named["host"]:
        return f"https://{named['host']}/feed"
    return f"https://medium.com/feed/{named['path'] or '@' + named['name']}"


def same_as_export(event: object) -> Iterator[object]:
    """A document under the number that its post has in the export too."""
    number = NUMBER.match(event.key) if isinstance(event, Document) else None
    yield replace(event, key=number[1]) if isinstance(event, Document) and number else event
