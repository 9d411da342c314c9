"""Text that stands on both sides of the split: found by its spans of fifty characters, and taken off the held-out side.

A model is measured on what it has never read; a quotation, a refrain or a footer that is in both would be known by
heart. All windows of fifty characters of both sides are hashed (a polynomial modulo 2^64, by doubling) and compared.
Knows sections, no tokens.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from core.split import Section

SPAN: Final = 50  # characters
BASE: Final = 0x9E3779B97F4A7C15  # odd; 2^64 divided by the golden ratio
CHUNK: Final = 1 << 20  # characters looked at in one go
BEYOND: Final = 0x110000  # the first number that is no character
BITS: Final = 24  # of the table that sorts out most windows before they are looked up

Hashes = npt.NDArray[np.uint64]


def without_leaks(sections: Sequence[Section]) -> list[Section]:
    """The sections, with every span of fifty characters that the learnt side has too cut out of the other sides."""
    away = [section for section in sections if section.side != "train"]
    shared = leaked(away, [section for section in sections if section.side == "train"])
    pieces = {id(section): list(around(section, spans)) for section, spans in zip(away, shared, strict=True) if spans}
    return [piece for section in sections for piece in pieces.get(id(section), [section])]


def leaked(away: Sequence[Section], learnt: Sequence[Section]) -> list[list[tuple[int, int]]]:
    """For each section of `away` the spans of its document, in order and apart, that `learnt` holds too."""
    held = [hashes(codes) for codes in joined(text_of(section) for section in away)]
    if not held:
        return [[] for _ in away]
    wanted = np.unique(np.concatenate(held))
    table = np.zeros(1 << BITS, np.bool_)
    table[wanted >> np.uint64(64 - BITS)] = True
    found = np.zeros(len(wanted), np.bool_)
    for codes in joined(text_of(section) for section in learnt):
        here = hashes(codes)
        here = here[table[here >> np.uint64(64 - BITS)]]
        place = np.minimum(np.searchsorted(wanted, here), max(0, len(wanted) - 1))
        found[place[wanted[place] == here]] = True
    both = wanted[found]
    return [spans_in(section, both) for section in away] if len(both) else [[] for _ in away]


def spans_in(section: Section, both: Hashes) -> list[tuple[int, int]]:
    here = hashes(as_codes(text_of(section)))
    starts = np.flatnonzero(np.isin(here, both)) + section.start
    spans: list[tuple[int, int]] = []
    for start in starts.tolist():
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], start + SPAN)
        else:
            spans.append((start, start + SPAN))
    return spans


def around(section: Section, spans: Iterable[tuple[int, int]]) -> Iterator[Section]:
    """What is left of a section without `spans`."""
    here = section.start
    for start, end in spans:
        if here < start:
            yield replace(section, start=here, end=start, closed=True)
        here = end
    if here < section.end:
        yield replace(section, start=here)


def text_of(section: Section) -> str:
    return section.document.text[section.start : section.end]


def joined(texts: Iterable[str]) -> Iterator[npt.NDArray[np.uint64]]:
    """Texts as numbers, many in one array: a number beyond all characters, each time another, stands between two."""
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text.replace("\0", " "))
        size += len(text)
        if size >= CHUNK:
            yield apart("\0".join(waiting))
            waiting, size = [], 0
    if waiting:
        yield apart("\0".join(waiting))


def apart(text: str) -> npt.NDArray[np.uint64]:
    codes = as_codes(text)
    between = np.flatnonzero(codes == 0)
    codes[between] = BEYOND + np.arange(len(between), dtype=np.uint64) + np.uint64(len(text))
    return codes


def as_codes(text: str) -> npt.NDArray[np.uint64]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)


def hashes(codes: npt.NDArray[np.uint64]) -> Hashes:
    """One hash for every window of SPAN characters: those of 2, 4, ... 32 by doubling, then 32 + 16 + 2."""
    if len(codes) < SPAN:
        return np.zeros(0, np.uint64)
    by_width = {1: codes}
    for width in (1, 2, 4, 8, 16):
        by_width[2 * width] = beside(by_width[width], by_width[width], width, width)
    return beside(beside(by_width[32], by_width[16], 32, 16), by_width[2], 48, 2)


def beside(left: Hashes, right: Hashes, left_width: int, right_width: int) -> Hashes:
    """The hash of a window of both widths from those of its two halves."""
    shifted = right[left_width:]
    factor = np.uint64(pow(BASE, right_width, 1 << 64))
    return left[: len(shifted)] * factor + shifted
