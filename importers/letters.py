"""Mail as it is stored: mbox, .eml and Apple's .emlx, letter by letter. Knows nothing of what one says."""

import email
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final

from importers.characters import one_line
from importers.encodings import NotText, decode
from importers.export import Files
from importers.members import Damaged

START: Final = re.compile(rb"From \S+ .*\d{4}\s*$")  # of a letter in an mbox
HEADER: Final = re.compile(rb"[!-9;-~]+:[ \t]?")
HEADERS: Final = re.compile(rb"(?:\d+\s*\n)?(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
KNOWN: Final = re.compile(
    rb"^(?:From|Date|Subject|To|Message-ID|MIME-Version|Received|Return-Path|Delivered-To):",
    re.IGNORECASE | re.MULTILINE,
)
LARGEST: Final = 8_000_000  # bytes of one letter that are looked at; what comes later are attachments
DEEPEST: Final = 20  # parts in parts


def is_mail(head: bytes) -> bool:
    """An mbox, or a file that begins with the headers of one letter."""
    if head.startswith(b"From "):
        first, _, rest = head.partition(b"\n")
        return bool(START.match(first) and HEADER.match(rest))
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


def split(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The letters of an mbox. A sentence may begin with "From" too: only a line after a blank one, with a year at its
    end and a header after it, begins a letter."""
    parts: list[bytes] = []
    size, after_blank = 0, True
    held = b""  # a line that begins a letter, if a header follows
    for line in lines:
        if held and HEADER.match(line):
            if parts:
                yield b"".join(parts)
            parts, size = [], 0
        elif held:
            parts.append(held)
        held = line if after_blank and line.startswith(b"From ") and START.match(line) else b""
        after_blank = not line.strip()
        if not held and size < LARGEST:
            parts.append(line)
            size += len(line)
    if parts:
        yield b"".join(parts)


def headers(letter: bytes) -> Message:
    """The headers alone, which is quick."""
    end = re.search(rb"\r?\n\r?\n", letter)
    return email.message_from_bytes(letter[: end.end()] if end else letter)


def header(letter: Message, name: str) -> str:
    """A header in plain words; empty when it is missing or cannot be read."""
    value = letter.get(name)
    if value is None:
        return ""
    try:
        return one_line(str(make_header(decode_header(str(value)))))
    except (LookupError, ValueError):  # an encoding that nobody knows, or bytes that are not in it
        return one_line(str(value))


def addresses(letter: Message, name: str) -> list[tuple[str, str]]:
    """The names and addresses in a header; addresses in small letters."""
    return [(called, address.lower()) for called, address in getaddresses([header(letter, name)]) if "@" in address]


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
