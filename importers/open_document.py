"""OpenDocument text, .odt, as LibreOffice writes it. Notes and what tracked changes deleted stay out."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from core.documents import Item
from importers import binary
from importers.base import About
from importers.binary import BinaryFile, Unreadable, attribute, local
from importers.characters import straight, tidy
from importers.tags import Writer

SIGN: Final = b"application/vnd.oasis.opendocument.text"
TAGS: Final = {"p": "p", "list": "ul", "list-item": "li", "table": "table", "table-row": "tr", "table-cell": "td"}
LEFT_OUT: Final = {
    "tracked-changes", "note", "annotation", "annotation-end", "table-of-content", "sequence-decls", "frame",
}  # fmt: skip
QUOTED: Final = {"Quotations"}
MOST: Final = 1_000  # spaces in a row, as one element that says how many


class OpenDocument:
    about = About(title="OpenDocument", endings=(".odt", ".fodt"))

    def can_read(self, data: bytes) -> bool:
        return binary.begins(data, SIGN) or (data[:5] == b"<?xml" and SIGN in data[:4096])

    def read(self, file: BinaryFile) -> Iterator[Item]:
        if file.data.startswith(b"PK"):
            with binary.opened(file.data) as whole:
                content, about = binary.part(whole, "content.xml"), binary.part(whole, "meta.xml")
        else:
            content = about = file.data
        root = binary.tree(content)
        body = next(root.iter("{*}text"), None) if root is not None else None
        if body is None:
            raise Unreadable(binary.NOT_READ)
        writer = Writer()
        write(body, writer)
        yield binary.item(file, tidy(straight(writer.close()).split("\n")), binary.facts(about))


def write(element: etree._Element, writer: Writer) -> None:
    """What stands in an element, and in those inside it."""
    writer.data(collapsed(element.text))
    for one in element:
        name = local(one)
        if name == "s":
            count = attribute(one, "c")
            writer.data(" " * min(int(count) if count.isdecimal() else 1, MOST))
        elif name in ("tab", "line-break"):
            writer.data(" " if name == "tab" else "\n")
        elif name not in LEFT_OUT:
            tag = tag_of(one)
            if tag:
                writer.start(tag, {})
            write(one, writer)
            if tag:
                writer.end(tag)
        writer.data(collapsed(one.tail))


def tag_of(element: etree._Element) -> str:
    """The tag of HTML that an element stands for; none for a span, or a paragraph in a list or a table."""
    name = local(element)
    if name == "h":
        level = attribute(element, "outline-level")
        return f"h{level}" if level in "123456" and level else "h1"
    if name == "p" and attribute(element, "style-name") in QUOTED:
        return "blockquote"
    above = element.getparent()
    if name == "p" and above is not None and local(above) in ("list-item", "table-cell"):
        return ""
    return TAGS.get(name, "")


def collapsed(text: str | None) -> str:
    """Text between tags: line ends and runs of spaces mean one space, as in HTML."""
    if not text:
        return ""
    words = " ".join(text.split())
    return f"{' ' * text[0].isspace()}{words}{' ' * (text[-1].isspace() and bool(words))}"
