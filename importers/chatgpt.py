"""ChatGPT: conversations.json of the export, in one part or many.

A conversation is a tree, because prompts are edited and answers made anew; what the user last saw is one path in it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from core.documents import Item
from core.sources import Guide, Person
from importers.assistants import flags, prompts
from importers.chats import Message, Talk
from importers.export import Files
from importers.records import Record, at, identity, json_records, seconds, text

SIGN: Final = re.compile(rb'"mapping"\s*:\s*\{')
NODE: Final = re.compile(rb'"(?:message|children|parent)"\s*:')
SHOWN: Final = {"text", "multimodal_text"}
PLACES: Final = {b"[": "item", b"{": "conversations.item"}  # of the conversations, by how the file begins


class ChatGPT:
    guide = Guide(
        source="chatgpt",
        title="ChatGPT",
        steps=(
            "On chatgpt.com, open Settings, Data controls, Export data, and confirm.",
            "Wait for the mail with the link, and download the zip within a day.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return first(head) in PLACES and SIGN.search(head) is not None and NODE.search(head) is not None

    def people(self, files: Files) -> list[Person]:
        """Nobody else: there is one who asks."""
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name in files.names:
            for conversation in json_records(files, name, PLACES[first(files.head(name))]):
                title = text(conversation, "title")
                id = identity(conversation, "conversation_id") or identity(conversation, "create_time")
                talk = Talk(
                    source=self.guide.source,
                    thread=f"{title or 'Conversation'} ({id})",
                    title=title,
                    origin=files.origin(name),
                )
                yield from prompts(messages(conversation), talk)


def first(head: bytes) -> bytes:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]


def messages(conversation: Record) -> Iterator[Message]:
    for key, record in path(conversation):
        role = text(record, "author", "role")
        hidden = at(record, "metadata", "is_visually_hidden_from_conversation") is True or record.get("weight") == 0
        if role not in ("user", "assistant") or hidden or text(record, "content", "content_type") not in SHOWN:
            continue
        words = said(record)
        yield Message(
            key=text(record, "id") or key,
            author="" if role == "user" else "ChatGPT",
            text=words,
            written=seconds(record.get("create_time")),
            mine=role == "user",
            flags=flags(words) if role == "user" else (),
        )


def path(conversation: Record) -> list[tuple[str, Record]]:
    """The messages on the way from the first to the one that was open last; without that mark, to the newest."""
    nodes = at(conversation, "mapping")
    if not isinstance(nodes, Mapping):
        return []
    key = text(conversation, "current_node") or max(nodes, key=lambda one: when(nodes[one]), default="")
    found: dict[str, object] = {}
    while key in nodes and key not in found:
        found[key] = at(nodes[key], "message")
        key = text(nodes[key], "parent")
    return [(key, record) for key, record in reversed(found.items()) if isinstance(record, dict)]


def when(node: object) -> float:
    stamp = at(node, "message", "create_time")
    return float(stamp) if isinstance(stamp, int | float) else 0.0


def said(record: Record) -> str:
    """The words of a message: its texts, and what was heard when it was spoken."""
    parts = at(record, "content", "parts")
    texts = [one if isinstance(one, str) else text(one, "text") for one in parts] if isinstance(parts, list) else []
    return "\n".join(one for one in texts if one)
