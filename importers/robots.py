"""robots.txt, as RFC 9309 has it: what a site lets programs read. Opens no connection.

An error of the server means: read nothing; no such file means: read everything.
"""

from typing import Final

from protego import Protego

from importers.page import Page, Unreached

LARGEST: Final = 512_000  # bytes that are looked at (RFC 9309, section 2.5: at least 500 KiB)
NAME: Final = "Mynah"  # what a site calls us in its robots.txt
LONGEST_PAUSE: Final = 30.0  # seconds between two requests; longer ones are not meant for one copy of a site


class Robots:
    """The rules of one host."""

    def __init__(self, rules: Protego | None, *, says_no: bool = False) -> None:
        self._rules, self._says_no = rules, says_no

    def allow(self, url: str) -> bool:
        return not self._says_no and (self._rules is None or bool(self._rules.can_fetch(url, NAME)))

    @property
    def pause(self) -> float:
        """Seconds that the host wants between two requests; 0 when it does not say."""
        wished = self._rules.crawl_delay(NAME) if self._rules else None
        return min(float(wished), LONGEST_PAUSE) if wished else 0.0

    @property
    def sitemaps(self) -> list[str]:
        return [str(one) for one in self._rules.sitemaps] if self._rules else []


def of(answer: Page | Unreached) -> Robots:
    """The rules that came of asking for robots.txt."""
    if isinstance(answer, Page):
        return Robots(Protego.parse(answer.body[:LARGEST].decode("utf-8", "replace").lstrip("\ufeff")))
    return Robots(None, says_no=not 400 <= answer.status < 500)
