"""Quoted replies: the letter that a letter answers, repeated above or below it. Marks only what no
importer has marked already."""

import re
from collections.abc import Iterator
from typing import Final

from core.curate.edits import Edit
from core.curate.rules import QUOTED
from core.documents import Document

# "On Monday ... Anna wrote:" in six languages, on one line or broken into two, with the ">" lines that follow.
ATTRIBUTION: Final = re.compile(
    r"(?:^|\n)[ \t]*(?:On\b[^\n]{5,120}(?:\n[^\n>]{0,80})?\bwrote"
    r"|Am\b[^\n]{5,120}(?:\n[^\n>]{0,80})?\bschrieb[^\n]{0,60}"
    r"|Le\b[^\n]{5,120}(?:\n[^\n>]{0,80})?\ba écrit|El\b[^\n]{5,120}(?:\n[^\n>]{0,80})?\bescribió"
    r"|Il\b[^\n]{5,120}(?:\n[^\n>]{0,80})?\bha scritto|Op\b[^\n]{5,120}(?:\n[^\n>]{0,80})?\bschreef[^\n]{0,60})"
    r" ?:[ \t]*(?:\n[ \t]*)*(?:\n[ \t]*>[^\n]*(?:\n[ \t]*(?=\n[ \t]*>))*)*(?=\n|\Z)"
)
SAID: Final = ("wrote", "schrieb", "a écrit", "escribió", "ha scritto", "schreef")  # one is in ATTRIBUTION
ORIGINAL: Final = re.compile(
    r"(?:^|\n)[ \t]*(?:-{3,} ?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original"
    r"|Forwarded message|Weitergeleitete Nachricht|Oorspronkelijk bericht) ?-{3,}"
    r"|_{10,}[ \t]*\n(?:From|Von|De|Da|Van):)",
    re.IGNORECASE,
)
ARROWS: Final = re.compile(r"(?:^|(?<=\n))(?:>[^\n]*(?:\n|\Z))+")


def edits(document: Document) -> Iterator[Edit]:
    text, known = document.text, document.quotes
    original = ORIGINAL.search(text) if "---" in text or "______" in text else None
    end = original.start() if original else len(text)
    for match in ATTRIBUTION.finditer(text, 0, end) if any(word in text for word in SAID) else ():
        yield Edit(match.start(), match.end(), "", QUOTED)
    if original:
        yield Edit(original.start(), len(text), "", QUOTED)
    for match in ARROWS.finditer(text, 0, end) if text.startswith(">") or "\n>" in text else ():
        if not any(start <= match.start() < stop for start, stop in known):
            yield Edit(match.start(), match.end(), None, QUOTED)
