"""Stray characters and empty space. Keeps the writer's own quotation marks, dashes and emoji; knows no document.

Letters with loose accents become one character (NFC) a letter at a time: normalising a million accents in a row takes
minutes, and more than thirty in a row are noise (UAX 15, stream-safe text).
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from core.curate.edits import Edit
from core.curate.rules import SPACING

MARKS: Final = (
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f\u0591-\u05c7\u0610-\u061a\u064b-\u065f"
)
SPACES: Final = (
    "(?P<gone>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+)"
    "|(?P<line>\r\n?|\u2028|\u2029|\x85)"
    "|(?P<space>[\u00a0\u202f\u2007])"
    "|(?P<tail>(?<=[^\\s])[ \t]+(?=\n|\\Z))"
    "|(?P<empty>(?<=\n)[ \t]*\n(?:[ \t]*\n)+)"
)
STRAY: Final = re.compile(SPACES)
STRAY_AND_MARKS: Final = re.compile(
    f"{SPACES}|(?P<letter>[^\\W\\d_][{MARKS}]{{1,30}}(?![{MARKS}]))|(?P<noise>(?<=[{MARKS}])[{MARKS}]{{30,}})"
)
HAS_MARKS: Final = re.compile(f"[{MARKS}]")
# Quick: most texts have none of it, and then nothing in STRAY is there.
HAS_STRAY: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\x85\u00a0\u00ad\u2007\u200b\u200e\u200f\u2028-\u202f\u2060\u2066-\u2069\ufeff]"
)


def edits(text: str) -> Iterator[Edit]:
    has_marks = HAS_MARKS.search(text) is not None
    if not (has_marks or is_untidy(text)):
        return
    for match in (STRAY_AND_MARKS if has_marks else STRAY).finditer(text):
        found = match.group()
        match match.lastgroup:
            case "line" | "empty":
                put = "\n"
            case "space":
                put = " "
            case "letter":
                put = unicodedata.normalize("NFC", found)
            case _:
                put = ""
        if put != found:
            yield Edit(match.start(), match.end(), put, SPACING)


def is_untidy(text: str) -> bool:
    """Whether there may be something to do."""
    spaces = (" \n", "\t\n", "\n\n\n")
    return text.endswith((" ", "\t")) or any(each in text for each in spaces) or HAS_STRAY.search(text) is not None
