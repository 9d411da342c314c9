"""The format of Ghost's editor (Lexical), a tree of nodes in JSON, as HTML. Knows no post."""

import html
import json
from collections.abc import Mapping
from typing import Final

from importers.records import Record, at, records, text

DEEPEST: Final = 50  # nodes in nodes; a list in a list in a quotation is 6
BLOCKS: Final = {"paragraph": "p", "quote": "blockquote", "aside": "blockquote", "listitem": "li"}
MARKS: Final = {1: "b", 2: "i", 4: "s", 16: "code"}  # bits of a text's format
CARDS: Final = {"html": "html", "callout": "calloutText", "toggle": "content"}  # whose words are HTML already


def as_html(lexical: str) -> str:
    """The words of a post; none when this is no tree."""
    try:
        tree = json.loads(lexical)
    except (ValueError, RecursionError):
        return ""
    root = at(tree, "root")
    return inside(root, DEEPEST) if isinstance(root, Mapping) else ""


def inside(node: Record, depth: int) -> str:
    return "".join(one(child, depth - 1) for child in records(node, "children")) if depth else ""


def one(node: Record, depth: int) -> str:
    match text(node, "type"):
        case "text" | "extended-text":
            return marked(node)
        case "linebreak":
            return "<br>"
        case "codeblock":
            return f"<pre>{html.escape(text(node, 'code'), quote=False)}</pre>"
        case "heading" | "extended-heading":
            return tagged(text(node, "tag") or "h2", node, depth)
        case "list":
            return tagged(text(node, "tag") or "ul", node, depth)
        case kind if kind in CARDS:
            return f"<div>{text(node, CARDS[kind])}</div>"
        case kind:
            block = BLOCKS.get(kind.removeprefix("extended-"))
            return tagged(block, node, depth) if block else inside(node, depth)


def tagged(tag: str, node: Record, depth: int) -> str:
    return f"<{tag}>{inside(node, depth)}</{tag}>"


def marked(node: Record) -> str:
    words, bits = html.escape(text(node, "text"), quote=False), at(node, "format")
    for bit, tag in MARKS.items():
        if isinstance(bits, int) and bits & bit:
            words = f"<{tag}>{words}</{tag}>"
    return words
