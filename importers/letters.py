"""Mail as it is stored: mbox, .eml and Apple's .emlx, letter by letter. Knows nothing of what one says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from typing import BinaryIO, Final

from importers.characters import one_line
from importers.encodings import NotText, decode
from importers.export import Files
from importers.members import Damaged

START: Final = re.compile(rb"\n\r?\nFrom \S[^\n]*\d{4}[ \r]*\n(?=[!-9;-~]+:)")  # of a letter in an mbox
BLANK: Final = re.compile(rb"\n\r?\n")
HEADERS: Final = re.compile(rb"(?:\d+\s*\n)?(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
KNOWN: Final = re.compile(
    rb"^(?:From|Date|Subject|To|Message-ID|MIME-Version|Received|Return-Path|Delivered-To):",
    re.IGNORECASE | re.MULTILINE,
)
LARGEST: Final = 8_000_000  # bytes of one letter that are looked at; what comes later are attachments
LONGEST_START: Final = 1_000  # bytes of the line that begins a letter
CHUNK: Final = 1 << 20  # bytes
REMEMBERED: Final = 4_096  # headers: most letters come from few people
DEEPEST: Final = 20  # parts in parts


def is_mail(head: bytes) -> bool:
    """An mbox, or a file that begins with the headers of one letter."""
    if head.startswith(b"From "):
        return START.match(b"\n\n" + head) is not None
    headers = HEADERS.match(head.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n"))
    return headers is not None and len({name.lower() for name in KNOWN.findall(headers[0])}) >= 3


def letters(files: Files, name: str) -> Iterator[bytes]:
    """Every letter of a member, without the line that begins it in an mbox."""
    try:
        with files.open(name) as stream:
            if files.head(name).startswith(b"From "):
                yield from split(stream)
            else:
                whole = stream.read(LARGEST).removeprefix(b"\xef\xbb\xbf")
                first, _, rest = whole.partition(b"\n")
                yield rest if first.strip().isdigit() else whole
    except Damaged:
        files.note_damage(name)


def split(stream: BinaryIO) -> Iterator[bytes]:
    """The letters of an mbox. A sentence may begin with "From" too: only a line after a blank one, with a year at its
    end and a header after it, begins a letter."""
    data, begin, seen = b"\n\n", -1, 0  # `begin` is where the open letter does, if one is open
    while chunk := stream.read(CHUNK):
        data += chunk
        for start in START.finditer(data, seen):
            if begin >= 0:
                yield data[begin : start.start() + 1]
            begin = start.end()
        if begin >= 0 and len(data) - begin > LARGEST:
            yield data[begin : begin + LARGEST]
            begin = -1
        data = data[begin if begin >= 0 else -LONGEST_START :]
        begin, seen = min(begin, 0), max(0, len(data) - LONGEST_START)
    if begin >= 0:
        yield data[begin:]


@dataclass(frozen=True, slots=True)
class Head:
    """The headers alone, looked at without reading the letter: an mbox holds many letters that nobody asks for."""

    lines: bytes

    def get(self, name: str) -> str | None:
        found = named(name).search(self.lines)
        return found[1].decode("utf-8", "replace") if found else None


def headers(letter: bytes) -> Head:
    end = BLANK.search(letter)
    return Head(letter[: end.start()] if end else letter)


@lru_cache
def named(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"^%s:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)" % re.escape(name.encode()), re.IGNORECASE | re.MULTILINE)


def header(letter: Message | Head, name: str) -> str:
    """A header in plain words; empty when it is missing."""
    value = letter.get(name)
    return in_words(str(value)) if value is not None else ""


@lru_cache(REMEMBERED)
def in_words(value: str) -> str:
    """A header's value, with other alphabets than ASCII decoded where that can be done."""
    try:
        return one_line(str(make_header(decode_header(value))) if "=?" in value else value)
    except (LookupError, ValueError):  # an encoding that nobody knows, or bytes that are not in it
        return one_line(value)


def addresses(letter: Message | Head, name: str) -> tuple[tuple[str, str], ...]:
    """The names and addresses in a header; addresses in small letters."""
    return in_pairs(header(letter, name))


@lru_cache(REMEMBERED)
def in_pairs(words: str) -> tuple[tuple[str, str], ...]:
    return tuple((called, address.lower()) for called, address in getaddresses([words]) if "@" in address)


def moment(letter: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(header(letter, "Date"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def body(letter: Message) -> tuple[str, str]:
    """The text of a letter and its kind, `plain` or `html`; attached letters are not looked into."""
    found = dict(reversed(list(texts(letter))))  # the first of each kind
    for kind in ("plain", "html"):
        if found.get(kind, "").strip():
            return found[kind], kind
    return "", "plain"


def texts(part: Message, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every text in a letter that is no attachment, the first first."""
    if part.is_multipart():
        if part.get_content_maintype() == "multipart" and depth < DEEPEST:
            for inner in part.get_payload():
                if isinstance(inner, Message):
                    yield from texts(inner, depth + 1)
    elif part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
        text = decoded(part)
        flowed = str(part.get_param("format", "")).lower() == "flowed"
        yield part.get_content_subtype(), joined(text) if flowed else text


def decoded(part: Message) -> str:
    """The text of a part, in the encoding that it claims, else in the one that it looks like."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(str(part.get_content_charset("utf-8")))
    except (LookupError, UnicodeError):
        pass
    try:
        return decode(data)
    except NotText:
        return ""


def joined(text: str) -> str:
    """`format=flowed` (RFC 3676): a line that ends with a space goes on in the next, unless it opens a signature."""
    lines: list[str] = []
    open_line = False
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip(">"))
        if open_line and lines and len(lines[-1]) - len(lines[-1].lstrip(">")) == depth:
            lines[-1] += line[depth:].removeprefix(" ")
        else:
            lines.append(line)
        open_line = (
            line.endswith(" ") and line.lstrip("> ") != "-- ".strip() and line.lstrip(">") not in ("-- ", " -- ")
        )
    return "\n".join(lines)
