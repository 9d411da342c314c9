"""Which writing is held out to measure on, and never learnt. A pure rule over documents; knows no tokens.

Where most of the writing has dates, the newest twentieth is the test and the twentieth before it is held out to measure
on while training, whole conversations at a time: a bot is asked about what comes after what it has read.

Where it has none, one in fourteen is held out, chosen by a hash of its text, so that adding documents never moves
another one to the other side, and the same text under two names never stands on both. A document of up to 40,000
characters is on one side as a whole; a longer one (a book in one file) is cut at paragraph ends first, because holding
out one of four books would hold out a quarter. Where chance deals an unfair share, as it may with a handful of
documents, all of them are cut, and every fourteenth section is held out. There is no test then: so little is better
learnt from.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from core.documents import Document, Span

EVERY: Final = 14  # one in so many is held out: 7 %
LONG: Final = 40_000  # characters; a longer document is cut
SECTION: Final = 20_000  # characters, about a chapter
SHORTEST: Final = 500  # characters; a smaller section says little about how somebody writes
FAIR: Final = (0.04, 0.12)  # the share of the writer's own characters that may be held out
NEWEST: Final = 0.05  # of the documents for the test, and as many again to measure on
AT_LEAST, AT_MOST = 30, 500  # documents on each of the two sides
LARGEST: Final = 0.08  # of the own characters on each; a longer conversation is learnt
MOSTLY: Final = 0.8  # of the own characters must have a date
CHARACTERS_PER_TOKEN: Final = 4.2  # of English, for the tokenizers of pretrained models

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

Side: TypeAlias = Literal["train", "held_out", "test"]


@dataclass(frozen=True, slots=True)
class Section:
    """The characters [start, end) of a document. `closed`: what follows, if anything, is on another side."""

    document: Document
    start: int
    end: int
    side: Side
    closed: bool

    @property
    def held_out(self) -> bool:
        return self.side == "held_out"

    def parts(self) -> Iterator[tuple[str, bool]]:
        """The text in order, in parts that are wholly the writer's own (True) or wholly somebody else's (False)."""
        text, mine = self.document.text, self.document.role == "me"
        here = self.start
        for start, end in self.document.quotes:
            if start < self.end and end > self.start:
                yield text[here : max(here, start)], mine
                here = min(end, self.end)
                yield text[max(self.start, start) : here], False
        yield text[here : self.end], mine

    @property
    def own_characters(self) -> int:
        return sum(len(text) for text, own in self.parts() if own)


def split(documents: Sequence[Document]) -> list[Section]:
    """All of the documents, in order, as sections of which each is on one side."""
    low, high = FAIR
    by_time = split_by_time(documents)
    if by_time and low / 2 <= held_out_share(by_time) <= high:
        return by_time
    by_hash = [section for document in documents for section in split_by_hash(document)]
    return by_hash if low <= held_out_share(by_hash) <= high else split_evenly(documents)


def split_by_time(documents: Sequence[Document]) -> list[Section]:
    """The newest twentieth as the test and the one before it held out; nothing where too much has no date."""
    own = [own_characters(document) for document in documents]
    if sum(n for document, n in zip(documents, own, strict=True) if document.written) < MOSTLY * max(1, sum(own)):
        return []
    units: dict[tuple[str, str], list[int]] = {}
    for n, document in enumerate(documents):
        units.setdefault((document.source, document.thread or f"\0{document.key}"), []).append(n)
    newest = {unit: max(documents[n].written or LONG_AGO for n in members) for unit, members in units.items()}
    queue = sorted((unit for unit in units if newest[unit] > LONG_AGO), key=lambda unit: (newest[unit], unit))
    wanted = min(AT_MOST, max(AT_LEAST, round(NEWEST * len(documents))))
    sides: dict[int, Side] = {}
    for side in ("test", "held_out"):
        taken = count = 0
        while queue and count < wanted and taken < NEWEST * sum(own):
            members = units[queue.pop()]
            size = sum(own[n] for n in members)
            if size and taken + size <= LARGEST * sum(own):
                sides.update(dict.fromkeys(members, side))
                taken, count = taken + size, count + len(members)
    return [
        Section(document, 0, len(document.text), sides.get(n, "train"), closed=True)
        for n, document in enumerate(documents)
        if document.text
    ]


def own_characters(document: Document) -> int:
    """How many characters of a document are the writer's own."""
    if document.role != "me":
        return 0
    return len(document.text) - sum(end - start for start, end in document.quotes)


def about_tokens(characters: int) -> int:
    """How many tokens so many characters are, about, before any tokenizer has seen them."""
    return round(characters / CHARACTERS_PER_TOKEN)


def split_by_hash(document: Document) -> list[Section]:
    """The sections of one document, on sides that depend on nothing else."""
    length = len(document.text)
    spans = cut(document.text, max(EVERY, length // SECTION) if length > LONG else 1)
    return as_sections(
        document, spans, ["held_out" if is_held_out(document, n) else "train" for n in range(len(spans))]
    )


def split_evenly(documents: Sequence[Document]) -> list[Section]:
    """Every fourteenth of the sections in which the writer has a word."""
    sections: list[Section] = []
    seen = 0
    for document in documents:
        length = len(document.text)
        spans = cut(document.text, max(1, min(length // SHORTEST, max(EVERY, length // SECTION))))
        sides: list[Side] = []
        for section in as_sections(document, spans, ["train"] * len(spans)):
            seen += section.own_characters > 0
            sides.append("held_out" if section.own_characters > 0 and seen % EVERY == 0 else "train")
        sections += as_sections(document, spans, sides)
    return sections


def is_held_out(document: Document, section: int = 0) -> bool:
    """Whether a section of a document is held out: a function of the text and the number, and of nothing else."""
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest[:8], "big")
    return (number + section) % EVERY == 0


def as_sections(document: Document, spans: Sequence[Span], sides: Sequence[Side]) -> list[Section]:
    last = len(spans) - 1
    return [
        Section(document, start, end, sides[n], closed=n == last or sides[n] != sides[n + 1])
        for n, (start, end) in enumerate(spans)
    ]


def cut(text: str, count: int) -> list[Span]:
    """`text` in `count` spans of about one size (none when it is empty), cut where a paragraph ends if possible."""
    size = len(text) / count
    inner = (border_behind(text, round(n * size), round(size / 2)) for n in range(1, count))
    return [(start, end) for start, end in pairwise([0, *inner, len(text)]) if start < end]


def border_behind(text: str, least: int, reach: int) -> int:
    """The first good place to cut at `least` or up to `reach` characters on: behind an empty line, else behind a line
    end, else behind a space; `least` itself where there is none."""
    for mark in ("\n\n", "\n", " "):
        found = text.find(mark, least - len(mark), least + reach)
        if found >= 0:
            return found + len(mark)
    return least


def held_out_share(sections: Iterable[Section]) -> float:
    """The share of the writer's own characters that is held out; 0 where there are none."""
    own = [0, 0]
    for section in sections:
        own[section.held_out] += section.own_characters
    return own[True] / max(1, sum(own))
