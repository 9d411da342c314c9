"""Signatures that nothing marks: the same lines at the end of many letters of one person. Knows no mailbox and no file.

The rule. A signature is a block of two to eight short lines at the very end of a letter, none of which ends like a
sentence or like a greeting (`. ! ? , ; :`), begins like an item of a list, or is quoted, and

- it names a way to reach somebody (a number of at least six digits, an address of mail, a site, bars between words), or
  has three lines or more; a single line counts only with two such ways;
- it ends at least five of the person's letters, word for word, and at least a tenth of them.

So `Best wishes,` and a name stay, a sentence stays however often it comes back, and so does every letter of somebody
of whom there are only a few. Nothing is cut that was not found in other letters too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Lines: TypeAlias = tuple[str, ...]

LONGEST: Final = 8  # lines
WIDEST: Final = 90  # characters of a line
LEAST: Final = 5  # letters that end in it
SHARE: Final = 0.1  # of a person's letters: people change their work, and with it their signature
NEARLY: Final = 0.8  # as often as its end: then a line above belongs to it
AS_IT_IS: Final = 3  # lines: so many are a signature without a way to reach anybody
SENTENCE: Final = re.compile(r"[.!?…,;:。！？]['\"”’)]*$")
OTHERS: Final = re.compile(r"\s*(?:[-*+•]\s|[>|#]|\d{1,2}[.)]\s)")  # items, quotations, tables
REACH: Final = re.compile(
    r"(?P<number>\+?\d(?:[ ()/.-]{0,2}\d){5,})|(?P<mail>[\w.+-]{1,60}@[\w-]+\.\w)|(?P<site>\bwww\.|https?://)"
    r"|(?P<bars>\S [|·•] \S)"
)


@dataclass(frozen=True, slots=True)
class Signatures:
    """What was learnt of each person, by their address: how many letters end in which lines."""

    counts: Mapping[str, Mapping[Lines, int]]

    def cut(self, person: str, text: str) -> str:
        """`text` without the signature at its end; all of it where it has none, or is nothing else."""
        known = self.counts.get(person, {})
        found = [(size, known[ending]) for size, ending in endings(text) if ending in known] if known else []
        if not found:
            return text
        often = found[0][1]
        size = max(size for size, count in found if count >= NEARLY * often)
        return text[: len(text) - size].rstrip() or text


def learnt(letters: Iterable[tuple[str, str]]) -> Signatures:
    """The signatures in letters: who wrote each, and what they say in it."""
    counts: dict[str, Counter[Lines]] = {}
    totals = Counter[str]()
    for person, text in letters:
        totals[person] += 1
        counts.setdefault(person, Counter()).update(ending for _, ending in endings(text))
    return Signatures(
        {
            person: {
                lines: count
                for lines, count in found.items()
                if count >= max(LEAST, SHARE * totals[person]) and is_signature(lines)
            }
            for person, found in counts.items()
        }
    )


def is_signature(lines: Sequence[str]) -> bool:
    """Whether lines that come back look like a signature."""
    ways = {
        kind for line in lines for found in REACH.finditer(line) for kind, value in found.groupdict().items() if value
    }
    return len(lines) >= AS_IT_IS or len(ways) >= (1 if len(lines) > 1 else 2)


def endings(text: str) -> Iterable[tuple[int, Lines]]:
    """Every block at the end of `text` that could be a signature, the shortest first, and how many characters it has.

    A blank line ends a block, but for one whose lines all have blank ones between them, as pages of mail have.
    """
    lines = text.rstrip().rsplit("\n", 3 * LONGEST)[-3 * LONGEST :]
    size, trailing = len(text) - len(text.rstrip()), ""
    block: list[str] = []
    is_tight, has_gap = False, False
    for line in reversed(lines):
        words = " ".join(line.split())
        if not words:
            has_gap = bool(block)
            trailing += "\n" + line
            continue
        if (has_gap and is_tight) or len(block) == LONGEST or len(words) > WIDEST:
            return
        if SENTENCE.search(words) or OTHERS.match(words):
            return
        is_tight = is_tight or (bool(block) and not has_gap)
        if is_tight and has_gap:
            return
        size += len(trailing) + len(line) + bool(block)
        trailing, has_gap = "", False
        block.insert(0, words)
        yield size, tuple(block)
