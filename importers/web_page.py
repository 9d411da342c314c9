"""HTML files: one page, its own text without menus and footers. Knows no network."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from core.documents import Item
from importers import front_matter, posts
from importers.base import About, TextFile
from importers.characters import one_line, straight, tidy
from importers.stash import Stash, without_tokens
from importers.tags import Writer

HEAD: Final = 1 << 12  # characters looked at
WHOLE_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^-]*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
ANY_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
SPACE: Final = re.compile(r"\s+")
AROUND: Final = {"nav", "aside", "form", "button"}  # what stands around a text, wherever it is
AROUND_PAGE: Final = AROUND | {"header", "footer"}  # and what does where nothing marks the text itself
META: Final = {
    "article:published_time": "date", "date": "date", "dc.date": "date", "author": "author",
    "article:author": "author", "og:url": "canonical",
}  # fmt: skip


class WebPage:
    about = About(title="HTML", endings=(".html", ".htm", ".xhtml"))

    def can_read(self, file: TextFile) -> bool:
        """It begins as a page does; or it is named like one, has a tag, and may begin with a header of Hugo's."""
        head = file.text[:HEAD]
        return bool(WHOLE_PAGE.match(head)) or (file.ending in self.about.endings and bool(ANY_TAG.search(head)))

    def read(self, file: TextFile) -> Iterator[Item]:
        post = front_matter.split(file.text)
        tree = parsed(post.body)
        if tree is None:
            yield posts.item(file, post, "")
            return
        own = content(tree)
        text = in_markdown(own, AROUND_PAGE if own is tree else AROUND)
        post = replace(post, fields={**said_in_head(tree), **post.fields})
        yield posts.item(file, post, text, title(tree, own))


def parsed(text: str) -> etree._Element | None:
    """The tree of a page, however broken; None when nothing is in it. lxml, because html.parser takes time with the
    square of the input on broken comments (21 s for 200 KB, CVE-2025-6069)."""
    parser = etree.HTMLParser(huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return etree.fromstring(without_tokens(text).encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        return None


def content(tree: etree._Element) -> etree._Element:
    """The part of the page that holds its text: the only <article>, else the <main>, else all."""
    for tag in ("article", "main"):
        found = list(tree.iter(tag))
        if len(found) == 1:
            return found[0]
    return tree


def in_markdown(tree: etree._Element, left_out: set[str]) -> str:
    """What stands in `tree`, without the elements `left_out`."""
    writer, stash, muted = Writer(), Stash(), 0
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = str(element.tag)
        if event == "start":
            if tag in left_out:
                muted += 1
                walk.skip_subtree()
            elif tag == "pre":
                writer.data("\n\n" + stash.put_block("".join(element.itertext())) + "\n\n")
                walk.skip_subtree()
            else:
                writer.start(tag, {str(name): str(value) for name, value in element.attrib.items()})
                writer.data(collapsed(element.text))
        else:
            if tag not in left_out and tag != "pre":
                writer.end(tag)
            if element is not tree:
                writer.data(collapsed(element.tail))
    lines = (" ".join(line.split()) for line in straight(writer.close()).split("\n"))
    return tidy(stash.restore(lines))


def collapsed(text: str | None) -> str:
    return SPACE.sub(" ", text) if text else ""


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
    for element in tree.iter("time"):
        if element.get("datetime"):
            said.setdefault("date", one_line(element.get("datetime", "")))
            break
    return said
