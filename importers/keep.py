"""Google Keep: the notes of a Takeout, each a file of JSON, and in most downloads the same note as a page beside it.

Notes are private like a diary, and stay out until they are chosen. A note that was shared may be anybody's words: the
file does not say who wrote what, so it is left out, and told.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree
from msgspec.structs import replace

from core.documents import Document, Item, Skipped
from core.sources import Guide, Person
from importers.characters import one_line, straight, tidy
from importers.elements import words
from importers.export import Files
from importers.html_tree import in_markdown, parsed
from importers.markup import quotes
from importers.records import Record, at, fingerprint, json_object, records, seconds, text, whole_text

NOTE: Final = (b'"isTrashed"', b'"isPinned"', b'"isArchived"')
PAGE: Final = re.compile(rb'<div class="note[^"]*"[^>]*>\s*<div class="heading">')
MICROSECONDS: Final = 1_000_000
SHARED: Final = "This note is shared with others, and does not say who wrote what in it."
TRASHED: Final = "This note is in the trash."


class Keep:
    guide = Guide(
        source="keep",
        title="Google Keep",
        is_lone=True,
        steps=(
            "On takeout.google.com, choose Keep alone.",
            "Wait for the mail with the link, then download the zip.",
            "Choose the zip here as it is. Your notes are private: they come in when you tick them.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return (head.lstrip().startswith(b"{") and all(sign in head for sign in NOTE)) or PAGE.search(head) is not None

    def people(self, files: Files) -> list[Person]:
        """Nobody else: what others may have written is left out."""
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        records_of = {name.rpartition(".")[0] for name in files.names if not is_page(files, name)}
        keys = Counter[str]()
        for name in files.names:
            found: Iterator[Item] = iter(())
            if not is_page(files, name):
                found = note(json_object(files, name), files.origin(name))
            elif name.rpartition(".")[0] not in records_of:
                found = from_page(whole_text(files, name), files.origin(name))
            for one in found:
                if isinstance(one, Document):
                    keys[one.key] += 1
                    if keys[one.key] > 1:  # several notes of one moment, which another program brought into Keep
                        one = replace(one, key=f"{one.key}-{keys[one.key]}")
                yield one


def is_page(files: Files, name: str) -> bool:
    return PAGE.search(files.head(name)) is not None


def note(record: Record, origin: str) -> Iterator[Item]:
    items = [text(one, "text") for one in records(record, "listContent")]
    said = text(record, "textContent") or "\n".join(f"- {' '.join(one.split())}" for one in items if one.strip())
    own = tidy(straight(said).split("\n"))
    title = one_line(text(record, "title"))
    if at(record, "isTrashed") is True:
        yield Skipped(origin, TRASHED)
    elif records(record, "sharees"):
        yield Skipped(origin, SHARED)
    elif own:
        stamp = at(record, "createdTimestampUsec") or at(record, "userEditedTimestampUsec")
        moment = stamp / MICROSECONDS if isinstance(stamp, int | float) else None
        yield document(str(stamp or fingerprint(title, own)), own, title, moment, origin)
    elif title:
        yield document(str(at(record, "createdTimestampUsec") or fingerprint(title)), title, "", None, origin)


def document(key: str, own: str, title: str, stamp: float | None, origin: str) -> Document:
    return Document(
        source=Keep.guide.source,
        key=key,
        text=own,
        title=title,
        kind="note",
        written=seconds(stamp),
        visibility="private",
        quotes=quotes(own),
        origin=origin,
    )


def from_page(html: str, origin: str) -> Iterator[Item]:
    """A note of which there is only the page. Its day stands there in the language of the account, and is left."""
    tree = parsed(html)
    found = {kind: first(tree, kind) for kind in ("title", "content", "list", "trashed", "sharees")}
    if found["trashed"] is not None or found["sharees"] is not None:
        yield Skipped(origin, TRASHED if found["trashed"] is not None else SHARED)
        return
    title = one_line(words(found["title"])) if found["title"] is not None else ""
    body = found["content"] if found["content"] is not None else found["list"]
    for box in body.iter("span") if body is not None else ():
        if box.get("class") == "bullet":
            box.text = ""
    own = in_markdown(body, set()) if body is not None else ""
    if own or title:
        yield document(fingerprint(title, own), own or title, title if own else "", None, origin)


def first(tree: etree._Element | None, kind: str) -> etree._Element | None:
    """The first element of a class."""
    elements = tree.iter() if tree is not None else ()
    return next((one for one in elements if kind in (one.get("class") or "").split()), None)
