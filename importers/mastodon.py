"""Mastodon and what speaks like it: the archive of an account, whose posts are all in one outbox.

Posts of others that were passed on are left out. Direct posts and those for followers stand in the same list; who may
see a post is told by whom it was sent to.
"""

import re
from collections.abc import Iterator
from typing import Final

from core.documents import Document, Item, Turn, Visibility
from core.sources import Guide, Person
from importers.characters import one_line
from importers.export import Files
from importers.fragment import from_html
from importers.markup import quotes
from importers.records import Record, at, json_object, json_records, moment, text

PUBLIC: Final = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
POSTS: Final = {"Note", "Question", "Article", "Page"}
MENTIONS: Final = re.compile(r"(?:@[\w.-]+(?:@[\w.-]+)?\s+)+")


class Mastodon:
    guide = Guide(
        source="mastodon",
        title="Mastodon",
        steps=(
            "On your server, open Preferences, Import and export, Data export, and request your archive.",
            "Wait for the mail that says it is ready, then download it.",
            "Choose the .zip or .tar.gz here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return b"activitystreams" in head and (is_outbox(head) or is_actor(head))

    def people(self, files: Files) -> list[Person]:
        for name in files.names:
            if not is_outbox(files.head(name)):
                actor = json_object(files, name)
                called = f"{text(actor, 'name')} (@{text(actor, 'preferredUsername')})"
                return [Person(text(actor, "id"), called, is_me=True)]
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        author = next((one.name.rpartition(" (@")[0] for one in self.people(files)), "")
        own: dict[str, Document] = {}  # what a later post may go on with
        for name in files.names:
            if is_outbox(files.head(name)):
                for activity in json_records(files, name, "orderedItems.item"):
                    note = at(activity, "object")
                    if text(activity, "type") == "Create" and text(note, "type") in POSTS and isinstance(note, dict):
                        found = document(note, own, author, files.origin(name))
                        if found.text:
                            own[found.key] = found
                            yield found


def is_outbox(head: bytes) -> bool:
    return b'"orderedItems"' in head


def is_actor(head: bytes) -> bool:
    return b'"preferredUsername"' in head and b'"outbox"' in head


def document(note: Record, own: dict[str, Document], author: str, origin: str) -> Document:
    parent = text(note, "inReplyTo")
    before = own.get(parent)
    words = from_html(text(note, "content"))
    if parent and not before:
        words = MENTIONS.sub("", words, count=1) if MENTIONS.match(words) else words
    return Document(
        source=Mastodon.guide.source,
        key=text(note, "id"),
        text=words,
        title=one_line(text(note, "summary") or text(note, "name")),
        url=text(note, "url"),
        author=author,
        written=moment(text(note, "published")),
        quotes=quotes(words),
        thread=(before.thread or before.key) if before else "",
        parent=parent,
        context=(Turn(author, before.text, "me", before.written),) if before else (),
        visibility=visibility(note),
        origin=origin,
    )


def visibility(note: Record) -> Visibility:
    to, copied = receivers(note, "to"), receivers(note, "cc")
    if any(one in PUBLIC for one in to):
        return "public"
    if any(one in PUBLIC for one in copied):
        return "unlisted"
    return "followers" if any(one.endswith("/followers") for one in to) else "private"


def receivers(note: Record, field: str) -> list[str]:
    value = at(note, field)
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
