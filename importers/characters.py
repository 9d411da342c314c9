"""Characters made plain: what a reader cannot see or tell apart becomes one thing. Knows no markup.

Quotation marks, dashes, emoji and their joiners are the writer's and stay.
"""

import re
import unicodedata
from typing import Final

LINE_ENDS: Final = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
SPACES: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
# Controls; soft hyphen; zero width space, word joiner, byte order mark; marks of writing direction; halves of
# surrogate pairs, which no encoding can store; and two private characters that markup.py uses as brackets.
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\ue000\ue001]"
)
MARK: Final = (
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
)
# No writing puts more than 30 marks on a letter (Unicode Standard Annex 15, section 13), and normalising takes time
# with the square of their number.
MARKS: Final = re.compile(f"({MARK}{{30}}){MARK}++")


def straight(text: str) -> str:
    """`text` with one kind of line end, one kind of space, no unseen characters, in Unicode's composed form (NFC)."""
    text = LINE_ENDS.sub("\n", text)
    text = SPACES.sub(" ", text)
    text = UNSEEN.sub("", text)
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", MARKS.sub(r"\1", text))


def one_line(text: str) -> str:
    """`text` as a title or a name: straight, on one line."""
    return " ".join(straight(text).split())
