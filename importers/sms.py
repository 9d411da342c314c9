"""Text messages, as SMS Backup & Restore keeps them: XML with pictures in it, and emoji in halves.

Backups overlap, so the same message counts once. Senders that are no person (a bank, a parcel) are left out with
all that was said to them.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from core.documents import Item
from core.sources import Guide, Person
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.members import BUFFER, Damaged
from importers.records import seconds

SIGN: Final = re.compile(rb"<(?:smses|mmses)\b")
REFERENCES: Final = re.compile(rb"(?:&#\d{1,7};)+")
FIRST_HALF: Final = rb"&#(?:55[2-9]\d\d|56[0-2]\d\d|563[01]\d);"
UNFINISHED: Final = re.compile(rb"(?:(?:" + FIRST_HALF + rb")?(?:&(?:#\d{0,7})?)?|<[!A-Z]{0,7})$")  # read on first
LONGEST: Final = 24  # bytes of it
DECLARATION: Final = b"<!ENTITY"
UNSEEN: Final = {*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF}  # which XML does not allow
NOBODY: Final = {"", "null", "(Unknown)", "insert-address-token"}
PERSON: Final = re.compile(r"\+?[\d\s().-]{7,}|[^@\s]+@[^@\s]+")
SENT: Final = "2"
RECEIVED: Final = "1"
SENDER: Final = "137"


@dataclass(slots=True)
class Conversation:
    name: str
    origin: str
    messages: dict[str, Message] = field(default_factory=dict)


class TextMessages:
    guide = Guide(
        source="sms",
        title="Text messages (SMS)",
        is_lone=True,
        steps=(
            "On an Android telephone, install SMS Backup & Restore and choose Back up now.",
            "Send the file that it made (sms-….xml) to this computer.",
            "Choose the file here, or a folder with several.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return SIGN.search(head) is not None

    def people(self, files: Files) -> list[Person]:
        """Nobody else: each message says whether it was sent or received."""
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        found: dict[str, Conversation] = {}
        for name in files.names:
            for element in elements(files, name):
                take(element, found, files.origin(name))
        for address, conversation in found.items():
            talk = Talk(
                source=self.guide.source,
                thread=f"Texts with {conversation.name}",
                is_group="~" in address,
                origin=conversation.origin,
            )
            yield from documents(sorted(conversation.messages.values(), key=by_time), talk)


def elements(files: Files, name: str) -> Iterator[etree._Element]:
    """Each message, and no longer than it is asked for: pictures are part of it.

    Declarations of entities, which no backup has and bombs are made of, end the file.
    """
    parser = etree.XMLPullParser(
        events=("end",), tag=("sms", "mms"), resolve_entities=False, no_network=True, huge_tree=True
    )
    try:
        for piece in mended(files, name):
            if DECLARATION in piece:
                raise Damaged
            parser.feed(piece)
            yield from finished(parser)
        parser.close()
    except (Damaged, etree.XMLSyntaxError):
        yield from finished(parser)
        files.note_damage(name)


def finished(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    for _, element in parser.read_events():
        yield element
        element.clear()
        parent = element.getparent()  # none when what was cut off lies beside the root
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def mended(files: Files, name: str) -> Iterator[bytes]:
    """The file in pieces, with the halves of characters put together."""
    rest = b""
    with files.open(name) as stream:
        while piece := stream.read(BUFFER):
            piece = rest + piece
            end = UNFINISHED.search(piece, max(0, len(piece) - LONGEST))
            cut = end.start() if end else len(piece)
            piece, rest = piece[:cut], piece[cut:]
            yield REFERENCES.sub(joined, piece)
    yield rest


def joined(found: re.Match[bytes]) -> bytes:
    """References to characters, as one to each whole character; halves alone and unseen ones are gone."""
    numbers = (int(one) for one in found[0][2:-1].split(b";&#"))
    halves = "".join(chr(one) for one in numbers if one <= 0x10FFFF and one not in UNSEEN)
    whole = halves.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return b"".join(b"&#%d;" % ord(one) for one in whole)


def take(element: etree._Element, found: dict[str, Conversation], origin: str) -> None:
    """Put a message where it belongs; nothing when it is a draft, or was never sent."""
    way = value(element, "type") if element.tag == "sms" else value(element, "msg_box")
    address = "~".join(sorted(value(element, "address").split("~")))
    if way not in (SENT, RECEIVED) or not any(PERSON.fullmatch(one) for one in address.split("~")):
        return
    name = value(element, "contact_name") or address.replace("~", ", ")
    words = value(element, "body") if element.tag == "sms" else parts(element)
    mine = way == SENT
    date = value(element, "date")
    key = hashlib.sha256(f"{date}\0{address}\0{way}\0{words}".encode()).hexdigest()[:16]
    author = "" if mine else (sender(element) if "~" in address else "") or name
    conversation = found.setdefault(address, Conversation(name, origin))
    conversation.messages.setdefault(key, Message(key, author, words, seconds(date), mine))


def value(element: etree._Element, name: str) -> str:
    found = str(element.get(name) or "").strip()
    return "" if found in NOBODY else found


def parts(element: etree._Element) -> str:
    """The texts of a message with pictures."""
    return "\n".join(value(part, "text") for part in element.iter("part") if value(part, "ct") == "text/plain")


def sender(element: etree._Element) -> str:
    return next((value(one, "address") for one in element.iter("addr") if value(one, "type") == SENDER), "")


def by_time(message: Message) -> float:
    return message.written.timestamp() if message.written else 0.0
