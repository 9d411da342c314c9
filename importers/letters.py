"""Mail as it is stored: mbox, .eml and Apple's .emlx, letter by letter. Knows nothing of what one says."""

import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header, make_header
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
SAID: Final = r":[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)"
HEADER: Final = re.compile(rf"\n([!-9;-~]+){SAID}")
ON_ENVELOPES: Final = re.compile(  # what is asked of every letter: others may stand there forty times
    rf"\n(From|Delivered-To|X-Gmail-Labels|Message-ID|In-Reply-To){SAID}", re.IGNORECASE | re.ASCII
)
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STAMP: Final = re.compile(  # as nearly all programs write it
    rf"(?:[A-Z][a-z][a-z], )?(\d{{1,2}}) ({'|'.join(MONTHS)}) ([12]\d{{3}}) (\d\d):(\d\d):(\d\d)"
    r" ([+-])(0\d|1[0-4])([0-5]\d)",
    re.ASCII,
)
PARAMETER: Final = re.compile(r';\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))')
ESCAPED: Final = re.compile(r"\\(.)")
WIDE: Final = ("utf-16", "utf-32", "ucs")  # without a single zero byte it is none of these
NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
MOST_PARTS: Final = 1_000  # of a letter that a person wrote
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
                first, _, rest = whole.partition(b"\n")  # in .emlx: how long the letter is
                yield rest[: int(first)] if first.strip().isdigit() and len(first) < 20 else whole
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


class Head:
    """The headers alone, looked at without reading the letter: an mbox holds many letters that nobody asks for."""

    __slots__ = ("_asked", "_found", "_lines")

    def __init__(self, lines: bytes, asked: re.Pattern[str] = HEADER) -> None:
        self._lines, self._asked = lines, asked
        self._found: dict[str, str] | None = None

    def get(self, name: str) -> str | None:
        """What the first header of a name says; `name` is in small letters."""
        if self._found is None:
            found = self._asked.findall(f"\n{self._lines.decode('utf-8', 'replace')}")
            self._found = {one.lower(): said for one, said in reversed(found)}
        return self._found.get(name)


def headers(letter: bytes) -> Head:
    """Those of its headers that stand on an envelope."""
    end = BLANK.search(letter)
    return Head(letter[: end.start()] if end else letter, ON_ENVELOPES)


class Letter(Head):
    """A letter, or a part of one: its headers, and the bytes below them.

    Not email.message: that takes ten times as long, most of it over headers that nobody asks for.
    """

    __slots__ = ("body",)

    def __init__(self, lines: bytes, body: bytes) -> None:
        super().__init__(lines)
        self.body = body

    @property
    def kind(self) -> str:
        """`text/plain`."""
        return kind_of(self.get("content-type") or "")

    @property
    def parameters(self) -> Mapping[str, str]:
        """What stands behind the kind: `charset`, `format`, `boundary`."""
        return parameters_of(self.get("content-type") or "")

    @property
    def parts(self) -> Iterator["Letter"]:
        """The parts of a letter that has some."""
        boundary = self.parameters.get("boundary", "").encode("utf-8", "surrogateescape")
        if not boundary:
            return
        limit, part = b"\n--" + boundary, None
        for piece in (b"\n" + self.body).split(limit, MOST_PARTS)[1:]:
            rest_of_line, _, below = piece.partition(b"\n")
            ending = rest_of_line.strip()
            if ending not in (b"", b"--"):  # a longer boundary, which begins alike
                part = part and part + limit + piece
                continue
            if part is not None:
                yield letter(part)
            part = below
            if ending == b"--":
                return
        if part is not None:
            yield letter(part)


@lru_cache(REMEMBERED)
def kind_of(words: str) -> str:
    found = words.partition(";")[0].strip().lower()
    return found if found.count("/") == 1 else "text/plain"


