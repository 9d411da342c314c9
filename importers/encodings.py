"""Bytes in, text out, whatever program wrote them. Knows no file."""

import codecs
import re
from typing import Final

import charset_normalizer

BOMS: Final = (  # the longer first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE: Final = 1 << 15  # bytes looked at when guessing: enough to be sure, quick on a large file
CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f\x1b\x1a"))
NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
# What western European writing holds outside ASCII. Left out: letters and signs that appear when the writing is
# really Polish, Czech or Hungarian, or when another system's quotation marks are taken for letters.
WESTERN: Final = set("“”‘’‚„–—…•·«»¿¡€£¥§©®™°´½¼¾×àáâãäåæçèéêëìíîïñòóôöøœùúûüýÿßÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜŒ\u00a0\u00ad")


class NotText(ValueError):
    """These bytes are a picture, a program, or something else that nobody wrote as text."""


def decode(data: bytes) -> str:
    """The text that `data` holds. Raises NotText."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return marked(data, encoding)
    head = data[:SAMPLE]
    if b"\0" in head:
        return marked(data, wide(head))
    if len(head.translate(None, CONTROLS)) < len(head) * 0.99:
        raise NotText
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(guessed(data), "replace")  # a stray byte in a text that is otherwise clear


def marked(data: bytes, encoding: str) -> str:
    """`data` in an encoding of Unicode. Raises NotText for what only looked like it."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText from error
    head = text[:SAMPLE]
    if sum(letter < " " and letter not in "\t\n\r\f" for letter in head) > len(head) * 0.01:
        raise NotText
    return text


def wide(head: bytes) -> str:
    """The kind of UTF-16 without a mark: in most scripts one byte of two is zero, always the same one."""
    pairs = len(head) // 2
    low, high = head[0::2].count(0), head[1::2].count(0)
    if high > 0.3 * pairs and low < 0.05 * pairs:
        return "utf-16-le"
    if low > 0.3 * pairs and high < 0.05 * pairs:
        return "utf-16-be"
    raise NotText


def guessed(data: bytes) -> str:
    """The encoding of an old file, judged by a piece around its first letter outside ASCII.

    Statistics confuse the western encodings in short texts, so those are tried first, by their letters.
    """
    first = NOT_ASCII.search(data)
    start = max(0, first.start() - SAMPLE // 8) if first else 0
    piece = data[start : start + SAMPLE]
    for encoding in ("cp1252", "mac_roman"):
        if looks_western(piece.decode(encoding, "replace")):
            return encoding
    best = charset_normalizer.from_bytes(piece).best()
    return best.encoding if best else "cp1252"


def looks_western(text: str) -> bool:
    """Whether the letters outside ASCII are few, and such as western European languages use."""
    strange = [letter for letter in text if letter > "\x7f"]
    return len(strange) < 0.3 * len(text) and WESTERN.issuperset(strange)
