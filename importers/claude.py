"""Claude: conversations.json of the export. What was pasted beside a question is nobody's prompt."""

import re
from collections.abc import Iterator
from typing import Final

from core.documents import Item
from core.sources import Guide, Person
from importers.assistants import flags, prompts
from importers.chats import Message, Talk
from importers.export import Files
from importers.records import Record, json_records, moment, records, text

SIGN: Final = re.compile(rb'"chat_messages"\s*:')
ACCOUNT: Final = re.compile(rb'\s*\[\s*\{[^{}]*"full_name"\s*:[^{}]*"email_address"\s*:')


class Claude:
    guide = Guide(
        source="claude",
        title="Claude",
        steps=(
            "On claude.ai, open Settings, Privacy, Export data, and confirm.",
            "Wait for the mail with the link, and download the zip within a day.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return SIGN.search(head) is not None or ACCOUNT.match(head) is not None

    def people(self, files: Files) -> list[Person]:
        """Nobody else: there is one who asks."""
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        talks = [name for name in files.names if SIGN.search(files.head(name))]
        accounts = (one for name in files.names if name not in talks for one in json_records(files, name))
        author = next((text(one, "full_name") for one in accounts), "")
        for name in talks:
            for conversation in json_records(files, name):
                title = text(conversation, "name")
                talk = Talk(
                    source=self.guide.source,
                    thread=f"{title or 'Conversation'} ({text(conversation, 'uuid')})",
                    title=title,
                    origin=files.origin(name),
                )
                yield from prompts((message(one, author) for one in records(conversation, "chat_messages")), talk)


def message(record: Record, author: str) -> Message:
    mine = text(record, "sender") == "human"
    parts = [text(one, "text") for one in records(record, "content") if text(one, "type") == "text"]
    words = "\n".join(part for part in parts if part) or text(record, "text")
    return Message(
        key=text(record, "uuid"),
        author=author if mine else "Claude",
        text=words,
        written=moment(text(record, "created_at")),
        mine=mine,
        flags=flags(words) if mine else (),
    )
