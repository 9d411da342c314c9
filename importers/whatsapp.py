"""WhatsApp: chats as the telephone exports them, one text each.

Telephones write dates in the order of their country and say so nowhere: the order is found once for each chat, from
all of its dates. Nor do they say whose telephone it is.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final, TypeAlias

from core.documents import Item
from core.rows import as_stored
from core.sources import Guide, Person
from importers.archive import HEAD
from importers.characters import one_line
from importers.chats import Message, Talk, chat_with, documents, told_apart
from importers.export import Files
from importers.records import blocks, encoding

Numbers: TypeAlias = tuple[int, int, int]  # of a date, in the order in which they stand
Order: TypeAlias = tuple[int, int, int]  # where among them year, month and day are
Entry: TypeAlias = tuple[str, str, str | None, str]  # date, time, sender and text; the program itself has no sender

GAP: Final = r"[^\S\n]"
BEGINNING: Final = re.compile(  # [06.03.23, 09:00:10] Name: text     3/7/24, 9:05 PM - Name: text
    r"\n[\u200e\u200f\ufeff]*(\[)?(\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4})\.?,?" + GAP + f"(?:klo{GAP})?"
    r"(\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:(?:" + GAP + r"|_)?[AaPp]\.?" + GAP + r"?[Mm]\.?)?)"
    r"(?(1)\]|" + GAP + "-)(?:" + GAP + r"|(?=\n))(?:([^\n:]*+(?::(?! )[^\n:]*+)*+): |)"
)
MAYBE: Final = re.compile(r"\n[\u200e\u200f\ufeff]*+\[?\d")  # without this no line in a text begins a message
ODD: Final = 50  # texts in a block that may hold messages which begin otherwise; more, and the block is odd
NUMBER: Final = re.compile(r"\d+")
ORDERS: Final[dict[str, Order]] = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2), "ydm": (0, 2, 1)}
TIMES: Final = 1_440  # as many as a day has minutes
FIRST_YEAR: Final = 2009  # of WhatsApp
LOOKED_AT: Final = 30  # lines by which a chat is recognised
ENOUGH: Final = 3  # of them begin like messages
MARKED: Final = "\u200e"  # what the program itself says, on iPhones
PLACES: Final = ("location", "Standort", "ubicación", "localisation", "posizione", "localização")
OMITTED: Final = ("image", "video", "audio", "sticker", "GIF", "document", "Contact card", "Video note")
DELETED: Final = (
    "This message was deleted", "You deleted this message", "Diese Nachricht wurde gelöscht",
    "Du hast diese Nachricht gelöscht", "Se eliminó este mensaje", "Eliminaste este mensaje",
    "Ce message a été supprimé", "Vous avez supprimé ce message", "Questo messaggio è stato eliminato",
    "Hai eliminato questo messaggio", "Esta mensagem foi apagada", "Você apagou esta mensagem",
    "Dit bericht is verwijderd", "Je hebt dit bericht verwijderd",
    "Waiting for this message. This may take a while",
)  # fmt: skip
ELSEWHERE: Final = tuple(  # the same in other languages, where the mark of the program was lost on the way
    f"{thing} {gone}"
    for things, gone in (
        ("Bild Video Audio Sticker GIF Dokument Kontaktkarte Videonachricht", "weggelassen"),
        ("imagen", "omitida"), ("video audio sticker GIF documento", "omitido"), ("image vidéo", "absente"),
        ("audio sticker GIF document", "omis"), ("immagine", "omessa"), ("video audio sticker GIF documento", "omesso"),
        ("imagem figurinha", "ocultada"), ("vídeo áudio GIF documento", "ocultado"),
        ("afbeelding video audio sticker GIF document", "weggelaten"),
    )
    for thing in things.split()
)  # fmt: skip
CALLS: Final = ("Missed voice", "Missed video", "Missed group voice", "Missed group video", "Verpasster")
GONE: Final = re.compile(  # in place of a message; in angle brackets whatever the language
    rf"<[^<>\n]+>|null|POLL:.*|(?:{'|'.join(PLACES)}): https?://\S+|(?:{'|'.join(OMITTED)}) omitted"
    rf"|(?:{'|'.join((*DELETED, *ELSEWHERE))})\.?"
    rf"|(?:(?:{'|'.join(CALLS[:-1])}) call|{CALLS[-1]} (?:Sprach|Video)anruf).*",
    re.DOTALL,
)
GOES: Final = frozenset(
    words[:3] for words in ("null", "POLL:", *PLACES, *OMITTED, *DELETED, *ELSEWHERE, *CALLS)
)  # how it begins
ATTACHED: Final = re.compile(r"\S+\.\w{2,4} \([^()\n]+\)\n?")  # a file; a caption may follow
EDITED: Final = re.compile(r"\s*\u200e?<[^<>\n]{5,60}>$")


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
        begun = [line for line in first if BEGINNING.match(f"\n{line}\n")]
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
            yield from documents(messages(entries(files, name, chat.usual), chat, me, keys), talk)


@dataclass(frozen=True, slots=True)
class Overview:
    """What has to be known of a whole chat before its first message can be read."""

    senders: Counter[str]
    names: dict[str | None, str]  # of the senders, by how the file writes them
    order: Order
    usual: re.Pattern[str]  # how nearly all messages begin


def overview(files: Files, name: str) -> Overview:
    """Read once, and asked for twice: who is in it, and what they say."""
    kept = files.kept.get(name)
    if not isinstance(kept, Overview):
        files.kept[name] = kept = looked_over(files, name)
    return kept


def looked_over(files: Files, name: str) -> Overview:
    counts = Counter[str | None]()
    days: list[str] = []
    usual: re.Pattern[str] | None = None
    for block in blocks(files, name):
        usual = usual or usual_beginning(block)
        found = begun(block, usual)
        counts.update(found[3::4])
        days += (day for day, _ in groupby(found[1::4]))
    who = senders(Counter({raw or "": count for raw, count in counts.items()}))
    names: dict[str | None, str] = {raw: name_of(raw) for raw in counts if raw is not None and name_of(raw) in who}
    order = date_order([numbers(day) for day, _ in groupby(days)])
    return Overview(who, names, order, usual or BEGINNING)


def usual_beginning(block: str) -> re.Pattern[str]:
    """How messages begin that begin like the first: with other digits, by whomever, and all else the same.

    Where it finds a message, BEGINNING finds the same one, in twice the time. Without a first message it is BEGINNING.
    """
    first = BEGINNING.search(f"\n{block}")
    behind = first.string[first.end(3) : first.end() if first[4] is None else first.start(4)] if first else ""
    if first is None or not behind[-1:].isspace():
        return BEGINNING
    _, to_second, to_third, _ = map(re.escape, NUMBER.split(first[2]))
    _, *to_next, half = map(re.escape, NUMBER.split(first[3]))
    between = re.escape(first.string[first.end(2) : first.start(3)])
    date = f"[0-9]{{1,4}}{to_second}[0-9]{{1,2}}{to_third}[0-9]{{1,4}}"
    time = "".join(("[0-9]{1,2}", *(f"{colon}[0-9]{{2}}" for colon in to_next), re.sub("[AaPp]", "[AaPp]", half)))
    bracket = r"\[" if first[1] else ""
    return re.compile(f"\n{bracket}({date}){between}({time}){re.escape(behind)}([^\n:]*+): ")


def begun(block: str, usual: re.Pattern[str]) -> list[str]:
    """What stands before the first message, and of each its date, its time, its sender (none: the program) and its
    text: in one list, as `split` makes it."""
    found = usual.split(f"\n{block}")
    if usual is BEGINNING:
        del found[1::5]
        return found
    odd = [place for place in range(0, len(found), 4) if "\n" in found[place] and MAYBE.search(found[place])]
    if len(odd) > ODD:
        return begun(block, BEGINNING)
    for place in reversed(odd):
        inner = BEGINNING.split(found[place])
        del inner[1::5]
        found[place : place + 1] = inner
    return found


def entries(files: Files, name: str, usual: re.Pattern[str]) -> Iterator[Entry]:
    """What stands in a chat, from the top. A line that begins like no message goes on with the one before."""
    last, parts = None, list[str]()  # the next block may go on with it
    for block in blocks(files, name):
        before, *found = begun(block, usual)
        parts.append(before[1:])
        if not found:
            continue
        if last is not None:
            yield *last[:3], "".join(parts)
        *whole, last = zip(found[::4], found[1::4], found[2::4], found[3::4], strict=True)
        yield from whole
        parts = [last[3]]
    if last is not None:
        yield *last[:3], "".join(parts)


@lru_cache
def numbers(date: str) -> Numbers:
    first, second, third = NUMBER.findall(date)
    return int(first), int(second), int(third)


def since_midnight(time: str) -> timedelta:
    """`09:00:10`, `9.05` or `9:05 p. m.`"""
    if len(time) == 8 and time[2] == time[5] == ":":  # as most telephones write it
        return clock(time[:5]) + seconds(time[6:])
    return clock(time)


@lru_cache(100)
def seconds(digits: str) -> timedelta:
    return timedelta(seconds=int(digits))


@lru_cache(TIMES)
def clock(time: str) -> timedelta:
    """What `since_midnight` says of one time."""
    hour, minute, *second = map(int, NUMBER.findall(time))
    half = next((letter for letter in time if letter in "AaPp"), "")
    hour = hour % 12 + 12 * (half in "Pp") if half else hour % 24
    return timedelta(hours=hour, minutes=minute, seconds=sum(second))


@lru_cache
def name_of(sender: str) -> str:
    """A sender without the wave that marks people who are in no address book."""
    return one_line(sender).removeprefix("~").strip()


def senders(raw: Counter[str]) -> Counter[str]:
    """Who wrote how much: not the program, which has no name. A name that occurs once may be a sentence of the program
    with a colon in it."""
    counts = Counter[str]()
    for sender, count in raw.items():
        counts[name_of(sender)] += count
    del counts[""]
    sure = tuple(f"{name} " for name, count in counts.items() if count > 1)
    for name, count in list(counts.items()):
        if count == 0 or (count == 1 and (name.startswith(sure) or any(mark in name for mark in '"“”„«'))):
            del counts[name]
    return counts


def date_order(days: Sequence[Numbers]) -> Order:
    """The places of year, month and day: of the orders in which all dates exist, the one that goes back least."""
    return min(ORDERS.values(), key=lambda order: fitness(days, order))


def fitness(days: Sequence[Numbers], order: Order) -> tuple[int, int, int]:
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
    last, midnight, today = "", None, ""
    for date, time, sender, text in found:
        author = chat.names.get(sender)
        if author is None:
            continue
        if date != last:
            last, midnight = date, day(numbers(date), chat.order)
            today = f"{midnight:%Y-%m-%d}" if midnight else ""
        written, when = moment(midnight, today, time)
        mine, words = author in me, text.rstrip("\r\n")
        key = told_apart(key_of(when, author, words), keys) if mine else ""
        yield Message(key, author, said(words), written, mine)


def moment(midnight: datetime | None, today: str, time: str) -> tuple[datetime | None, str]:
    """The moment of a day at a time, and how keys have it. `midnight` is that day, and so is `today`."""
    clock = time if len(time) != 5 else f"{time}:00"
    if midnight and len(clock) == 8 and clock[2] == clock[5] == ":":  # as most telephones write it, and keys have it
        when = f"{today} {clock}+00:00"
        try:
            return datetime.fromisoformat(when), when
        except ValueError:  # 24:00, and digits that are not ours
            pass
    written = midnight and midnight + since_midnight(time)
    return written, str(as_stored(written)).replace("T", " ")


def key_of(when: str, author: str, text: str) -> str:
    return hashlib.sha256(f"{when}\0{author}\0{text}".encode()).hexdigest()[:16]


def said(text: str) -> str:
    """The words of a message; empty when the program speaks in its place."""
    if text[:1] == MARKED or ((text[:3] in GOES or text[:1] == "<") and GONE.fullmatch(text)):
        return ""
    if "(" in text and ATTACHED.match(text):
        text = ATTACHED.sub("", text, count=1)
    return EDITED.sub("", text) if text.endswith(">") else text
