"""Word, .docx: the text of its body. What was deleted under tracked changes, comments and footers stay out."""

import re
import zipfile
from collections.abc import Iterator
from itertools import groupby
from typing import Final, TypeAlias

from lxml import etree

from core.documents import Item
from importers import binary
from importers.base import About
from importers.binary import BinaryFile, Unreadable, attribute, local
from importers.characters import straight, tidy
from importers.tags import Writer

Styles: TypeAlias = dict[str, str]  # the names that Word gives to styles in English, by their ids in any language
Run: TypeAlias = tuple[str, bool, bool]  # words, bold, italic

OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BODY: Final = re.compile(r"word/document\d*\.xml")
HEADING: Final = re.compile(r"heading ([1-6])", re.IGNORECASE)
INSIDE: Final = {"hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml"}
SHOWN: Final = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
OFF: Final = {"0", "false", "off", "none"}


class Word:
    about = About(title="Word", endings=(".docx", ".doc"))

    def can_read(self, data: bytes) -> bool:
        return data.startswith(OLD) or (data.startswith(b"PK\x03\x04") and b"word/document" in data)

    def read(self, file: BinaryFile) -> Iterator[Item]:
        if file.data.startswith(OLD):
            raise Unreadable("This is an old Word file (.doc). Open it, save it as .docx, and import it again.")
        with binary.opened(file.data) as whole:
            name = next((one for one in whole.namelist() if BODY.fullmatch(one)), "")
            root = binary.tree(binary.part(whole, name))
            if root is None:
                raise Unreadable(binary.NOT_READ)
            facts = binary.facts(binary.part(whole, "docProps/core.xml"))
            text = in_markdown(root, styles(whole))
        if facts.get("author") == "python-docx":  # the program, not the person
            del facts["author"]
        yield binary.item(file, text, facts)


def styles(whole: zipfile.ZipFile) -> Styles:
    root = binary.tree(binary.part(whole, "word/styles.xml"))
    found: Styles = {}
    for style in root if root is not None else ():
        for one in style:
            if local(one) == "name":
                found[attribute(style, "styleId")] = attribute(one, "val").lower()
    return found


def in_markdown(root: etree._Element, known: Styles) -> str:
    writer = Writer()
    for body in root:
        write_blocks(body, known, writer)
    return tidy(straight(writer.close()).split("\n"))


def write_blocks(element: etree._Element, known: Styles, writer: Writer) -> None:
    """Paragraphs and tables, and what holds them."""
    for one in element:
        name = local(one)
        if name == "p":
            write_paragraph(one, known, writer)
        elif name in ("tbl", "tr", "tc"):
            tag = {"tbl": "table", "tr": "tr", "tc": "td"}[name]
            writer.start(tag, {})
            if name == "tc":
                writer.data(" ".join(words(paragraph) for paragraph in one.iter("{*}p")))
            else:
                write_blocks(one, known, writer)
            writer.end(tag)
        elif name in INSIDE:
            write_blocks(one, known, writer)


def write_paragraph(paragraph: etree._Element, known: Styles, writer: Writer) -> None:
    style = next((attribute(one, "val") for one in paragraph.iter("{*}pStyle")), "")
    named = known.get(style, style.lower())
    heading = HEADING.match(named)
    if heading or named == "title":
        tag = f"h{heading[1]}" if heading else "h1"
    elif "quote" in named:
        tag = "blockquote"
    else:
        tag = "li" if next(paragraph.iter("{*}numPr"), None) is not None or named.startswith("list") else "p"
    writer.start(tag, {})
    for (bold, italic), group in groupby(runs(paragraph), key=lambda run: run[1:]):
        marks = [mark for mark, is_on in (("b", bold), ("i", italic)) if is_on and tag[0] != "h"]
        for mark in marks:
            writer.start(mark, {})
        writer.data("".join(text for text, _, _ in group))
        for mark in reversed(marks):
            writer.end(mark)
    writer.end(tag)


def words(paragraph: etree._Element) -> str:
    return "".join(text for text, _, _ in runs(paragraph))


def runs(element: etree._Element) -> Iterator[Run]:
    """The words of a paragraph as they look. Of what was changed under tracking, the last version."""
    for one in element:
        if local(one) in INSIDE:
            yield from runs(one)
        elif local(one) == "r":
            text = "".join(shown(part) for part in one)
            yield text, is_on(one, "b"), is_on(one, "i")


def shown(part: etree._Element) -> str:
    name = local(part)
    return part.text or "" if name == "t" else SHOWN.get(name, "")


def is_on(run: etree._Element, mark: str) -> bool:
    looks = (one for look in run if local(look) == "rPr" for one in look if local(one) == mark)
    return any(attribute(one, "val") not in OFF for one in looks)
