"""From a whole web page to what its writer wrote: no menus, no footers, no comments. Knows no network."""

from dataclasses import dataclass
from datetime import datetime

from importers import dates, web_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a page holds. `text` is Markdown; everything may be empty."""

    text: str = ""
    title: str = ""
    author: str = ""
    written: datetime | None = None
    address: str = ""  # which the page itself calls its own


def article(html: str, url: str) -> Article:
    """The writing on a page."""
    tree = web_page.parsed(html)
    if tree is None:
        return Article()
    own = web_page.content(tree)
    said = web_page.said_in_head(tree)
    return Article(
        text=web_page.in_markdown(own, web_page.AROUND_PAGE if own is tree else web_page.AROUND),
        title=web_page.title(tree, own),
        author=said.get("author", ""),
        written=dates.from_words(said.get("date", "")),
        address=said.get("canonical", ""),
    )
