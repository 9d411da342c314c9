"""A site that is gone, from the copies in the Internet Archive. Knows no feed and no map.

Only when the user asks for it or nobody answers for the site: the archive learns what they look for.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from core.documents import Skipped
from core.events import Work
from core.sources import Guide
from importers.base import Ahead
from importers.fetch import checked
from importers.live import site as pages
from importers.live.site import Gathering, Site, place
from importers.page import Page, Unreached
from importers.web import Reading, Web

ARCHIVE: Final = "https://web.archive.org"
LIST: Final = "cdx/search/cdx?output=json&filter=mimetype:text/html&filter=statuscode:200&collapse=urlkey"
PAUSE: Final = 4.0  # seconds: what the archive bears
NAMED: Final = re.compile(
    r"(?:wayback:|https?://web\.archive\.org/web/[\d*]+(?:id_|if_)?/)(?:https?://)?(?P<rest>\S+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Copy:
    """One page as it was on one day."""

    day: str
    address: str


class Wayback:
    guide = Guide(
        source="wayback",
        title="A site that is gone (Internet Archive)",
        steps=(
            "Remember the address that your old site had.",
            "Write wayback: before it, such as wayback:my-old-blog.org.",
            "Paste that here. It is slow: the archive gives one page every four seconds.",
        ),
    )

    def can_read(self, address: str) -> bool:
        return NAMED.fullmatch(address) is not None

    def knows(self, page: Page) -> bool:
        return False

    def read(self, address: str, web: Web) -> Reading:
        named = NAMED.fullmatch(address)
        site = Site(checked(f"http://{named['rest'] if named else ''}"))
        web.fetcher.slow_down(ARCHIVE, PAUSE)
        copies = yield from listed(site, web)
        yield Ahead(how="Copies in the Internet Archive", items=len(copies))
        gathering = Gathering(self.guide, known=False)
        yield from gathering.settled(each(copies, web, gathering))


def each(copies: Iterable[Copy], web: Web, gathering: Gathering) -> Reading:
    """Every copy asked for, and the post on it handed on."""
    for copy in copies:
        try:
            page = yield from web.get(f"{ARCHIVE}/web/{copy.day}id_/{copy.address}", service=True)
        except Unreached as error:
            yield Skipped(copy.address, error.reason)
            continue
        found = pages.item(replace(page, url=copy.address), copy.address, Wayback.guide.source)
        if isinstance(found, Skipped):
            yield found
        else:
            yield from gathering.take(found)


def listed(site: Site, web: Web) -> Work[list[Copy]]:
    """The newest copy of every page that could be a post. Raises Unreached when there is none."""
    asked = quote(f"{pages.host(site.home)}{site.folder}*", safe="")
    page = yield from web.get(f"{ARCHIVE}/{LIST}&fl=timestamp,original&url={asked}", service=True)
    found: dict[str, Copy] = {}
    for copy in rows(page.json()):
        if site.may_hold_post(copy.address):
            known = found.get(place(copy.address))
            if known is None or known.day < copy.day:
                found[place(copy.address)] = copy
    if not found:
        raise Unreached("The Internet Archive holds no copy of this site.", status=404)
    return list(found.values())


def rows(answer: object) -> Iterator[Copy]:
    """Lists of two words; the first of them names the columns."""
    for row in answer if isinstance(answer, list) else []:
        match row:
            case [str(day), str(address)] if day.isdigit() and pages.is_web(address):
                yield Copy(day, address)
