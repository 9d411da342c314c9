"""WhatsApp: chats as the telephone exports them, one text each.

Telephones write dates in the order of their country and say so nowhere: the order is found once for each chat, from
all of its dates. Nor do they say whose telephone it is.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from core.documents import Item
from core.sources import Guide, Person
from importers.archive import HEAD
from importers.characters import one_line
from importers.chats import Message, Talk, chat_with, documents, told_apart
from importers.export import Files
from importers.records import encoding, lines

Numbers: TypeAlias = tuple[int, int, int]  # of a date, in the order in which they stand
Order: TypeAlias = tuple[int, int, int]  # where among them year, month and day are

GAP: Final = r"[^\S\n]"
LINE: Final = re.compile(  # [06.03.23, 09:00:10] Name: text     3/7/24, 9:05 PM - Name: text
    r"^[\u200e\u200f\ufeff]*(\[)?(\d{1,4})[./-] ?(\d{1,2})[./-] ?(\d{1,4})\.?,?" + GAP + f"(?:klo{GAP})?"
    r"(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:(?:" + GAP + r"|_)?([AaPp])\.?" + GAP + r"?[Mm]\.?)?"
    r"(?(1)\]|" + GAP + r"-)\s(?:([^\n]*?)(: )|)",
    re.MULTILINE,
)
ORDERS: Final[dict[str, Order]] = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2), "ydm": (0, 2, 1)}
BLOCK: Final = 1 << 18  # characters
FIRST_YEAR: Final = 2009  # of WhatsApp
LOOKED_AT: Final = 30  # lines by which a chat is recognised
ENOUGH: Final = 3  # of them begin like messages
MARKED: Final = "\u200e"  # what the program itself says, on iPhones
GONE: Final = re.compile(  # in place of a message; in angle brackets whatever the language
    r"<[^<>\n]+>|null|POLL:.*|(?:location|Standort|ubicación|localisation|posizione|localização): https?://\S+"
    r"|(?:image|video|audio|sticker|GIF|document|Contact card|Video note) omitted"
    r"|(?:This message was deleted|You deleted this message|Diese Nachricht wurde gelöscht"
    r"|Du hast diese Nachricht gelöscht|Se eliminó este mensaje|Eliminaste este mensaje|Ce message a été supprimé"
    r"|Vous avez supprimé ce message|Questo messaggio è stato eliminato|Hai eliminato questo messaggio"
    r"|Esta mensagem foi apagada|Você apagou esta mensagem|Dit bericht is verwijderd"
    r"|Je hebt dit bericht verwijderd)\.?"
    r"|(?:Missed (?:group )?(?:voice|video) call|Verpasster (?:Sprach|Video)anruf).*",
    re.DOTALL,
)
ATTACHED: Final = re.compile(r"\S+\.\w{2,4} \([^()\n]+\)\n?")  # a file; a caption may follow
EDITED: Final = re.compile(r"\s*\u200e?<[^<>\n]{5,60}>$")


class Entry(NamedTuple):
    """One message as it stands in the file, or one line of the program when there is no `sender`."""

    date: Numbers
    time: timedelta
    sender: str
    text: str


class WhatsApp:
    guide = Guide(
        source="whatsapp",
        title="WhatsApp",
        is_lone=True,
        steps=(
            "Open a chat, tap its name or the three dots, then Export chat.",
            "Choose Without media, and send the file to yourself or save it.",
            "Choose the .txt or .zip here, or a folder with several, and say which name is yours.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        """It begins with a message, and goes on with more unless it ends before."""
        first = head.decode(encoding(head), "replace").split("\n")[:LOOKED_AT]
        begun = [line for line in first if LINE.match(line)]
        return begun[:1] == first[:1] and (
            len(begun) >= ENOUGH or (len(head) < HEAD and any(": " in line for line in begun))
        )

    def people(self, files: Files) -> list[Person]:
        """Everybody, first those who are in all chats: a telephone's owner is."""
        counts, chats = Counter[str](), Counter[str]()
        for name in files.names:
            present = overview(files, name).senders
            counts.update(present)
            chats.update(present.keys())
        ranked = sorted(counts, key=lambda one: (-chats[one], -counts[one], one))
        return [Person(one, one, counts[one]) for one in ranked]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        keys = Counter[str]()
        for name in files.names:
            chat = overview(files, name)
            others = [one for one in chat.senders if one not in me]
            talk = Talk(
                source=self.guide.source,
                thread=chat_with(others),
                is_group=len(others) > 1,
                zone_known=False,
                origin=files.origin(name),
            )
            yield from documents(messages(entries(files, name), chat, me, keys), talk)


@dataclass(frozen=True, slots=True)
class Overview:
    """What has to be known of a whole chat before its first message can be read."""

    senders: Counter[str]
    order: Order


