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
# What needs no straightening, in UTF-8: ASCII but for its controls, the letters and signs of western writing (U+00A1 to
# U+017F without the soft hyphen), the joiner of emoji, dashes and quotation marks, and emoji. Asked of bytes, because
# Python looks through those ten times as fast as through letters.
ASCII: Final = bytes((9, 10, *range(32, 127)))
STRAIGHT: Final = re.compile(
    rb"(?:\xc2[\xa1-\xac\xae-\xbf]|[\xc3-\xc5][\x80-\xbf]|\xe2\x80[\x8d\x90-\xa7\xb0-\xbf]"
    rb"|\xe2\x81[\x80-\x9e]|\xef\xb8\x8f|\xf0\x9f(?:[\x8c-\xaa][\x80-\xbf]|\xab[\x80-\xbf]))*+"
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
    if (text.isascii() and text.isprintable()) or is_straight(text.encode("utf-8", "surrogatepass")):
        return text
    text = LINE_ENDS.sub("\n", text)
    text = SPACES.sub(" ", text)
    text = UNSEEN.sub("", text)
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", MARKS.sub(r"\1", text))


def is_straight(data: bytes) -> bool:
    """Whether a text, in UTF-8, is surely as straight() would make it. Without its ASCII, little of it is left."""
    return STRAIGHT.fullmatch(data.translate(None, ASCII)) is not None


def one_line(text: str) -> str:
    """`text` as a title or a name: straight, on one line."""
    return " ".join((text if text.isascii() and text.isprintable() else straight(text)).split())


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
    return text if is_tidy(text) else without_gaps([line.rstrip() for line in text.split("\n")])


def without_gaps(lines: Iterable[str]) -> str:
    """Lines without spaces at their ends as one text: no blank line at its ends, and never two in a row."""
    kept: list[str] = []
    for line in lines:
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
