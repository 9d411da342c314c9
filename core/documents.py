"""What an importer yields: documents, and items it had to skip. Knows no file format and no database."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Final, Literal, TypeAlias

import msgspec

Role: TypeAlias = Literal["me", "other"]
Visibility: TypeAlias = Literal["public", "unlisted", "followers", "private"]
Span: TypeAlias = tuple[int, int]  # characters [start, end) of a document's text

NO_ZONE: Final = "written must carry its time zone, or be absent"
RARE_WHITE: Final = (  # white space beyond ASCII
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
MARKS: Final = bytes(ord(" " if chr(byte).isspace() and byte < 128 else "x") for byte in range(256))


class Turn(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What somebody said before a document was written, as far as the document answers it.

    A struct and no dataclass: a megabyte of messages has 12,000 of them, which msgspec makes and writes, as
    plain lists, in one call each way. The collector of garbage need not look at them: they hold text and moments.
    """

    author: str
    text: str
    role: Role = "other"
    written: datetime | None = None

    def __post_init__(self) -> None:
        if self.written is not None and self.written.tzinfo is None:
            raise ValueError(NO_ZONE)


SAID: Final = attrgetter("author", "text", "role")  # of a turn


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One piece of writing: a post, an essay, a note, or one turn of a talk.

    A struct as turns are: made in a sixth of the time of a dataclass, and packed without what it does not say. Changed
    copies: `msgspec.structs.replace`.

    Its identity is (source, key): importing it again under the same identity never makes a second copy.
    `quotes` are the spans of `text` that are other people's words, `context` is what was said before: both are kept
    to be answered, never learnt as the writer's.
    """

    source: str
    key: str
    text: str
    title: str = ""
    url: str = ""
    author: str = ""
    role: Role = "me"
    kind: str = "post"
    written: datetime | None = None  # aware, or absent when nobody knows
    zone_known: bool = True  # else `written` is what a clock on a wall showed, taken as UTC
    quotes: tuple[Span, ...] = ()
    thread: str = ""  # what belongs together: a conversation, a chain of posts
    parent: str = ""  # the key, or else the address, of what this answers
    context: tuple[Turn, ...] = ()  # oldest first
    visibility: Visibility = "public"
    flags: tuple[str, ...] = ()  # in order: asr, forwarded, partial, pasted, quote_removed
    origin: str = ""  # which member of which file it came from
    language: str = ""  # two letters (ISO 639-1) where the export says it, else found out later

    def __post_init__(self) -> None:
        if self.written is not None and self.written.tzinfo is None:
            raise ValueError(NO_ZONE)
        end = 0
        for start, stop in self.quotes:
            if not end <= start < stop <= len(self.text):
                raise ValueError(f"quotes must be ordered spans inside the text, got {self.quotes}")
            end = stop

    @property
    def text_hash(self) -> str:
        """Changes when anything a reader or a model would see changes."""
        said_before = tuple(map(SAID, self.context))
        content = f"{self.text}\0{self.title}\0{self.url}\0{self.author}\0{self.role}\0{self.quotes!r}\0{said_before!r}"
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def word_count(text: str) -> int:
    """How many words there are, as `split` tells words apart: counted in bytes, which makes none of them."""
    if not text.isascii():
        for white in RARE_WHITE:
            text = text.replace(white, " ")
    marked = text.encode("utf-8", "surrogatepass").translate(MARKS)
    return marked.count(b" x") + marked.startswith(b"x")


@dataclass(frozen=True, slots=True)
class Skipped:
    """One item that was not taken, and why, in words for the user. `key` names it: a file's place in its folder."""

    key: str
    reason: str


Item: TypeAlias = Document | Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came of an import: documents by what happened to them, and how long it took."""

    added: int
    changed: int
    already: int
    skipped: int
    seconds: float
    stopped: bool = False
