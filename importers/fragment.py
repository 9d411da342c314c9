"""A piece of HTML, as services keep the words of a post, as Markdown. Knows no service."""

from collections.abc import Set as AbstractSet
from html import unescape

from lxml import etree

from importers.characters import one_line
from importers.html_tree import in_markdown, parsed
from importers.paragraphs import from_paragraphs
from importers.tags import MARKS, NOTHING


def from_html(html: str, without: AbstractSet[str] = frozenset()) -> str:
    """The words of a fragment, but for elements of the classes `without`.

    A link that shows its address, often cut short, gives the whole of it.
    """
    if "<" not in html:
        return one_line(unescape(html))
    if not without and (words := from_paragraphs(html)) is not None:
        return words
    return from_tree(html, without)


def from_tree(html: str, without: AbstractSet[str] = frozenset()) -> str:
    tree = parsed(html)
    if tree is None:
        return ""
    if without:
        leave_out(tree, without)
    for link in tree.iter("a"):
        shown = "".join(str(part) for part in link.itertext())
        if shown.startswith(("http://", "https://")) and link.get("href"):
            for child in list(link):
                link.remove(child)
            link.text = "".join(filter(str.isprintable, link.get("href") or ""))
    return in_markdown(tree, set())


def leave_out(tree: etree._Element, classes: AbstractSet[str]) -> None:
    """Empty the elements of these classes, and leave what stands behind them."""
    for element in [one for one in tree.iter() if not classes.isdisjoint((one.get("class") or "").split())]:
        inline = MARKS.get(str(element.tag), NOTHING) == NOTHING
        element.clear(keep_tail=True)
        element.tag = "span" if inline else "div"
