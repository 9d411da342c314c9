"""Raw HTML and template tags inside Markdown. Knows no whole pages: web_page.py reads those, with a parser."""

import html
import re
from typing import Final

from importers.characters import pieces
from importers.tags import MARKS, SILENT, Writer

TEMPLATE: Final = re.compile(
    r"\{%(?:[^%{]|%(?!\})|\{(?!%))*+%\}|\{\{(?:[^{}]|\}(?!\})|\{(?!\{))*+\}\}|\{:[^{}\n]*+\}|\{[#.][\w\s.#=\"'-]*+\}"
)
CONTENTS: Final = re.compile(r"^[*-] .*\n\{:\s*toc[^{}]*\}", re.MULTILINE)
TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:[\s/](?:[^<>\"']|\"[^<\"]*+\"|'[^<']*+'|[\"'])*+)?)>")
ATTRIBUTE: Final = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
INDENT: Final = re.compile(r"(?<=\n)[ \t]+")


def without_html(text: str) -> str:
    """Raw HTML as Markdown; comments, scripts and template tags gone."""
    text = between(text, "<!--", "-->")
    for tag in ("script", "style"):
        text = between(text, f"<{tag}", f"</{tag}>")
    writer = Writer()
    for piece in pieces(text):
        feed(writer, TEMPLATE.sub("", CONTENTS.sub("", piece)))
    return writer.close()


def feed(writer: Writer, text: str) -> None:
    """Hand the tags of HTML in `text` to the writer, and what stands between them as it is."""
    position = 0
    for match in TAG.finditer(text):
        tag = match[2].lower()
        if tag not in MARKS and tag not in SILENT and not match[3].endswith("/"):
            continue  # a name in angle brackets, or a type: the writer's own
        writer.data(unindented(text[position : match.start()], writer))
        position = match.end()
        if match[1]:
            writer.end(tag)
        else:
            writer.start(tag, attributes(match[3]))
    writer.data(unindented(text[position:], writer))


def unindented(text: str, writer: Writer) -> str:
    """Inside boxes, HTML is indented at will; in Markdown that would mean code."""
    return INDENT.sub("", text) if writer.boxes else text


def attributes(text: str) -> dict[str, str]:
    return {name.lower(): html.unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(text)}


def between(text: str, start: str, end: str) -> str:
    """`text` without everything from `start` to `end`; a start without an end stays."""
    parts: list[str] = []
    position = 0
    while (opened := text.find(start, position)) >= 0 and (closed := text.find(end, opened + len(start))) >= 0:
        parts.append(text[position:opened])
        position = closed + len(end)
    return "".join((*parts, text[position:]))