def overview(files: Files, name: str) -> Overview:
    """Read once, and asked for twice: who is in it, and what they say."""
    kept = files.kept.get(name)
    if not isinstance(kept, Overview):
        files.kept[name] = kept = looked_over(files, name)
    return kept


def looked_over(files: Files, name: str) -> Overview:
    counts = Counter[str]()
    days: list[Numbers] = []
    last: tuple[str, ...] = ()
    for block in blocks(files, name):
        for start in LINE.finditer(block):
            _, *date, _, _, _, _, sender, colon = start.groups()
            if colon:
                counts[sender] += 1
            if last != (last := tuple(date)):
                days.append(date_of(start))
    return Overview(senders(counts), date_order(days))


def date_of(start: re.Match[str]) -> Numbers:
    return int(start[2]), int(start[3]), int(start[4])


def blocks(files: Files, name: str) -> Iterator[str]:
    """Lines, many at once: looking at each by itself would take three times as long."""
    waiting, size = [], 0
    for line in lines(files, name):
        waiting.append(line)
        size += len(line)
        if size > BLOCK:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)


def entries(files: Files, name: str) -> Iterator[Entry]:
    """What stands in a chat, from the top. A line that begins like no message goes on with the one before."""
    entry, parts = None, list[str]()
    for block in blocks(files, name):
        place = 0
        for start in LINE.finditer(block):
            if entry is not None:
                yield finished(entry, "".join((*parts, block[place : start.start()])))
            entry, parts, place = start, [], start.end()
        parts.append(block[place:])
    if entry is not None:
        yield finished(entry, "".join(parts))


def finished(start: re.Match[str], said: str) -> Entry:
    _, year, month, day, hour, minute, second, half, sender, colon = start.groups()
    hours = int(hour) % 24
    if half:
        hours = hours % 12 + 12 * (half in "Pp")
    time = timedelta(0, 60 * (60 * hours + int(minute)) + int(second or 0))
    date = int(year), int(month), int(day)
    return Entry(date, time, name_of(sender), said.rstrip("\r\n")) if colon else Entry(date, time, "", "")


@lru_cache
def name_of(sender: str) -> str:
    """A sender without the wave that marks people who are in no address book."""
    return one_line(sender).removeprefix("~").strip()


def senders(raw: Counter[str]) -> Counter[str]:
    """Who wrote how much. A name that occurs once may be a sentence of the program with a colon in it."""
    counts = Counter[str]()
    for sender, count in raw.items():
        counts[name_of(sender)] += count
    sure = tuple(f"{name} " for name, count in counts.items() if count > 1)
    for name, count in list(counts.items()):
        if count == 0 or (count == 1 and (name.startswith(sure) or any(mark in name for mark in '"“”„«'))):
            del counts[name]
    return counts


def date_order(days: Iterable[Numbers]) -> Order:
    """The places of year, month and day: of the orders in which all dates exist, the one that goes back least."""
    return min(ORDERS.values(), key=lambda order: fitness(days, order))


def fitness(days: Iterable[Numbers], order: Order) -> tuple[int, int, int]:
    """How badly an order fits: dates that do not exist, steps back in time, days from the first to the last."""
    read = [day(numbers, order) for numbers in days]
    real = [one for one in read if one is not None]
    back = sum(later < earlier for earlier, later in pairwise(real))
    return len(read) - len(real), back, (max(real) - min(real)).days if real else 0


@lru_cache
def day(numbers: Numbers, order: Order) -> datetime | None:
    """The day that three numbers name in this order; None when there is none, or WhatsApp was not there yet."""
    year, month, day = (numbers[place] for place in order)
    year += 2000 if year < 100 else 0
    try:
        return datetime(year, month, day, tzinfo=UTC) if FIRST_YEAR <= year < 2100 else None
    except ValueError:
        return None


def messages(found: Iterable[Entry], chat: Overview, me: frozenset[str], keys: Counter[str]) -> Iterator[Message]:
    """The messages of people; `keys` counts those that are the same in every way."""
    for entry in found:
        if entry.sender not in chat.senders:
            continue
        date = day(entry.date, chat.order)
        written = date + entry.time if date else None
        mine = entry.sender in me
        key = told_apart(key_of(written, entry), keys) if mine else ""
        yield Message(key, entry.sender, said(entry.text), written, mine)


def key_of(written: datetime | None, entry: Entry) -> str:
    return hashlib.sha256(f"{written}\0{entry.sender}\0{entry.text}".encode()).hexdigest()[:16]


def said(text: str) -> str:
    """The words of a message; empty when the program speaks in its place."""
    if text.startswith(MARKED) or GONE.fullmatch(text):
        return ""
    if "(" in text and ATTACHED.match(text):
        text = ATTACHED.sub("", text, count=1)
    return EDITED.sub("", text) if text.endswith(">") else text
