"""Boilerplate: lines that stand in many documents of one source, such as "Thanks for reading, subscribe here".

Counted over the whole corpus first, then cut from each document. A line that is a whole document, such as a greeting
in a talk, is nobody's footer. Knows documents, no corpus.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from core.curate.edits import Edit
from core.curate.rules import BOILERPLATE
from core.documents import Document

ANYWHERE: Final = 20  # a line in more documents than that is boilerplate wherever it stands
AT_THE_ENDS: Final = 6  # and one among the first or last few lines, in so many
SHORTEST: Final = 20  # characters of such a line, and it has at least
FEWEST_WORDS: Final = 4
ENDS: Final = 4  # lines at either end where headers and footers are
LINE: Final = re.compile(r"[^\n]*[^\s][^\n]*")
SPACE: Final = re.compile(r"\s+")


@dataclass(slots=True)
class Boilerplate:
    """Counts lines with `learn`, then finds them with `edits`."""

    anywhere: Counter[bytes] = field(default_factory=Counter)
    at_the_ends: Counter[bytes] = field(default_factory=Counter)

    def learn(self, document: Document) -> None:
        lines = [(hashed(document.source, line), at_end) for _, _, line, at_end in long_lines(document.text)]
        self.anywhere.update({line for line, _ in lines})
        self.at_the_ends.update({line for line, at_end in lines if at_end})

    def settle(self) -> None:
        """Let go of what was not seen often enough: most lines were seen once."""
        self.anywhere = Counter({line: n for line, n in self.anywhere.items() if n > ANYWHERE})
        self.at_the_ends = Counter({line: n for line, n in self.at_the_ends.items() if n >= AT_THE_ENDS})

    def edits(self, document: Document) -> Iterator[Edit]:
        if not (self.anywhere or self.at_the_ends):
            return
        for start, end, line, at_end in long_lines(document.text):
            key = hashed(document.source, line)
            if key in self.anywhere or (at_end and key in self.at_the_ends):
                yield Edit(start, end + (document.text[end : end + 1] == "\n"), "", BOILERPLATE)


def long_lines(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Start, end, words and whether it is near an end, of each line that could be boilerplate."""
    lines = [(match.start(), match.end(), match.group()) for match in LINE.finditer(text)]
    for n, (start, end, line) in enumerate(lines):
        if len(line) >= SHORTEST and len(lines) > 1 and len(line.split()) >= FEWEST_WORDS:
            yield start, end, line, n < ENDS or n >= len(lines) - ENDS


def hashed(source: str, line: str) -> bytes:
    words = SPACE.sub(" ", line).strip().casefold()
    return blake2b(f"{source}\0{words}".encode("utf-8", "replace"), digest_size=8).digest()
