"""Telegram: what its desktop program exports, as JSON of any size or as pages.

Words that were forwarded are somebody else's; what a bot wrote in the user's name is nobody's.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Final, TypeAlias

import ijson
from ijson.common import ObjectBuilder
from msgspec.structs import replace

from core.documents import Document, Item
from core.sources import Guide, Person
from importers import telegram_pages
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.members import BUFFER, Damaged
from importers.nesting import Shallow
from importers.records import Record, at, identity, json_records, moment, records, seconds, text

Said: TypeAlias = tuple["Chat", Record]

SIGN: Final = re.compile(
    rb'"text_entities"|"date_unixtime"|"personal_information"\s*:\s*\{\s*"user_id"'
    rb'|"type"\s*:\s*"(?:personal_chat|saved_messages|bot_chat|(?:private|public)_(?:group|supergroup|channel))"'
)
CHATS: Final = ("chats.list.item", "left_chats.list.item")  # left: groups that the user is no longer in
IN_CHAT: Final = {"messages.item": "", **{f"{chat}.messages.item": f"{chat}." for chat in CHATS}}  # places of messages
FACTS: Final = {f"{top}{name}" for top in IN_CHAT.values() for name in ("name", "type", "id")}
SAVED: Final = "saved_messages"  # what the user sent to nobody but themself
OPEN: Final = {"public_channel", "public_supergroup"}
BETWEEN_TWO: Final = {"personal_chat", SAVED, ""}


@dataclass(frozen=True, slots=True)
class Chat:
    name: str
    kind: str
    id: str
    member: str

    @property
    def thread(self) -> str:
        name = self.name or ("Saved messages" if self.kind == SAVED else "Chat")
        return f"{name} ({self.id})" if self.id else name


class Telegram:
    guide = Guide(
        source="telegram",
        title="Telegram",
        steps=(
            "In Telegram Desktop, open Settings, Advanced, Export Telegram data.",
            "Leave photos and videos out, choose Machine-readable JSON, and wait until it is done.",
            "Choose the folder or its result.json here.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return is_json(head) or telegram_pages.is_page(head)

    def people(self, files: Files) -> list[Person]:
        """The owner of the account; else everybody, first those who are in most chats."""
        for name in files.names:
            for owner in json_records(files, name, "personal_information") if is_json(files.head(name)) else ():
                full = f"{text(owner, 'first_name')} {text(owner, 'last_name')}".strip()
                return [Person(f"user{identity(owner, 'user_id')}", full, is_me=True)]
        counts, chats, names = Counter[str](), Counter[str](), dict[str, str]()
        for _, talk in groupby(said(files), key=chat_of):
            present = Counter(sender(record) for _, record in named(talk, names) if sender(record))
            counts.update(present)
            chats.update(present.keys())
        ranked = sorted(counts, key=lambda one: (-chats[one], -counts[one], one))
        return [Person(one, names[one], counts[one]) for one in ranked]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for chat, talk in groupby(said(files), key=chat_of):
            if chat.kind != "bot_chat":
                yield from in_chat(chat, talk, me, files.origin(chat.member))


def is_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and SIGN.search(head) is not None


def chat_of(one: Said) -> Chat:
    return one[0]


def sender(record: Record) -> str:
    id = identity(record, "from_id")
    return (f"user{id}" if id.isdecimal() else id) or text(record, "from")  # before 2021 it was a number


def named(talk: Iterator[Said], names: dict[str, str]) -> Iterator[Said]:
    """The same, while `names` learns who is called what."""
    for one in talk:
        names.setdefault(sender(one[1]), text(one[1], "from") or sender(one[1]))
        yield one


def said(files: Files) -> Iterator[Said]:
    """Every message with its chat, chat by chat. Pages are read only where there is no JSON: they say the same."""
    whole = [name for name in files.names if is_json(files.head(name))]
    for name in whole:
        yield from in_json(files, name)
    for page in () if whole else telegram_pages.pages(files):
        chat = Chat(page.chat, "", "", page.member)
        yield from ((chat, record) for record in page.messages)


def in_json(files: Files, name: str) -> Iterator[Said]:
    """The messages of one file, one at a time: a chat of ten years is larger than a computer's memory.

    What a chat is called stands before its messages.
    """
    builder, facts = None, dict[str, str]()
    try:
        with files.open(name) as stream:
            for place, event, value in ijson.parse(Shallow(stream), use_float=True, buf_size=BUFFER):
                if builder is not None:
                    builder.event(event, value)
                    if event == "end_map" and place in IN_CHAT:
                        yield chat_named(facts, IN_CHAT[place], name), builder.value
                        builder = None
                elif event == "start_map" and place in IN_CHAT:
                    builder = ObjectBuilder()
                    builder.event(event, value)
                elif event == "start_map" and place in CHATS:
                    facts.clear()
                elif place in FACTS and event in ("string", "number"):
                    facts[place] = str(value)
    except (Damaged, ijson.JSONError, ValueError):
        files.note_damage(name)


def chat_named(facts: dict[str, str], top: str, member: str) -> Chat:
    return Chat(facts.get(f"{top}name", ""), facts.get(f"{top}type", ""), facts.get(f"{top}id", ""), member)


def in_chat(chat: Chat, talk: Iterator[Said], me: frozenset[str], origin: str) -> Iterator[Document]:
    """The user's turns in one chat, or the user's notes."""
    first = next(talk)
    place = Talk(
        source=Telegram.guide.source,
        thread=chat.thread,
        is_group=chat.kind not in BETWEEN_TWO,
        visibility="public" if chat.kind in OPEN else "private",
        zone_known=bool(identity(first[1], "date_unixtime")) or bool(at(first[1], "zone_known")),
        origin=origin,
    )
    spoken = (message(chat, record, number, me) for number, (_, record) in enumerate(chain([first], talk)))
    for document in documents((one for one in spoken if one), place):
        yield replace(document, kind="note") if chat.kind == SAVED else document


def message(chat: Chat, record: Record, number: int, me: frozenset[str]) -> Message | None:
    """A message; without words where they are not the sender's own. None for what the program says."""
    if text(record, "type") not in ("message", ""):
        return None
    foreign = any(name in record for name in ("forwarded_from", "saved_from", "via_bot"))
    answered = identity(record, "reply_to_message_id") if "reply_to_peer_id" not in record else ""
    words, quoted = spoken_words(record)
    return Message(
        key=f"{chat.id or chat.name}-{identity(record, 'id') or number}",
        author=text(record, "from") or sender(record),
        text="" if foreign else words,
        written=seconds(record.get("date_unixtime")) or moment(text(record, "date")),
        mine=sender(record) in me,
        parent=f"{chat.id or chat.name}-{answered}" if answered else "",
        flags=("forwarded",) if foreign else ("quote_removed",) if quoted else (),
    )


def spoken_words(record: Record) -> tuple[str, bool]:
    """The words of a message, which are a text or a list of texts with their looks, and whether a quotation went."""
    whole = record.get("text")
    if isinstance(whole, str):
        return whole, False
    parts = whole if isinstance(whole, list) else []
    quoted = any(text(one, "type") == "blockquote" for one in records(record, "text"))
    kept = (one if isinstance(one, str) else text(one, "text") for one in parts if text(one, "type") != "blockquote")
    return "".join(kept), quoted
