"""What a text has word for word from the corpus: every common span of 50 characters and more, and where it stands.

The corpus is indexed by strings of 25 characters at every 26th place. A span of 50 characters holds one of them whole,
wherever it begins, so none is missed; each find is compared letter by letter, so none is invented. Runs of blanks count
as one space on both sides. Knows no model.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Hashes: TypeAlias = NDArray[np.uint64]

SHORTEST: Final = 50  # characters; Carlini's extraction length is 50 tokens, this is stricter
WINDOW: Final = 25
STEP: Final = SHORTEST - WINDOW + 1
TRIED: Final = 64  # places of one window that are compared; a window that is more frequent is boilerplate
MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)  # odd, so that products keep all bits
RANK: Final = np.uint64(31)


@dataclass(frozen=True, slots=True)
class Original:
    """A text of the corpus: `name` leads the user to it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Copied:
    """The characters [start, end) of a text, which stand in `name` too."""

    start: int
    end: int
    name: str

    @property
    def length(self) -> int:
        return self.end - self.start


class Copies:
    """An index over originals, made once and asked often."""

    def __init__(self, originals: Iterable[Original]) -> None:
        texts, names, starts, at = list[str](), list[str](), list[int](), 0
        for original in originals:
            squeezed = " ".join(original.text.split())
            if len(squeezed) >= SHORTEST:
                texts.append(squeezed)
                names.append(original.name)
                starts.append(at)
                at += len(squeezed) + 1
        self._corpus = "\n".join(texts)  # no line end is left inside a text, so no span crosses two
        self._names, self._starts = names, np.array(starts, dtype=np.int64)
        places = np.arange(0, max(0, len(self._corpus) - WINDOW + 1), STEP)
        hashes = _hashes(self._corpus, STEP)
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._places = hashes[order], places[order]

    def find(self, text: str) -> list[Copied]:
        """The longest copied spans of `text`, in order, none inside another one."""
        squeezed, origins = _squeezed(text)
        found: list[Copied] = []
        reach = 0
        for start, end, place in self._spans(squeezed):
            if end > reach:
                reach = end
                found.append(Copied(origins[start], origins[end - 1] + 1, self._name(place)))
        return found

    def share(self, texts: Sequence[str]) -> float:
        """Which share of the characters of all texts lies in copied spans; 0 where there is no text."""
        total = sum(len(text) for text in texts)
        return sum(covered(self.find(text)) for text in texts) / total if total else 0.0

    def _spans(self, text: str) -> Iterator[tuple[int, int, int]]:
        """(start, end, place in the corpus) of copied spans, by their start, the longest of a window first."""
        hashes = _hashes(text)
        low = np.searchsorted(self._hashes, hashes, side="left")
        high = np.searchsorted(self._hashes, hashes, side="right")
        best: dict[int, tuple[int, int]] = {}
        for at in np.flatnonzero(high > low):
            for place in self._places[low[at] : min(high[at], low[at] + TRIED)]:
                start, end = self._widened(text, int(at), int(place))
                if end - start >= SHORTEST and end > best.get(start, (0, 0))[0]:
                    best[start] = (end, int(place) - int(at) + start)
        return ((start, end, place) for start, (end, place) in sorted(best.items()))

    def _widened(self, text: str, at: int, place: int) -> tuple[int, int]:
        """As far as both agree around a window; nothing when a hash lied."""
        corpus = self._corpus
        if text[at : at + WINDOW] != corpus[place : place + WINDOW]:
            return at, at
        start, end, shift = at, at + WINDOW, place - at
        while start > 0 and start + shift > 0 and text[start - 1] == corpus[start + shift - 1]:
            start -= 1
        while end < len(text) and end + shift < len(corpus) and text[end] == corpus[end + shift]:
            end += 1
        return start, end

    def _name(self, place: int) -> str:
        return self._names[int(np.searchsorted(self._starts, place, side="right")) - 1]


def covered(spans: Iterable[Copied]) -> int:
    """How many characters lie in spans that are ordered by their start."""
    count = reach = 0
    for span in spans:
        count += max(0, span.end - max(span.start, reach))
        reach = max(reach, span.end)
    return count


def _hashes(text: str, step: int = 1) -> Hashes:
    """One for the window at each `step`-th place of the text: a sum of powers, all at once."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    last = len(codes) - WINDOW
    if last < 0:
        return np.zeros(0, dtype=np.uint64)
    hashed = np.zeros(last // step + 1, dtype=np.uint64)
    for k in range(WINDOW):
        letters = codes[k : k + last + 1 : step].astype(np.uint64)
        hashed = hashed * MULTIPLIER + (letters << RANK) + letters
    return hashed


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The text with one space for each run of blanks, and where each of its characters stood."""
    letters, origins = list[str](), list[int]()
    for at, letter in enumerate(text):
        if not letter.isspace():
            letters.append(letter)
            origins.append(at)
        elif letters and letters[-1] != " ":
            letters.append(" ")
            origins.append(at)
    return "".join(letters), origins
