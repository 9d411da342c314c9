"""XML members, element by element, however large and however broken. Knows no vocabulary.

Entities are not resolved and nothing is fetched. What breaks the rules of XML and not the sense, like a control
character or an entity that only HTML knows, is mended on the way; an element that the file ends in is not believed.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO, Final

from lxml import etree

from importers.export import Files
from importers.members import Damaged

CONTROLS: Final = bytes.maketrans(
    bytes(n for n in range(32) if n not in (9, 10, 13)), b" " * 29
)  # some programs write them, no XML may hold them
WIDE: Final = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, where zeros are halves of letters
TAIL: Final = 1 << 12  # bytes in which the last tag stands


class Mended:
    """A stream without control characters, which knows whether it ended where its root element does."""

    def __init__(self, stream: BinaryIO, root: str) -> None:
        self._stream = stream
        self._end = f"</{root}".encode()
        self._tail = b""
        self._wide: bool | None = None
        self.is_cut = False

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        if self._wide is None:
            self._wide = data.startswith(WIDE)
        if not data:
            self.is_cut = self._end not in self._tail.replace(b"\0", b"")
        self._tail = (self._tail + data)[-TAIL:]
        return data if self._wide else data.translate(CONTROLS)


def elements(files: Files, name: str, *, root: str, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """The elements with these tags, in whatever namespace; each is emptied when the next one is asked for."""
    try:
        with files.open(name) as stream:
            mended = Mended(stream, root)
            walk = etree.iterparse(
                mended,
                tag=[f"{{*}}{tag}" for tag in tags],
                recover=True,
                resolve_entities=False,
                no_network=True,
                remove_comments=True,
                remove_pis=True,
            )
            for _, element in walk:
                if mended.is_cut:
                    break
                yield element
                forget(element)
            if mended.is_cut:
                files.note_damage(name)
    except (Damaged, etree.XMLSyntaxError):
        files.note_damage(name)


def forget(element: etree._Element) -> None:
    """Give back the memory of an element and of those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


@lru_cache(1_000)  # a vocabulary; made-up ones come and go
def named(tag: str) -> tuple[str, str]:
    """The namespace and the name in a tag. A prefix that nobody declared is part of the name."""
    space, _, name = tag.rpartition("}")
    return space.removeprefix("{"), name


def words(element: etree._Element) -> str:
    """All text inside an element. An entity without a meaning stays as it was written; one that names half a
    character, which lxml lets in and cannot give out, costs the element its text."""
    try:
        return "".join(str(part) for part in element.itertext()) if len(element) else element.text or ""
    except UnicodeDecodeError:
        return ""
