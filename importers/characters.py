"""Characters made plain: what a reader cannot see or tell apart becomes one thing. Knows no markup.

Quotation marks, dashes, emoji and their joiners are the writer's and stay.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

PIECE: Final = 1 << 16  # characters that one pattern may hold the interpreter for: the window waits that long
LINE_ENDS: Final = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
SPACES: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
# Controls; soft hyphen; zero width space, word joiner, byte order mark; marks of writing direction; halves of
# surrogate pairs, which no encoding can store.
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# Whatever may need straightening: not the letters and signs of western writing, nor emoji, which are as they should be.
ODD: Final = re.compile(
    "[^\t\n -~\u00a1-\u00ac\u00ae-\u017f\u200d\u2010-\u2027\u2030-\u205e\ufe0f\U0001f300-\U0001faff]"
)
MARK: Final = (
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
)
# No writing puts more than 30 marks on a letter (Unicode Standard Annex 15, section 13), and normalising takes time
# with the square of their number.
MARKS: Final = re.compile(f"({MARK}{{30}}){MARK}++")


def straight(text: str) -> str:
    """`text` with one kind of line end, one kind of space, no unseen characters, in Unicode's composed form (NFC)."""
    if len(text) <= PIECE:
        return straightened(text)
    return "".join(straightened(piece) for piece in pieces(text))


def straightened(text: str) -> str:
    if text.isascii() and (text.isprintable() or text.replace("\n", "").isprintable()):
        return text
    if not ODD.search(text):
        return text
    text = LINE_ENDS.sub("\n", text)
    text = SPACES.sub(" ", text)
    text = UNSEEN.sub("", text)
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", MARKS.sub(r"\1", text))


def one_line(text: str) -> str:
    """`text` as a title or a name: straight, on one line."""
    return " ".join(straight(text).split())


def pieces(text: str) -> Iterator[str]:
    """`text` in parts of at most PIECE characters, cut at a blank line, else a line, else a word, if there is one."""
    start = 0
    while len(text) - start > PIECE:
        end = start + PIECE
        for gap in ("\n\n", "\n", " "):
            found = text.rfind(gap, start + PIECE // 2, end)
            if found > 0:
                end = found + len(gap)
                break
        yield text[start:end]
        start = end
    yield text[start:]


def tidy(lines: Iterable[str]) -> str:
    """One blank line where there were several, none at the ends, no spaces at the ends of lines."""
    text = "\n".join(lines)
    if is_tidy(text):
        return text
    kept: list[str] = []
    for line in text.split("\n"):
        line = line.rstrip()
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def straight_words(text: str) -> str:
    """`text` straight and tidy, with nothing at its ends: what somebody said."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = straight(text)
    return text.strip() if "\n" not in text or is_tidy(text) else tidy(text.split("\n")).strip()


def is_tidy(text: str) -> bool:
    """Whether tidy() would change nothing."""
    if text[:1] == "\n" or text[-1:].isspace():
        return False
    return "\n" not in text or not ("\n\n\n" in text or any(line[-1:].isspace() for line in text.split("\n")))
