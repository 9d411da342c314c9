"""Discord: the package of an account, and chats saved with DiscordChatExporter.

The package holds nobody else's messages, so each of the user's stands alone: nobody knows what was said in between.
The names of its folders are in the language of the account; members are known by their fields.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.documents import Document, Item, Visibility
from core.sources import Guide, Person
from importers.characters import straight, tidy
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.markup import quotes
from importers.records import Record, at, identity, json_object, json_records, moment, rows, text

ACCOUNT: Final = re.compile(rb'\s*\{\s*"id"\s*:\s*"\d+"\s*,\s*"username"\s*:')
CHANNEL: Final = re.compile(rb'\s*\{\s*"id"\s*:\s*"\d+"\s*,\s*"type"\s*:')
INDEX: Final = re.compile(rb'\s*\{\s*"\d{15,}"\s*:\s*(?:"|null)')
MESSAGES: Final = re.compile(rb'\s*\[\s*\{\s*"ID"\s*:\s*"?\d+"?\s*,\s*"Timestamp"\s*:')
TABLE: Final = re.compile(rb"(?:\xef\xbb\xbf)?ID,Timestamp,Contents", re.IGNORECASE)
SAVED: Final = re.compile(rb'\s*\{\s*"guild"\s*:\s*\{[^{}]*\}\s*,\s*"channel"\s*:\s*\{')
BETWEEN_TWO: Final = {"DM", "1", "DirectTextChat"}
PRIVATE: Final = {*BETWEEN_TWO, "GROUP_DM", "3", "DirectGroupTextChat", ""}
COMMAND: Final = re.compile(r"[!/]\w+(?:\s|$)")  # to a bot
MARK: Final = re.compile(r"<(?:[@#][!&]?\d+|a?:\w+:\d+|t:\d+(?::\w)?|/[\w ]+:\d+)> ?")  # a name, a picture, a date
SPOILER: Final = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Channel:
    name: str = ""
    kind: str = ""

    @property
    def visibility(self) -> Visibility:
        """Whoever belongs to a server reads what is said on it, and nobody else."""
        return "private" if self.kind in PRIVATE else "followers"


class Discord:
    guide = Guide(
        source="discord",
        title="Discord",
        steps=(
            "In Discord, open User Settings, Data & Privacy, Request all of my data, and tick Messages.",
            "Wait for the mail with the link (up to 30 days), then download the zip.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return any(sign.match(head) for sign in (MESSAGES, TABLE, SAVED, CHANNEL, INDEX, ACCOUNT))

    def people(self, files: Files) -> list[Person]:
        """The account; in saved chats alone, everybody. A package without its account is all the user's."""
        for name in members(files, ACCOUNT):
            user = json_object(files, name)
            called = text(user, "global_name") or text(user, "username")
            return [Person(identity(user, "id"), called, is_me=True)]
        counts, names = Counter[str](), dict[str, str]()
        for name in members(files, SAVED):
            for record in json_records(files, name, "messages.item"):
                counts[identity(record, "author", "id")] += 1
                names[identity(record, "author", "id")] = text(record, "author", "name")
        return [Person(one, names[one], count) for one, count in counts.most_common()]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        author = next((person.name for person in self.people(files) if person.id in me), "")
        index = {id: name for one in members(files, INDEX) for id, name in json_object(files, one).items()}
        channels = {folder(name): channel(json_object(files, name), index) for name in members(files, CHANNEL)}
        for name in members(files, MESSAGES):
            found = json_records(files, name)
            yield from package(found, channels.get(folder(name), Channel()), author, files.origin(name))
        for name in members(files, TABLE):
            yield from package(rows(files, name), channels.get(folder(name), Channel()), author, files.origin(name))
        for name in members(files, SAVED):
            yield from saved(files, name, me)


def members(files: Files, sign: re.Pattern[bytes]) -> Iterator[str]:
    return (name for name in files.names if sign.match(files.head(name)))


def folder(name: str) -> str:
    return name.rpartition("/")[0]


def channel(record: Record, index: Record) -> Channel:
    """What a channel is called: by itself, else in the index of the package."""
    server, own = text(record, "guild", "name"), text(record, "name")
    named = f"{own} in {server}" if server else own or text(index, identity(record, "id"))
    return Channel(named, identity(record, "type"))


def package(found: Iterator[Record], place: Channel, author: str, origin: str) -> Iterator[Item]:
    """The user's messages of one channel."""
    for record in found:
        fields = {name.lower(): value for name, value in record.items()}
        words = said(text(fields, "contents"))
        if words:
            yield Document(
                source=Discord.guide.source,
                key=identity(fields, "id"),
                text=words,
                author=author,
                quotes=quotes(words),
                kind="message",
                written=moment(text(fields, "timestamp")),
                thread=place.name or f"Conversation {folder(origin).rpartition('/')[2]}",
                visibility=place.visibility,
                origin=origin,
            )


def saved(files: Files, name: str, me: frozenset[str]) -> Iterator[Document]:
    """The user's turns in a chat that DiscordChatExporter saved."""
    place = next(json_records(files, name, "channel"), {})
    server = next((text(one, "name") for one in json_records(files, name, "guild")), "")
    known = Channel(f"{text(place, 'name')} in {server}", identity(place, "type"))
    talk = Talk(
        source=Discord.guide.source,
        thread=known.name,
        is_group=known.kind not in BETWEEN_TWO,
        visibility=known.visibility,
        origin=files.origin(name),
    )
    yield from documents((message(one, me) for one in json_records(files, name, "messages.item")), talk)


def message(record: Record, me: frozenset[str]) -> Message:
    is_bot = at(record, "author", "isBot") is True
    return Message(
        key=identity(record, "id"),
        author=text(record, "author", "name"),
        text="" if is_bot or text(record, "type") not in ("Default", "Reply") else said(text(record, "content")),
        written=moment(text(record, "timestamp")),
        mine=identity(record, "author", "id") in me,
        parent=identity(record, "reference", "messageId"),
    )


def said(words: str) -> str:
    """The words of a message without the marks of the program; nothing when it was said to a bot."""
    if COMMAND.match(words):
        return ""
    plain = SPOILER.sub(r"\1", MARK.sub("", straight(words)))
    return tidy(plain.split("\n")).strip()
