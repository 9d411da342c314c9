"""Telegram's export as pages: messages.html, messages2.html and so on, as the records that its JSON would hold."""

import re
from collections.abc import Iterator
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
        yield Page(words(part(inside(tree), "page_header")), first, found)


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
    for box in tree.iter("div"):
        if not {"message", "default"}.issubset(classes(box)):
            continue
        parts = inside(box)
        forwarded = part(parts, "forwarded") is not None
        own = [one for one in parts if "from_name" in classes(one) and not is_within(one, box, "forwarded")]
        speaker = words(own[0]) if own else speaker
        dates = [one.get("title", "") for one in parts if "date" in classes(one)]
        date = STAMP.search(dates[0]) if dates else None
        answered = part(parts, "reply_to")
        link = ANSWERED.search(etree.tostring(answered, encoding="unicode")) if answered is not None else None
        yield {
            "id": (box.get("id") or "").removeprefix("message"),
            "type": "message",
            "from": speaker,
            "date": stamped(date) if date else "",
            "zone_known": bool(date and date[5]),
            "text": lines(part(parts, "text")),
            **({"reply_to_message_id": link[1]} if link else {}),
            **({"forwarded_from": ""} if forwarded else {}),
        }


def inside(box: etree._Element) -> list[etree._Element]:
    """The parts of a message, but for other messages, which lie in it where a page is broken: each is read once."""
    found: list[etree._Element] = []
    waiting = list(reversed(box))
    while waiting:
        one = waiting.pop()
        if one.tag == "div":
            if "message" in classes(one):
                continue
            found.append(one)
        waiting.extend(reversed(one))
    return found


def stamped(date: re.Match[str]) -> str:
    day, month, year, time, zone = date.groups()
    return f"{year}-{month}-{day}T{time}{zone or ''}"


def lines(element: etree._Element | None) -> str:
    """The text of an element, a line for each of its lines, without what it quotes."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        is_foreign = child.tag == "blockquote" or "message" in classes(child)
        parts += ["\n" if child.tag == "br" else "" if is_foreign else lines(child), child.tail or ""]
    whole = "".join(parts)
    return whole if element.tag != "div" else whole.strip()


def words(element: etree._Element | None) -> str:
    return one_line("".join(str(part) for part in element.itertext())) if element is not None else ""


def classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()


def part(parts: list[etree._Element], name: str) -> etree._Element | None:
    return next((one for one in parts if name in classes(one)), None)


def is_within(element: etree._Element, box: etree._Element, name: str) -> bool:
    """Whether a part of the box of that class is around an element."""
    for around in element.iterancestors("div"):
        if around is box:
            return False
        if name in classes(around):
            return True
    return False
