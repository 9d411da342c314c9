"""PDF: the words of its pages, put back into paragraphs. A page that is only a picture has none."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from pypdfium2 import PdfDocument, PdfiumError

from core.documents import Item
from importers import binary
from importers.base import About
from importers.binary import BinaryFile, Unreadable
from importers.characters import straight, tidy

SIGN: Final = b"%PDF-"
BREAK: Final = re.compile("\ufffe\n|(?<=[^\\W\\d_])[-\u2010]\n(?=[a-zß-ÿ])")  # inside a word; pdfium marks its own
LOCKED: Final = "This PDF is locked with a password. Save a copy without one, and import that."
SCANNED: Final = "This PDF holds pictures of pages and no text. A program for text recognition can add it."
NUMBER: Final = re.compile(r"\d+")
STAMP: Final = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
ENOUGH: Final = 50  # characters a page; fewer are the marks on a scan
OFTEN: Final = 0.5  # of all pages have a line that belongs to none of them
EDGE: Final = 3  # lines at the top and the bottom, where such lines stand
PAGES: Final = 3  # from so many on
ENDS: Final = (".", "!", "?", ":", "”", '"', "…")  # of sentences
NOT_FULL: Final = 0.85  # of a usual line: there was room for another word
SHORT: Final = 0.5


class Pdf:
    about = About(title="PDF", endings=(".pdf",))

    def can_read(self, data: bytes) -> bool:
        return SIGN in data[:1024]

    def read(self, file: BinaryFile) -> Iterator[Item]:
        try:
            document = PdfDocument(file.data)
        except PdfiumError as error:
            raise Unreadable(LOCKED if "assword" in str(error) else binary.NOT_READ) from error
        try:
            pages = [page_text(document, number) for number in range(len(document))]
            facts = about(document)
        finally:
            document.close()
        if sum(map(len, pages)) < ENOUGH * max(1, len(pages)):
            raise Unreadable(SCANNED)
        yield binary.item(file, paragraphs(pages), facts)


def page_text(document: PdfDocument, number: int) -> str:
    """The words of one page; none when that page is damaged."""
    try:
        page = document[number]
        text = page.get_textpage()
        words = str(text.get_text_range())
        text.close()
        page.close()
    except PdfiumError:
        return ""
    return straight(words).replace("\ufffe", "\ufffe\n")


def about(document: PdfDocument) -> dict[str, str]:
    """What the document says about itself."""
    found = document.get_metadata_dict()
    day = STAMP.match(found.get("CreationDate", ""))
    return {
        "title": found.get("Title", ""),
        "author": found.get("Author", ""),
        "date": "-".join(day.groups()) if day else "",
    }


def paragraphs(pages: Sequence[str]) -> str:
    """The pages as one text, without what stands on all of them, in paragraphs: a PDF knows lines only."""
    kept = [line for page in without_margins(pages) for line in page]
    lengths = sorted(len(line) for line in kept)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    found: list[list[str]] = [[]]
    for line in kept:
        found[-1].append(line.strip())
        if not line.strip() or is_last(line, width):
            found.append([])
    return tidy(f"{joined(part)}\n" for part in found if any(part))


def joined(lines: Sequence[str]) -> str:
    return BREAK.sub("", "\n".join(lines)).replace("\ufffe", "").replace("\n", " ")


def is_last(line: str, width: int) -> bool:
    """Whether a line ends a paragraph: a short one after a sentence does, and a very short one anyway."""
    room = len(line) / max(1, width)
    return room < SHORT or (room < NOT_FULL and line.rstrip().endswith(ENDS))


def without_margins(pages: Sequence[str]) -> list[list[str]]:
    """The lines of each page, without headers, footers and page numbers."""
    split = [page.split("\n") for page in pages]
    edges = Counter(line for page in split for line in {shape(line) for line in [*page[:EDGE], *page[-EDGE:]]})
    often = {line for line, count in edges.items() if len(pages) >= PAGES and count > OFTEN * len(pages)}
    return [
        [line for place, line in enumerate(page) if not (near_edge(place, page) and is_margin(line, often))]
        for page in split
    ]


def near_edge(place: int, page: Sequence[str]) -> bool:
    return place < EDGE or place >= len(page) - EDGE


def is_margin(line: str, often: set[str]) -> bool:
    return bool(line.strip()) and (shape(line) in often or NUMBER.fullmatch(line.strip()) is not None)


def shape(line: str) -> str:
    """A line with all of its numbers alike: a footer counts pages."""
    return NUMBER.sub("0", line.strip())