@lru_cache(REMEMBERED)
def parameters_of(words: str) -> Mapping[str, str]:
    return {name.lower(): ESCAPED.sub(r"\1", quoted) or bare for name, quoted, bare in PARAMETER.findall(words)}


def letter(whole: bytes) -> Letter:
    """A letter taken apart at its first blank line; one that begins with a blank line has no headers."""
    if whole.startswith((b"\n", b"\r\n")):
        return Letter(b"", whole.partition(b"\n")[2])
    end = BLANK.search(whole)
    return Letter(whole[: end.start()], whole[end.end() :]) if end else Letter(whole, b"")


def header(letter: Head, name: str) -> str:
    """A header, by its name in small letters, in plain words; empty when it is missing."""
    value = letter.get(name)
    return in_words(value) if value else ""


def in_words(value: str) -> str:
    """A header's value, with other alphabets than ASCII decoded where that can be done."""
    return unfolded(value) if "=?" in value else one_line(value)


@lru_cache(REMEMBERED)
def unfolded(value: str) -> str:
    try:
        return one_line(str(make_header(decode_header(value))))
    except (LookupError, ValueError, MessageError):  # an encoding that nobody knows, or bytes that are not in it
        return one_line(value)


def addresses(letter: Head, name: str) -> tuple[tuple[str, str], ...]:
    """The names and addresses in a header; addresses in small letters."""
    return in_pairs(header(letter, name))


@lru_cache(REMEMBERED)
def in_pairs(words: str) -> tuple[tuple[str, str], ...]:
    return tuple((called, address.lower()) for called, address in getaddresses([words]) if "@" in address)


def moment(letter: Letter) -> datetime | None:
    words = header(letter, "date")
    stamp = STAMP.fullmatch(words)
    try:
        if stamp:
            day, month, year, hour, minute, second, sign, hours, minutes = stamp.groups()
            found = datetime(
                int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC
            )
            return found - ahead(sign, hours, minutes)
        found = parsedate_to_datetime(words)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


@lru_cache
def ahead(sign: str, hours: str, minutes: str) -> timedelta:
    """How far a clock is ahead of UTC."""
    return timedelta(hours=int(f"{sign}{hours}"), minutes=int(f"{sign}{minutes}"))


def body(letter: Letter) -> tuple[str, str]:
    """The text of a letter and its kind, `plain` or `html`; attached letters are not looked into."""
    found: dict[str, str] = {}
    for kind, text in texts(letter):
        found.setdefault(kind, text)
    for kind in ("plain", "html"):
        if found.get(kind, "").strip():
            return found[kind], kind
    return "", "plain"


def texts(part: Letter, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every text in a letter that is no attachment, the first first."""
    main, _, sub = part.kind.partition("/")
    if main == "multipart":
        parts = list(part.parts) if depth < DEEPEST else []
        for inner in parts:
            yield from texts(inner, depth + 1)
        if not parts and depth == 0:
            yield "plain", decoded(part)  # it promised parts and has none: what stands there is all it says
    elif main == "text" and not (part.get("content-disposition") or "").strip().lower().startswith("attachment"):
        text = decoded(part)
        yield sub, joined(text) if part.parameters.get("format", "").lower() == "flowed" else text


def decoded(part: Letter) -> str:
    """The text of a part, in the encoding that it claims, else in the one that it looks like."""
    data = unpacked(part.body, (part.get("content-transfer-encoding") or "").strip().lower())
    charset = part.parameters.get("charset", "utf-8")
    try:
        if not charset.lower().startswith(WIDE) or b"\0" in data:
            return data.decode(charset)
    except (LookupError, UnicodeError, ValueError):
        pass
    try:
        return decode(data)
    except NotText:
        return ""


def unpacked(data: bytes, packing: str) -> bytes:
    if packing == "quoted-printable":
        return binascii.a2b_qp(data)
    if packing != "base64":
        return data
    letters = NOT_BASE64.sub(b"", data)
    try:
        return binascii.a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"==")
    except binascii.Error:
        return b""


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
