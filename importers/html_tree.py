"""HTML as a tree, and trees as Markdown. Knows neither files nor what on a page is its text."""

import re
from collections.abc import Set as AbstractSet
from typing import Final

from lxml import etree
from lxml.html import HTMLParser

from importers.characters import straight, tidy
from importers.stash import Stash, without_tokens
from importers.tags import Writer

SPACE: Final = re.compile(r"\s+")
RUNS: Final = re.compile(r"[^\S\n]+")
ODD_SPACE: Final = re.compile(r"[^\S\n ]")
UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_ENDS: Final = re.compile(r" ?\n ?")
NO_ATTRIBUTES: Final[dict[str, str]] = {}  # of elements of which none says anything
AROUND: Final = frozenset({"nav", "aside", "form", "button"})  # what stands around a text, wherever it is


def parsed(text: str) -> etree._Element | None:
    """The tree of a page, however broken; None when nothing is in it. lxml, because html.parser takes time with the
    square of the input on broken comments (21 s for 200 KB, CVE-2025-6069)."""
    parser = HTMLParser(huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return etree.fromstring(without_tokens(text).encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        return None


def in_markdown(tree: etree._Element, left_out: AbstractSet[str]) -> str:
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
                writer.start(tag, {"alt": str(element.get("alt", ""))} if tag == "img" else NO_ATTRIBUTES)
                writer.data(collapsed(element.text))
        else:
            if tag not in left_out and tag != "pre":
                writer.end(tag)
            if element is not tree:
                writer.data(collapsed(element.tail))
    text = single_spaced(straight(writer.close())).strip(" ")
    return tidy(stash.restore(text.split("\n"))) if stash.is_used else tidy((text,))


def fit(text: str) -> str:
    """`text` as it may be put into a tree: the parser lets control characters through, and what is put in may not."""
    return UNFIT.sub("", text)


def collapsed(text: str | None) -> str:
    """`text` with single spaces, and without ends of lines. Most of it is so already, which is seen much faster."""
    if not text or (text.isprintable() and "  " not in text):
        return text or ""
    return SPACE.sub(" ", text)


def single_spaced(text: str) -> str:
    """`text` with single spaces, and none at the ends of lines."""
    if "  " in text or (not text.replace("\n", "").isprintable() and ODD_SPACE.search(text)):
        text = RUNS.sub(" ", text)
    return LINE_ENDS.sub("\n", text) if " \n" in text or "\n " in text else text
