"""Instagram: captions, comments and messages, as Download your information gives them.

Fields are named in the language of the account: what is what is told by its place and its kind.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from core.documents import Document, Item
from core.sources import Guide, Person
from importers import meta
from importers.characters import straight, tidy
from importers.export import Files
from importers.meta import said
from importers.records import Record, at, fingerprint, json_object, json_records, records, seconds

PICTURES: Final = re.compile(rb'\s*\[\s*\{\s*"media"\s*:\s*\[|\s*\{\s*"ig_(?:reels_media|stories|igtv_media)"')
COMMENTS: Final = re.compile(
    rb'\s*\[\s*\{\s*"(?:media_list_data|string_map_data)"|\s*\{\s*"comments_\w+"\s*:\s*\[\s*\{[^}]*"string_'
)
SAID: Final = re.compile(  # how the field of a comment is called; what else is listed so has no such field
    rb'"(?:Comment|Kommentar|Commentaire|Comentario|Coment\\u00c3\\u00a1rio|Commento|Opmerking|Komentarz)"\s*:\s*\{'
)
TABLE: Final = re.compile(rb'\s*\{\s*"(\w+)"')
PROFILE: Final = b'"profile_user"'
TAGS: Final = 3  # hashtags at the end that are no part of what is said


class Instagram:
    guide = Guide(
        source="instagram",
        title="Instagram",
        steps=(
            "In the Accounts Center, open Your information and permissions, Export your information, for Instagram.",
            "Choose JSON as the format and the whole time, ask for it, and wait for the message that it is ready.",
            "Download the zip, or all of its parts, and choose it here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        """Messages look as those of Facebook do, but for the folder that they are in."""
        return kind(name, head) != "" or PROFILE in head or ("instagram" in name.lower() and meta.is_talk(head))

    def people(self, files: Files) -> list[Person]:
        return meta.people(files, owner(files))

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        author = min(me, default="")
        for name in files.names:
            head = files.head(name)
            match kind(name, head):
                case "caption":
                    for record in json_records(files, name, path(head)):
                        yield from document("caption", *caption(record), author, files.origin(name))
                case "comment":
                    for record in json_records(files, name, path(head)):
                        yield from document("comment", *comment(record), author, files.origin(name))
        yield from meta.talks(files, self.guide.source, me)


def kind(name: str, head: bytes) -> str:
    """What a file lists, captions or comments; empty for any other."""
    if PICTURES.match(head) and b'"label_values"' not in head:
        return "caption"
    return "comment" if COMMENTS.match(head) and ("comment" in name.lower() or SAID.search(head)) else ""


def path(head: bytes) -> str:
    table = TABLE.match(head)
    return f"{table[1].decode()}.item" if table else "item"


def owner(files: Files) -> frozenset[str]:
    """What the account calls itself: its name, and its handle where there is no name."""
    found: list[str] = []
    for name in files.names:
        if PROFILE in files.head(name):
            for profile in records(json_object(files, name), "profile_user"):
                values = at(profile, "string_map_data")
                fields = values if isinstance(values, Mapping) else {}
                named = said(fields.get("Name"), "value")
                found += [named] if named else [said(one, "value") for one in fields.values()]
    return frozenset(one for one in found if one)


def caption(record: Record) -> tuple[str, object]:
    """The words under pictures, and when: said of all of them, or of the first that has any."""
    pictures = records(record, "media") or [record]
    words = said(record, "title") or next((found for one in pictures if (found := said(one, "title"))), "")
    stamp = at(record, "creation_timestamp") or at(pictures[0], "creation_timestamp")
    return without_tags(words), stamp


def comment(record: Record) -> tuple[str, object]:
    """The words of a comment, and when: the first field with a text, the first with a time."""
    values = at(record, "string_map_data")
    fields = [*values.values()] if isinstance(values, Mapping) else records(record, "string_list_data")
    words = next((value for one in fields if (value := said(one, "value"))), "")
    return words, next((stamp for one in fields if (stamp := at(one, "timestamp"))), None)


def without_tags(words: str) -> str:
    """`words` without the run of hashtags at their end."""
    parts = re.split(r"(\s+)", words.rstrip())
    end = len(parts)
    while end > 0 and parts[end - 1].startswith("#"):
        end -= 2
    tags = (len(parts) - max(end, -1) + 1) // 2
    return "".join(parts[: max(end, 0)]) if tags >= TAGS else words


def document(kind: str, words: str, stamp: object, author: str, origin: str) -> Iterator[Document]:
    text = tidy(straight(words).split("\n"))
    if text:
        yield Document(
            source=Instagram.guide.source,
            key=fingerprint(kind, stamp, text),
            text=text,
            author=author,
            kind=kind,
            written=seconds(stamp),
            visibility="unlisted",  # the export does not say whether the account is open to all
            origin=origin,
        )
