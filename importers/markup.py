"""Markdown as people write it, cleaned to the words they wrote. Knows no header and no file.

Kept: headings, lists, emphasis, tables, short code, quotations as "> " lines, the writer's punctuation.
Gone: template tags, raw HTML (turned into Markdown), footnote marks, addresses of links and pictures: a bot that
learns addresses makes up addresses, so a link leaves its words, and a bare address leaves the name of its site.
Every step takes time in proportion to the length of the text: patterns never look past the next opening bracket.
"""

import re
from typing import Final

from core.documents import Span
from importers.characters import pieces, tidy
from importers.lines import Lines
from importers.prose import paragraphs
from importers.raw_html import without_html
from importers.stash import Stash, fences, preformatted, spans, without_tokens

QUOTED: Final = re.compile(r"\n(>[^\n]*+(?:\n>[^\n]*+)*+)")


def clean(body: str) -> str:
    """The writer's words in `body`, a text made straight (characters.py), as Markdown."""
    stash = Stash()
    lines = list(fences(without_tokens(body).split("\n"), stash))
    text = without_html("".join(spans(piece, stash) for piece in pieces(preformatted("\n".join(lines), stash))))
    lines, labels = Lines(stash).read(text.split("\n"))
    return tidy(stash.restore(paragraphs(lines, labels)))


def quotes(text: str) -> tuple[Span, ...]:
    """Where `text`, cleaned, quotes others: each run of lines that begin with ">", outside code."""
    if ">" not in text:
        return ()
    if "```" not in text:
        return tuple((run.start(1) - 1, run.end(1) - 1) for run in QUOTED.finditer(f"\n{text}"))
    found: list[Span] = []
    position, end, fenced = 0, -2, False
    for line in text.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        if line.startswith(">") and not fenced:
            start = found.pop()[0] if end + 1 == position and found else position
            end = position + len(line)
            found.append((start, end))
        position += len(line) + 1
    return tuple(found)
