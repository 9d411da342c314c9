"""Telegram's export as pages: messages.html, messages2.html and so on, as the records that its JSON would hold."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from importers.characters import one_line
from importers.export import Files
from importers.html_tree import parsed
from importers.members import Damaged
from importers.records import Record

SIGN: Final = re.compile(rb'class="page_wrap"[\s\S]*class="history"')
NUMBER: Final = re.compile(r"\d+")
ANSWERED: Final = re.compile(r"go_to_message(\d+)")
STAMP: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d))?")
LARGEST: Final = 1 << 24  # bytes: a page holds a thousand messages


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `member` is the first page of its chat."""

    chat: str
    member: str
    messages: list[Record]


def is_page(head: bytes) -> bool:
    return SIGN.search(head) is not None


def pages(files: Files) -> Iterator[Page]:
    """The pages of each chat in their order. A message without a name is by whoever spoke before, across pages too."""
    first, speaker = "", ""
    for name in sorted(files.names, key=place):
        if name.rpartition("/")[0] != first.rpartition("/")[0] or not first:
            first, speaker = name, ""
        tree = page(files, name)
        if tree is None:
            continue
        found = list(messages(tree, speaker))
        speaker = str(found[-1]["from"]) if found else speaker
        yield Page(words(within(tree, "page_header")), first, found)


def place(name: str) -> tuple[str, int]:
    """Its folder, and which page it is."""
    folder, _, file = name.rpartition("/")
    number = NUMBER.search(file)
    return folder, int(number[0]) if number else 1


def page(files: Files, name: str) -> etree._Element | None:
    try:
        with files.open(name) as stream:
            return parsed(stream.read(LARGEST).decode("utf-8", "replace"))
    except Damaged:
        files.note_damage(name)
        return None


def messages(tree: etree._Element, speaker: str) -> Iterator[Record]:
    for box in of_class(tree, "message"):
        if "default" not in classes(box):
            continue
        forwarded = within(box, "forwarded") is not None
        own = [one for one in of_class(box, "from_name") if not is_inside(one, "forwarded")]
        speaker = words(own[0]) if own else speaker
        date = STAMP.search(next((one.get("title", "") for one in of_class(box, "date")), ""))
        answered = within(box, "reply_to")
        link = ANSWERED.search(etree.tostring(answered, encoding="unicode")) if answered is not None else None
        yield {
            "id": (box.get("id") or "").removeprefix("message"),
            "type": "message",
            "from": speaker,
            "date": stamped(date) if date else "",
            "zone_known": bool(date and date[5]),
            "text": lines(within(box, "text")),
            **({"reply_to_message_id": link[1]} if link else {}),
            **({"forwarded_from": ""} if forwarded else {}),
        }


def stamped(date: re.Match[str]) -> str:
    day, month, year, time, zone = date.groups()
    return f"{year}-{month}-{day}T{time}{zone or ''}"


def lines(element: etree._Element | None) -> str:
    """The text of an element, a line for each of its lines, without what it quotes."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += ["\n" if child.tag == "br" else "" if child.tag == "blockquote" else lines(child), child.tail or ""]
    whole = "".join(parts)
    return whole if element.tag != "div" else whole.strip()


def words(element: etree._Element | None) -> str:
    return one_line("".join(str(part) for part in element.itertext())) if element is not None else ""


def classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()


def of_class(tree: etree._Element, name: str) -> Iterable[etree._Element]:
    return (one for one in tree.iter("div") if name in classes(one))


def within(tree: etree._Element, name: str) -> etree._Element | None:
    return next(iter(of_class(tree, name)), None)


def is_inside(element: etree._Element, name: str) -> bool:
    return any(name in classes(one) for one in element.iterancestors("div"))
