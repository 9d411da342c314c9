"""Google Hangouts, as Takeout gave it while it lived (until 2022): all conversations in one file."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from core.documents import Item
from core.sources import Guide, Person
from importers.chats import Message, Talk, chat_with, documents
from importers.export import Files
from importers.records import Record, at, identity, json_records, records, seconds, text

SIGN: Final = re.compile(rb'\s*\{[^\[\]]*"(conversations|conversation_state)"\s*:\s*\[')
TALKS: Final = (b'"gaia_id"', b'"conversation_id"')
LINE_BREAK: Final = "LINE_BREAK"


class Hangouts:
    guide = Guide(
        source="hangouts",
        title="Google Hangouts",
        steps=(
            "Hangouts is gone, and so is its export: look for a Takeout zip from before 2023.",
            "If you kept one, Hangouts.json is in it.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return SIGN.match(head) is not None and all(sign in head for sign in TALKS)

    def people(self, files: Files) -> list[Person]:
        """The account, which each conversation names; then the others."""
        counts, names, mine = Counter[str](), dict[str, str](), set[str]()
        for _, talk in conversations(files):
            names |= called(talk)
            mine.add(identity(about(talk), "self_conversation_state", "self_read_state", "participant_id", "gaia_id"))
            counts.update(sender(one) for one in events(talk))
        ranked = sorted(filter(None, {*counts, *mine}), key=lambda one: (one not in mine, -counts[one], one))
        return [Person(one, names.get(one) or one, counts[one], one in mine) for one in ranked]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name, record in conversations(files):
            names = called(record)
            others = [names[one] or one for one in names if one not in me]
            id = identity(about(record), "conversation_id", "id") or identity(about(record), "id", "id")
            talk = Talk(
                source=self.guide.source,
                thread=f"{text(about(record), 'name') or chat_with(others)} ({id})",
                is_group=text(about(record), "type") == "GROUP" or len(others) > 1,
                origin=files.origin(name),
            )
            found = [message(one, names, me) for one in events(record)]
            found.sort(key=lambda one: one.written.timestamp() if one.written else 0.0)
            yield from documents(found, talk)


def conversations(files: Files) -> Iterator[tuple[str, Record]]:
    """Every conversation with its member."""
    for name in files.names:
        sign = SIGN.match(files.head(name))
        for record in json_records(files, name, f"{sign[1].decode()}.item") if sign else ():
            inner = at(record, "conversation_state")
            yield name, inner if isinstance(inner, dict) else record


def about(talk: Record) -> Record:
    """What a conversation says of itself; newer exports wrap it once more."""
    found = at(talk, "conversation", "conversation") or at(talk, "conversation")
    return found if isinstance(found, dict) else {}


def events(talk: Record) -> list[Record]:
    return [one for one in records(talk, "events") or records(talk, "event") if at(one, "chat_message")]


def called(talk: Record) -> dict[str, str]:
    """Who takes part: names by ids."""
    people = records(about(talk), "participant_data")
    return {identity(one, "id", "gaia_id"): text(one, "fallback_name") for one in people}


def sender(event: Record) -> str:
    return identity(event, "sender_id", "gaia_id")


def message(event: Record, names: dict[str, str], me: frozenset[str]) -> Message:
    parts = records(event, "chat_message", "message_content", "segment")
    return Message(
        key=identity(event, "event_id"),
        author=names.get(sender(event)) or sender(event),
        text="".join("\n" if text(one, "type") == LINE_BREAK else text(one, "text") for one in parts),
        written=microseconds(identity(event, "timestamp")),
        mine=sender(event) in me,
    )


def microseconds(stamp: str) -> datetime | None:
    return seconds(int(stamp) / 1e6) if stamp.isdecimal() and len(stamp) < 20 else None
