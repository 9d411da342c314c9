"""Other people's names in conversations: each gets another name, the same everywhere. Knows documents, no corpus.

Who there is is told by conversations: their authors. A name is hidden where it stands with a capital letter; one that
is mostly written small, such as Will or Rose, is a word and stays.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from core.curate.edits import Edit
from core.curate.rules import NAMES
from core.documents import Document

SHORTEST: Final = 3  # letters of a name
WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SPARE: Final = (
    "Alex Robin Sam Jamie Chris Kim Toni Nico Luca Sascha Andrea Dominique Noa Charlie Jules Marian Sandy Kai Renee Jo"
    " Ariel Morgan Quinn Riley Casey Rowan Avery Emery Skyler Hayden Reese Sage Blake Drew Devin Harper Lane Parker"
)  # for anybody, in many countries
ALONE: Final = re.compile(r"(?<![\w@./_-])[^\W\d_]+(?![\w@/]|[._-]\w)")  # not part of an address or a handle
OTHERS: Final = tuple(SPARE.split())
NOBODY: Final = frozenset(
    {"admin", "assistant", "bot", "channel", "chat", "group", "human", "system", "unknown", "user"}
)


@dataclass(slots=True)
class Names:
    """Learns who there is with `learn`, then finds them with `edits`."""

    people: Counter[str] = field(default_factory=Counter)
    mine: set[str] = field(default_factory=set)
    small: Counter[str] = field(default_factory=Counter)
    large: Counter[str] = field(default_factory=Counter)
    put: dict[str, str] = field(default_factory=dict)
    _find: re.Pattern[str] | None = None

    def learn(self, document: Document) -> None:
        """Conversations tell who there is: those whom the writer answers in private or in a thread."""
        if document.role == "me":
            self.mine.update(part.casefold() for part in WORD.findall(document.author))
        if document.context or document.role == "other":
            authors = [turn.author for turn in document.context if turn.role == "other"]
            self.people.update(set(authors + [document.author] * (document.role == "other")))

    def settle(self, texts: Iterable[str]) -> None:
        """Choose who gets which name; `texts` tell names from words."""
        parts = sorted({part for person in self.people for part in parts_of(person)} - self.mine - NOBODY)
        if not parts:
            return
        known = set(parts)
        for text in texts:
            for word in ALONE.findall(text):
                lower = word.casefold()
                if lower in known:
                    (self.small if word[0].islower() else self.large)[lower] += 1
        kept = [part for part in parts if self.small[part] <= self.large[part]]
        self.put = pseudonyms(kept, self.mine)
        if kept:
            longest_first = sorted(kept, key=lambda part: (-len(part), part))
            self._find = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)

    def alias(self, author: str) -> str:
        """The other name of somebody who speaks."""
        part = next(iter(parts_of(author)), "")
        return self.put.get(part, author if part in self.mine else "")

    def edits(self, text: str) -> Iterator[Edit]:
        if self._find is not None:
            for match in self._find.finditer(text):
                if not match.group()[0].islower():
                    yield Edit(match.start(), match.end(), self.put[match.group().casefold()], NAMES)


def parts_of(person: str) -> Iterator[str]:
    """The names in a name, without handles, numbers and addresses."""
    if any(sign in person for sign in "@#/_") or any(map(str.isdigit, person)):
        return
    for part in WORD.findall(person):
        if len(part) >= SHORTEST and part[0].isupper():
            yield part.casefold()


def pseudonyms(names: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Another name for each, by its hash, so that a new person changes hardly anybody else's. No two share one while
    there are enough, and none is in use."""
    names = list(names)
    free = [other for other in OTHERS if other.casefold() not in {*names, *taken}] or list(OTHERS)
    put: dict[str, str] = {}
    given: set[str] = set()
    for digest, name in sorted((hashlib.sha256(name.encode()).hexdigest(), name) for name in names):
        place = int(digest[-8:], 16) % len(free)
        in_turn = free[place:] + free[:place]
        put[name] = next((other for other in in_turn if other not in given), in_turn[0])
        given.add(put[name])
    return put
