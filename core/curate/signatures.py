"""Signatures: what stands under a letter after "-- ", what a telephone adds by itself, and a name with its numbers.

Knows no document. A greeting and a name alone are the writer's own way to end a letter and stay.
"""

import re
from collections.abc import Iterator
from typing import Final

from core.curate.edits import Edit
from core.curate.rules import SIGNATURES

MOST_LINES, MOST_CHARACTERS = 12, 800  # of a signature; a longer text behind "-- " is something else
DELIMITER: Final = re.compile(r"(?:^|\n)-- ?\r?\n(?=\S)")
TELEPHONE: Final = re.compile(
    r"(?:^|\n)\s*(?:Sent (?:from|with|via) (?:my )?[\w .'’]{2,30}|Get Outlook for \w+|Sent from Mail for Windows[ \d]*"
    r"|Von meinem [\w .]{2,20} gesendet|Gesendet (?:von|mit) [\w .]{2,30}|Envoyé de (?:mon|ma) [\w .]{2,20}"
    r"|Enviado desde mi [\w .]{2,20}|Inviato (?:da|dal mio) [\w .]{2,20}|Verstuurd vanaf mijn [\w .]{2,20}"
    r"|Diese Nachricht wurde von meinem [\w .]{2,40} gesendet)\.?[ \t]*(?=\n|\Z)"
)
GOODBYE: Final = re.compile(
    r"\n[ \t]*(?:(?:kind|best|warm|many)\s+)?(?:regards|wishes)"
    r"|\n[ \t]*(?:sincerely|cheers|best|thanks|yours)(?= *,? *\n)"
    r"|\n[ \t]*(?:mit\s+)?(?:freundlichen|besten|herzlichen|vielen|liebe[nr]?|viele|beste)\s+gr(?:ü|ue)(?:ß|ss)en?"
    r"|\n[ \t]*(?:cordialement|bien à vous|saludos|un saludo|cordiali saluti|groeten|met vriendelijke groet)",
    re.IGNORECASE,
)
NUMBERS: Final = re.compile(
    r"(?:^|\n)[^\n]{0,40}?(?:\b(?:tel|phone|mobile|mob|fax|cell|office|tél|telefon|web|e-?mail|twitter)\b[.: ]"
    r"|https?://|www\.|\+\d{1,3}[ \d])[^\n]{0,80}",
    re.IGNORECASE,
)


def edits(text: str) -> Iterator[Edit]:
    tail = max(0, len(text) - 4 * MOST_CHARACTERS)
    for match in DELIMITER.finditer(text, tail):
        behind = text[match.end() :]
        if len(behind) <= MOST_CHARACTERS and behind.strip().count("\n") < MOST_LINES:
            yield Edit(match.start(), len(text), "", SIGNATURES)
            break
    for match in TELEPHONE.finditer(text, tail):
        yield Edit(match.start(), match.end(), "", SIGNATURES)
    yield from behind_goodbye(text, max(0, len(text) - MOST_CHARACTERS))


def behind_goodbye(text: str, tail: int) -> Iterator[Edit]:
    """What follows the name under "Best regards", where it tells numbers or addresses."""
    goodbyes = list(GOODBYE.finditer(text, tail))
    if goodbyes:
        name = re.compile(r"[^\n]*\n[^\n]{1,40}(?=\n)").match(text, goodbyes[-1].start() + 1)
        if name and text.count("\n", name.end()) <= MOST_LINES and NUMBERS.search(text, name.end()):
            yield Edit(name.end(), len(text), "", SIGNATURES)
