"""Facebook: posts, comments, what was written in groups, and Messenger, as Download your information gives them."""

import re
from collections.abc import Iterator
from typing import Final

from core.documents import Document, Item
from core.sources import Guide, Person
from importers import meta
from importers.characters import straight, tidy
from importers.export import Files
from importers.meta import said
from importers.records import Record, at, fingerprint, json_object, json_records, records, seconds, text

LIST: Final = re.compile(rb"\s*\[\s*\{")
POST: Final = (b'"timestamp"', b'"data"', b'"post"')
TABLES: Final = {  # the name of a list in a file, and what is in it
    b"comments_v2": "comment", b"comments": "comment", b"group_comments_v2": "comment", b"group_comments": "comment",
    b"group_posts_v2": "post", b"group_posts": "post", b"status_updates": "post",
}  # fmt: skip
TABLE: Final = re.compile(rb'\s*\{\s*"(' + b"|".join(sorted(TABLES, reverse=True)) + rb')"\s*:\s*\[')
LABELS: Final = (
    "Message",
    "Nachricht",
    "Mensaje",
    "Messaggio",
    "Mensagem",
    "Bericht",
    "Meddelande",
    "Besked",
    "Melding",
)
LABELLED: Final = re.compile(rb'"label"\s*:\s*"(?:' + "|".join(LABELS).encode() + rb')"')  # posts since 2025
PROFILE: Final = re.compile(rb'\s*\{\s*"profile(?:_v2)?"\s*:\s*\{\s*"name"')


class Facebook:
    guide = Guide(
        source="facebook",
        title="Facebook and Messenger",
        steps=(
            "In the Accounts Center, open Your information and permissions, Export your information, for Facebook.",
            "Choose JSON as the format and the whole time, ask for it, and wait for the message that it is ready.",
            "Download the zip, or all of its parts, and choose it here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return meta.is_talk(head) or table(head) != "" or PROFILE.match(head) is not None

    def people(self, files: Files) -> list[Person]:
        return meta.people(files, frozenset(owner(files)))

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        author = min(me, default="")
        for name in files.names:
            if kind := table(files.head(name)):
                for record in json_records(files, name, path(files.head(name))):
                    yield from written(record, kind, author, files.origin(name))
        yield from meta.talks(files, self.guide.source, me)


def owner(files: Files) -> Iterator[str]:
    for name in files.names:
        if PROFILE.match(files.head(name)):
            profile = json_object(files, name)
            yield said(profile, "profile_v2", "name", "full_name") or said(profile, "profile", "name", "full_name")


def table(head: bytes) -> str:
    """What a file lists, posts or comments; empty for any other."""
    if known := TABLE.match(head):
        return TABLES[known[1]]
    is_post = all(sign in head for sign in POST) or (b'"label_values"' in head and LABELLED.search(head) is not None)
    return "post" if LIST.match(head) and is_post else ""


def path(head: bytes) -> str:
    known = TABLE.match(head)
    return f"{known[1].decode()}.item" if known else "item"


def written(record: Record, kind: str, author: str, origin: str) -> Iterator[Document]:
    """What the user wrote in one entry, or under a picture in it."""
    words = [said(one, "post") or said(one, "comment", "comment") for one in records(record, "data")]
    words += [said(one, "value") for one in records(record, "label_values") if text(one, "label") in LABELS]
    words = [one for one in words if one] or [*descriptions(record)]
    whole = tidy(straight("\n\n".join(words)).split("\n"))
    stamp = at(record, "timestamp")
    if whole:
        yield Document(
            source=Facebook.guide.source,
            key=fingerprint(kind, stamp, whole),
            text=whole,
            author=author,
            kind=kind,
            written=seconds(stamp),
            visibility="unlisted",  # the export does not say who was allowed to read it
            origin=origin,
        )


def descriptions(record: Record) -> Iterator[str]:
    """The words under pictures, and notes; each once, however many pictures they stand under."""
    found = [one for attachment in records(record, "attachments") for one in records(attachment, "data")]
    words = [said(one, "media", "description") or said(one, "note", "text") for one in found]
    yield from dict.fromkeys(one for one in words if one)
