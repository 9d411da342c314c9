"""HTML as a tree, and trees as Markdown. Knows neither files nor what on a page is its text."""

import re
from collections.abc import Set as AbstractSet
from typing import Final

from lxml import etree
from lxml.html import HTMLParser

from importers.characters import is_straight, straight, tidy, without_gaps
from importers.stash import Stash, without_tokens
from importers.tags import Writer

SPACE: Final = re.compile(r"\s+")
RUNS: Final = re.compile(r" {2,}")
UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SPACES: Final = bytes.maketrans(b"\t\n", b"  ")
TAG: Final = re.compile(r"<(/?)([^ <>/!?][^ <>/]*)([^<>]*)>")
ALT: Final = re.compile(r' alt="([^"]*)"')
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
    """What stands in `tree`, without the elements `left_out`.

    Asking each element of a tree for its name and its words takes longer than all else, so the tree is written down
    as one text, which is taken apart at its tags; what could be misread in it is walked.
    """
    try:
        flat = etree.tostring(tree, encoding="utf-8", with_tail=False)
    except (UnicodeDecodeError, etree.SerialisationError):
        return walked(tree, left_out)
    is_plain = is_straight(flat)  # then it has no spaces but three
    parts = TAG.split(flat.translate(SPACES).decode() if is_plain else SPACE.sub(" ", flat.decode()))
    is_odd = flat.count(b"<") != len(parts) // 4 or "pre" in parts[2::4] or (b"&" in flat and b"&#" in flat)
    if is_odd:  # comments and broken names; code, whose spaces count; controls
        return walked(tree, left_out)
    writer = Writer()
    feed(writer, parts, left_out)
    text = unescaped(writer.close())
    return in_lines(text if is_plain else straight(text))


def in_lines(text: str) -> str:
    """`text`, which has no spaces but " ", with single ones, none of them at the ends of lines, and tidy."""
    if "  " in text:
        text = RUNS.sub(" ", text)
    return without_gaps([line.strip(" ") for line in text.split("\n")])


def feed(writer: Writer, parts: list[str], left_out: AbstractSet[str]) -> None:
    """Hand tags (slash, name, rest) and the words after each to the writer, but for the elements `left_out`."""
    depth = 0  # in an element that is left out
    for slash, tag, rest, text in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True):
        is_empty = rest[-1:] == "/"
        if depth:
            depth += -1 if slash else not is_empty
        elif slash:
            writer.end(tag)
        elif tag in left_out:
            depth = int(not is_empty)
        else:
            writer.start(tag, alternative_words(rest) if tag == "img" else NO_ATTRIBUTES)
            if is_empty:
                writer.end(tag)
        if text and not depth:
            writer.data(text)


def alternative_words(attributes: str) -> dict[str, str]:
    said = ALT.search(attributes)
    return {"alt": unescaped(said[1])} if said else NO_ATTRIBUTES


def unescaped(text: str) -> str:
    """`text` without the four entities that a written tree has."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


def walked(tree: etree._Element, left_out: AbstractSet[str]) -> str:
    """What `in_markdown` says, element by element."""
    writer, stash = Writer(), Stash()
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = str(element.tag)
        if event == "start":
            if tag in left_out:
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
    text = in_lines(straight(writer.close()))
    return tidy(stash.restore(text.split("\n"))) if stash.is_used else text


def fit(text: str) -> str:
    """`text` as it may be put into a tree: the parser lets control characters through, and what is put in may not."""
    return UNFIT.sub("", text)


def collapsed(text: str | None) -> str:
    """`text` with single spaces, and without ends of lines. Most of it is so already, which is seen much faster."""
    if not text or (text.isprintable() and "  " not in text):
        return text or ""
    return SPACE.sub(" ", text)
