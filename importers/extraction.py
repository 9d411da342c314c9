"""From a whole web page to what its writer wrote: no menus, no footers, no comments. Knows no network.

Which parts of a page are its text is for trafilatura to say; how they become Markdown is said here, because its own
Markdown loses what is a quotation. A page around which nothing stands is read whole, and so is what the page itself
marks as its text (<article>, <main>) where trafilatura finds much less than that.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from importers import dates
from importers.characters import one_line
from importers.html_tree import AROUND, fit, in_markdown, parsed
from importers.main_text import main_text
from importers.records import at, records, text

AROUND_PAGE: Final = AROUND | {"header", "footer"}  # where nothing marks the text itself
SURROUNDINGS: Final = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|sidebar|footer|header|comments?|widgets?|share|social|related|breadcrumbs?"
    r"|cookies?|newsletter|banner|masthead)(?:$|[\s_-])",
    re.IGNORECASE,
)
SHORT: Final = 300  # characters: of so little, statistics cannot tell what is text
NOTHING: Final = 100
TOO_LITTLE: Final = 0.2  # of what the page itself marks as its text
DEEPEST: Final = 200  # elements in elements, on pages of people
LARGEST: Final = 5_000_000  # characters; more is a book in one page, which is read whole
MARKED: Final = ("article", "main")
TAGS: Final = {  # trafilatura's words for the tags of HTML
    "quote": "blockquote", "item": "li", "lb": "br", "row": "tr", "cell": "td", "ref": "a", "graphic": "span",
}  # fmt: skip
MARKS: Final = {"#b": "strong", "#i": "em", "#t": "code", "#u": "u"}
META: Final = {
    "article:published_time": "date", "date": "date", "dc.date": "date", "author": "author",
    "article:author": "author", "og:url": "canonical",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a page holds. `text` is Markdown; everything may be empty."""

    text: str = ""
    title: str = ""
    author: str = ""
    written: datetime | None = None
    address: str = ""  # which the page itself calls its own
    is_list: bool = False  # of several texts, as the front page of a blog is


def article(html: str) -> Article:
    """The writing on a page."""
    tree = parsed(html)
    if tree is None:
        return Article()
    own, said = content(tree), said_in_head(tree)
    return Article(
        text=words(tree, own),
        title=title(tree, own),
        author=said.get("author", ""),
        written=dates.from_words(said.get("date", "")),
        address=said.get("canonical", ""),
        is_list=len(list(tree.iter("article"))) > 2 and own is tree,
    )


def words(tree: etree._Element, own: etree._Element) -> str:
    """The text of a page as Markdown; `own` is what the page marks as its text, or all of it."""
    marked = in_markdown(own, AROUND_PAGE if own is tree else AROUND)
    if not SHORT < size(tree) < LARGEST or not has_surroundings(tree) or depth(tree) > DEEPEST:
        return marked
    keep_own_small_print(own)
    found = chosen(tree)
    if len(found) < (NOTHING if own is tree else TOO_LITTLE * len(marked)):
        return marked
    return found


def size(tree: etree._Element) -> int:
    """Characters on a page, about."""
    return sum(len(one.text or "") + len(one.tail or "") for one in tree.iter() if one.tag not in ("script", "style"))


def has_surroundings(tree: etree._Element) -> bool:
    """Whether anything on the page looks as if it were not its text."""
    for element in tree.iter(etree.Element):
        if element.tag in AROUND_PAGE or SURROUNDINGS.search(f"{element.get('class', '')} {element.get('id', '')}"):
            return True
    return False


def depth(tree: etree._Element) -> int:
    """How deep elements lie in each other."""
    deepest = level = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def keep_own_small_print(own: etree._Element) -> None:
    """Let captions, and lists of links under a point, look like text, as which trafilatura would not know them."""
    if own.tag not in MARKED:
        return
    for element in own.iter(etree.Element):
        if "wp-caption" in (element.get("class") or ""):
            element.tag = "p" if element.tag in ("p", "figcaption", "span") else element.tag
            element.attrib.clear()
    for point in own.iterfind(".//li//li"):
        etree.strip_tags(point, "a")


def chosen(tree: etree._Element) -> str:
    """What trafilatura takes for the text of a page, as Markdown."""
    for element in list(tree.iter("q")):  # which it would take for a quotation that stands by itself
        element.tag = "span"
        element.text = fit("“" + (element.text or ""))
        last = element[-1] if len(element) else None
        if last is None:
            element.text += "”"
        else:
            last.tail = fit((last.tail or "") + "”")
    found = main_text(tree)
    if found is None:
        return ""
    for element in list(found.iter(etree.Element)):
        element.tag = in_html(element)
    return in_markdown(found, frozenset())


def in_html(element: etree._Element) -> str:
    """The tag of HTML for an element of trafilatura's."""
    rend, tag = element.get("rend", ""), str(element.tag)
    if tag == "head":
        return rend if re.fullmatch(r"h[1-6]", rend) else "h2"
    if tag == "hi":
        return MARKS.get(rend, "span")
    if tag == "list":
        return "ol" if rend == "ol" else "ul"
    if tag == "code":
        return "pre" if is_block(element) else "code"
    return TAGS.get(tag, tag) if tag.isascii() and tag.isalnum() else "span"  # broken pages have broken names


def is_block(element: etree._Element) -> bool:
    """Whether code has lines of its own."""
    return element.find(".//lb") is not None or "\n" in "".join(element.itertext()).strip()


def content(tree: etree._Element) -> etree._Element:
    """The part of the page that holds its text: the only <article>, else the <main>, else all."""
    for tag in MARKED:
        found = list(tree.iter(tag))
        if len(found) == 1:
            return found[0]
    return tree


def title(tree: etree._Element, own: etree._Element) -> str:
    """The first main heading of the text, else the page's title, which often ends with the name of the site."""
    for place, tag in ((own, "h1"), (tree, "title")):
        for element in place.iter(tag):
            if words := one_line("".join(str(part) for part in element.itertext())):
                return words
    return ""


def said_in_head(tree: etree._Element) -> dict[str, str]:
    """The page's own date, author and address, under the names that headers of posts use."""
    said: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or "").lower()
        if name in META and element.get("content"):
            said.setdefault(META[name], one_line(element.get("content", "")))
    for element in tree.iter("link"):
        if element.get("rel") == "canonical" and element.get("href"):
            said["canonical"] = one_line(element.get("href", ""))
    for name, value in said_for_programs(tree):
        said.setdefault(name, value)
    for element in tree.iter("time"):
        if element.get("datetime"):
            said.setdefault("date", one_line(element.get("datetime", "")))
            break
    if said.get("author", "").startswith(("http://", "https://")):  # a profile, and no name
        del said["author"]
    return said


def said_for_programs(tree: etree._Element) -> Iterator[tuple[str, str]]:
    """Date and author as JSON-LD has them."""
    for element in tree.iter("script"):
        if element.get("type") == "application/ld+json":
            try:
                found = json.loads(element.text or "")
            except (ValueError, RecursionError):
                continue
            for one in [found, *(found if isinstance(found, list) else []), *records(found, "@graph")]:
                author = at(one, "author")
                author = author[0] if isinstance(author, list) and author else author
                for name, value in (("date", text(one, "datePublished")), ("author", text(author, "name"))):
                    if value:
                        yield name, one_line(value)
