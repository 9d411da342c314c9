"""Bluesky: the repository of an account, as the service hands it out (a CAR file).

Threads become one document. Reposts, likes and follows are passed over; what the user answers is not in the file.
The keys of the records are read node by node, each node for itself: a tree that bites its own tail does no harm.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from core.documents import Document, Item
from core.sources import Guide, Person
from importers.car import blocks, is_car
from importers.characters import one_line, straight, tidy
from importers.dag_cbor import Broken, Link, Value
from importers.export import Files
from importers.members import Damaged
from importers.records import Record, at, moment, records, text

POST: Final = "app.bsky.feed.post"
PROFILE: Final = "app.bsky.actor.profile"
SCHEMES: Final = ("https://", "http://")
CUT: Final = ".…"  # what the service puts where it cut an address


@dataclass(frozen=True, slots=True)
class Post:
    text: str
    written: datetime | None
    parent: str  # its address
    kind: str
    flags: tuple[str, ...]


@dataclass(slots=True)
class Repository:
    """What a file holds of one account."""

    did: str = ""  # the account, whatever its name is today
    name: str = ""
    posts: dict[bytes, Post] = field(default_factory=dict)  # by the names of their blocks
    keys: dict[bytes, str] = field(default_factory=dict)  # of the records, by the names of their blocks
    broken: int = 0


class Bluesky:
    guide = Guide(
        source="bluesky",
        title="Bluesky",
        steps=(
            "On bsky.app, open Settings, Account, Export my data.",
            "Download the CAR file.",
            "Choose the .car file here.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return is_car(head)

    def people(self, files: Files) -> list[Person]:
        """Nobody: a repository holds one account's records and no other's."""
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name in files.names:
            found = repository(files, name)
            if found.broken and name not in files.damage:
                files.note_damage(name, f"Records of this file that are damaged, and were left out: {found.broken:,}.")
            yield from threads(found, files.origin(name))


def repository(files: Files, name: str) -> Repository:
    found = Repository()
    try:
        with files.open(name) as stream:
            for block, value in blocks(stream):
                take(found, block, value)
    except (Broken, Damaged):
        files.note_damage(name)
    return found


def take(found: Repository, block: bytes, value: Value | Broken) -> None:
    """Keep what a block says, when it is a post, a profile, the account or a list of keys."""
    if isinstance(value, Broken):
        found.broken += 1
    elif not isinstance(value, dict):
        return
    elif text(value, "$type") == POST:
        found.posts[block] = post(value)
    elif text(value, "$type") == PROFILE:
        found.name = one_line(text(value, "displayName"))
    elif text(value, "did") and "data" in value:
        found.did = text(value, "did")
    elif isinstance(value.get("e"), list):
        found.keys.update(keys(value))


def keys(node: Record) -> Iterator[tuple[bytes, str]]:
    """The keys in one node of the tree. Each leaves out what it shares with the one before."""
    before = b""
    for entry in records(node, "e"):
        shared, rest, record = entry.get("p"), entry.get("k"), entry.get("v")
        if not isinstance(shared, int) or not isinstance(rest, bytes) or not isinstance(record, Link):
            return  # the keys after it cannot be told
        before = before[: max(0, shared)] + rest
        yield record.name, before.decode("utf-8", "replace")


def post(record: Record) -> Post:
    """The words of a post; of a picture without words, what the user says is on it."""
    words = plain(with_links(text(record, "text"), record))
    kind, shown = ("post", words) if words else ("caption", plain("\n".join(described(record))))
    quoted = text(record, "embed", "$type").startswith("app.bsky.embed.record")
    return Post(
        text=shown,
        written=moment(text(record, "createdAt")),
        parent=text(record, "reply", "parent", "uri"),
        kind=kind,
        flags=("quote_removed",) if quoted else (),
    )


def plain(words: str) -> str:
    return tidy(" ".join(line.split()) for line in straight(words).split("\n"))


def with_links(words: str, record: Record) -> str:
    """`words` with addresses in full, where the service cut them. Places count bytes."""
    data = words.encode("utf-8", "replace")
    for facet in sorted(records(record, "facets"), key=lambda one: place(one, "byteStart"), reverse=True):
        start, end = place(facet, "byteStart"), place(facet, "byteEnd")
        shown = data[start:end].decode("utf-8", "replace")
        for address in (text(feature, "uri") for feature in records(facet, "features")):
            if is_cut(shown, address):
                data = data[:start] + address.encode("utf-8", "replace") + data[end:]
    return data.decode("utf-8", "replace")


def place(facet: Record, name: str) -> int:
    value = at(facet, "index", name)
    return max(0, value) if isinstance(value, int) else 0


def is_cut(shown: str, address: str) -> bool:
    """Whether `shown` is the beginning of an address, and not the user's words for it."""
    beginning = shown.rstrip(CUT)
    return beginning != shown and any(address.startswith(scheme + beginning) for scheme in (*SCHEMES, ""))


def described(record: Record) -> Iterator[str]:
    """What the user wrote for those who cannot see the pictures."""
    for place in (("embed",), ("embed", "media")):
        yield from (text(image, "alt") for image in records(record, *place, "images"))


def threads(found: Repository, origin: str) -> Iterator[Document]:
    """One document for each chain of posts in which the user answers themself."""
    posts = {found.keys[block]: post for block, post in found.posts.items() if block in found.keys}
    address = f"at://{found.did}/"
    answers: dict[str, list[str]] = {}
    for key, post in posts.items():
        parent = post.parent.removeprefix(address)
        answers.setdefault(parent if parent in posts else "", []).append(key)
    for first in sorted(answers.pop("", [])):
        chain = [first]
        for key in chain:  # grows while it is walked
            chain += sorted(answers.get(key, []))
        if any(posts[key].text for key in chain):
            yield document([posts[key] for key in chain], first, found, origin)


def document(chain: list[Post], key: str, found: Repository, origin: str) -> Document:
    first, id = chain[0], key.removeprefix(f"{POST}/")
    return Document(
        source=Bluesky.guide.source,
        key=f"{found.did}/{id}",
        text="\n\n".join(post.text for post in chain if post.text),
        author=found.name or found.did,
        kind=first.kind,
        written=first.written,
        url=f"https://bsky.app/profile/{found.did}/post/{id}",
        thread=id if len(chain) > 1 else "",
        parent=first.parent,
        flags=tuple(sorted({flag for post in chain for flag in post.flags})),
        origin=origin,
    )
