"""Documents of programs for writing: what a reader of them is given, and their parts. Knows no program.

A document is a zip of XML more often than not; its parts are read into memory one at a time, and only those with words.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from lxml import etree

from core.documents import Item
from importers import posts
from importers.base import About, TextFile
from importers.characters import one_line
from importers.front_matter import Post
from importers.members import BROKEN

LARGEST_PART: Final = 1 << 26  # bytes of XML: a novel has about four million
NOT_READ: Final = "This document is damaged. Open it in the program that made it, and save it again."
FACTS: Final = {
    "title": "title", "creator": "author", "initial-creator": "author", "created": "date", "creation-date": "date",
    "date": "date",
}  # fmt: skip


class Unreadable(ValueError):
    """A document that cannot be read, with words for the user."""


@dataclass(frozen=True, slots=True)
class BinaryFile:
    """One document of the user's. `path` is real: no part of it is a link."""

    path: Path
    data: bytes


class DocumentImporter(Protocol):
    """Turns one document into its text, or raises Unreadable."""

    @property
    def about(self) -> About: ...

    def can_read(self, data: bytes) -> bool:
        """Whether this is a document of this kind, judged by what is in it alone."""
        ...

    def read(self, file: BinaryFile) -> Iterator[Item]: ...


def item(file: BinaryFile, text: str, facts: Mapping[str, str]) -> Item:
    """The document of `file`; `facts` are what it says about itself, under the names that headers of posts use."""
    said = {name: one_line(value) for name, value in facts.items() if value.strip()}
    return posts.item(TextFile(file.path, ""), Post("", said), text)


def opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (*BROKEN, ValueError) as error:
        raise Unreadable(NOT_READ) from error


def begins(data: bytes, *signs: bytes) -> bool:
    """Whether `data` is a zip in whose first file one of `signs` stands: its name, or what is in it unpacked."""
    return data.startswith(b"PK\x03\x04") and any(sign in data[30:200] for sign in signs)


def part(whole: zipfile.ZipFile, name: str) -> bytes:
    """One file of a document; empty when there is none. Raises Unreadable."""
    if name not in whole.namelist():
        return b""
    info = whole.getinfo(name)
    if info.file_size > LARGEST_PART:
        raise Unreadable("This document is far larger than any writing, as documents made to do harm are.")
    try:
        with whole.open(info) as stream:
            return stream.read(LARGEST_PART)
    except (*BROKEN, ValueError) as error:  # ValueError: a place before the beginning of the file
        raise Unreadable(NOT_READ) from error


def tree(data: bytes) -> etree._Element | None:
    """The XML in `data`; None when it is none. Nothing is fetched and no entity resolved."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    try:
        return etree.fromstring(data, parser) if data else None
    except etree.XMLSyntaxError:
        return None


def local(element: etree._Element) -> str:
    """The name of an element without its namespace, which changes from edition to edition."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: etree._Element, name: str) -> str:
    """The value of an attribute in whatever namespace."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def facts(data: bytes) -> dict[str, str]:
    """Title, author and date out of a document's file about itself."""
    root = tree(data)
    found: dict[str, str] = {}
    for element in root.iter() if root is not None else ():
        if local(element) in FACTS and element.text:
            found.setdefault(FACTS[local(element)], element.text)
    return found
