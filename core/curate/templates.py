"""Templates: short pieces of which more than twenty begin alike, such as "I just finished ... on ...".

Counted over the corpus first. Numbers, links and names with @ do not tell two beginnings apart. Long pieces are left
alone: a series of essays may begin with the same sentence.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from core.documents import Document

MANY: Final = 20
OPENING: Final = 6  # words
LONGEST: Final = 60  # words
SHORTEST: Final = 8
VARIABLE: Final = re.compile(r"https?://\S+|[@#]\w+|\d+|[\"“‘'].{1,60}?[\"”’']")
SPEAKS: Final = ("message",)  # kinds in which people say the same again and mean it


@dataclass(slots=True)
class Templates:
    """Counts openings with `learn`, then tells with `has` whether a document has a common one."""

    openings: Counter[tuple[str, str]] = field(default_factory=Counter)

    def learn(self, document: Document) -> None:
        if opening := opening_of(document):
            self.openings[opening] += 1

    def settle(self) -> None:
        self.openings = Counter({opening: n for opening, n in self.openings.items() if n > MANY})

    def has(self, document: Document) -> bool:
        return bool(self.openings) and opening_of(document) in self.openings


def opening_of(document: Document) -> tuple[str, str] | None:
    """The source and the first words of a short document."""
    if len(document.text) > 12 * LONGEST or document.kind in SPEAKS:
        return None
    words = VARIABLE.sub("0", document.text).casefold().split()
    if not SHORTEST <= len(words) <= LONGEST:
        return None
    return document.source, " ".join(words[:OPENING])
