"""E-books, .epub: the chapters in their order. Covers, lists of contents and imprints stay out; locked books too."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from lxml import etree

from core.documents import Item
from importers import binary
from importers.base import About
from importers.binary import BinaryFile, Unreadable, attribute
from importers.encodings import NotText, decode
from importers.html_tree import AROUND, in_markdown, parsed

SIGN: Final = b"application/epub+zip"
NOT_A_CHAPTER: Final = re.compile(
    r"(?:^|[^a-z])(?:nav|toc|cover|title-?page|copyright|imprint|colophon|contents)(?:[^a-z]|$)"
)
FONTS: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # locked, the words are not


class Epub:
    about = About(title="e-book", endings=(".epub",))

    def can_read(self, data: bytes) -> bool:
        return binary.begins(data, SIGN)

    def read(self, file: BinaryFile) -> Iterator[Item]:
        with binary.opened(file.data) as whole:
            if is_locked(whole):
                raise Unreadable("This book is locked by its shop. Only a copy without a lock can be read.")
            place = root_of(whole)
            package = binary.part(whole, place)
            texts = [text for name in chapters(package, posixpath.dirname(place)) if (text := chapter(whole, name))]
            yield binary.item(file, "\n\n".join(texts), binary.facts(package))


def is_locked(whole: zipfile.ZipFile) -> bool:
    root = binary.tree(binary.part(whole, "META-INF/encryption.xml"))
    ways = [attribute(one, "Algorithm") for one in root.iter("{*}EncryptionMethod")] if root is not None else []
    return any(way not in FONTS for way in ways)


def root_of(whole: zipfile.ZipFile) -> str:
    """Where the list of all files is."""
    root = binary.tree(binary.part(whole, "META-INF/container.xml"))
    places = [attribute(one, "full-path") for one in root.iter("{*}rootfile")] if root is not None else []
    return places[0] if places else next((name for name in whole.namelist() if name.endswith(".opf")), "")


def chapters(package: bytes, folder: str) -> Iterator[str]:
    """The names of the files to be read, in order."""
    root = binary.tree(package)
    if root is None:
        raise Unreadable(binary.NOT_READ)
    listed = {attribute(one, "id"): one for one in root.iter("{*}item")}
    for reference in root.iter("{*}itemref"):
        one = listed.get(attribute(reference, "idref"))
        if one is not None and not is_about_the_book(one):
            yield posixpath.normpath(posixpath.join(folder, unquote(attribute(one, "href"))))


def is_about_the_book(one: etree._Element) -> bool:
    named = f"{attribute(one, 'id')} {posixpath.basename(attribute(one, 'href'))} {attribute(one, 'properties')}"
    return NOT_A_CHAPTER.search(named.lower()) is not None


def chapter(whole: zipfile.ZipFile, name: str) -> str:
    try:
        page = parsed(decode(binary.part(whole, name)))
    except NotText:
        return ""
    return in_markdown(page, AROUND) if page is not None else ""
