"""Signal: chats as signal-export writes them, one text for each. Signal itself keeps them locked.

Its lines look like those of WhatsApp on an iPhone, but for the seconds, which WhatsApp always writes there.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from core.documents import Item
from core.sources import Guide, Person
from importers.characters import one_line
from importers.chats import Message, Talk, chat_with, documents, told_apart
from importers.export import Files
from importers.markup import quotes
from importers.records import encoding, lines, moment

LINE: Final = re.compile(r"\ufeff?\[(\d{4}-\d\d-\d\d),? (\d\d:\d\d)\] ([^:\n]{1,100}): ?(.*)", re.DOTALL)
OWNER: Final = "Me"  # as signal-export calls whoever ran it
ATTACHED: Final = re.compile(r"!?\[[^\[\]\n]*\]\((?:\./)?media/[^()\n]*\)")
REACTIONS: Final = re.compile(r"\s*\(- [^\n]* -\)\s*$")


@dataclass(frozen=True, slots=True)
class Entry:
    date: str
    sender: str
    text: str


class Signal:
    guide = Guide(
        source="signal",
        title="Signal",
        is_lone=True,
        steps=(
            "Install Signal on your computer, link it, and let it fetch your chats.",
            "Install the free program signal-export and run it: it writes a folder for each chat.",
            "Choose that folder here.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return LINE.match(head[:500].decode(encoding(head), "replace")) is not None

    def people(self, files: Files) -> list[Person]:
        """Everybody, first those who are in all chats; the owner is marked where the program marks them."""
        counts, chats = Counter[str](), Counter[str]()
        for name in files.names:
            present = Counter(entry.sender for entry in entries(files, name))
            counts.update(present)
            chats.update(present.keys())
        ranked = sorted(counts, key=lambda one: (one != OWNER, -chats[one], -counts[one], one))
        return [Person(one, one, counts[one], one == OWNER) for one in ranked]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        keys = Counter[str]()
        for name in files.names:
            others = list(dict.fromkeys(one.sender for one in entries(files, name) if one.sender not in me))
            talk = Talk(
                source=self.guide.source,
                thread=chat_with(others),
                is_group=len(others) > 1,
                zone_known=False,
                origin=files.origin(name),
            )
            spoken = (message(entry, me, keys) for entry in entries(files, name))
            for document in documents(spoken, talk):
                yield replace(document, quotes=quotes(document.text))


def entries(files: Files, name: str) -> Iterator[Entry]:
    """The messages of a chat, from the top. A line that begins like no message goes on with the one before."""
    start, parts = None, list[str]()
    for line in lines(files, name):
        found = LINE.match(line)
        if found is None:
            parts.append(line)
            continue
        if start is not None:
            yield entry(start, parts)
        start, parts = found, [found[4]]
    if start is not None:
        yield entry(start, parts)


def entry(start: re.Match[str], parts: list[str]) -> Entry:
    words = ATTACHED.sub("", REACTIONS.sub("", "".join(parts)))
    return Entry(f"{start[1]} {start[2]}", one_line(start[3]), words)


def message(entry: Entry, me: frozenset[str], keys: Counter[str]) -> Message:
    key = hashlib.sha256(f"{entry.date}\0{entry.sender}\0{entry.text.strip()}".encode()).hexdigest()[:16]
    return Message(
        key=told_apart(key, keys),
        author=entry.sender,
        text=entry.text,
        written=moment(entry.date),
        mine=entry.sender in me,
    )
