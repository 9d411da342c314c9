"""What an importer yields: documents, and items it had to skip. Knows no file format and no database."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["me", "other"]
Span: TypeAlias = tuple[int, int]  # characters [start, end) of a document's text


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One piece of writing: a post, an essay, a note.

    Its identity is (source, key): importing it again under the same identity never makes a second copy.
    `quotes` are the spans of `text` that are other people's words: kept as context, never learnt as the writer's.
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
    quotes: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if self.written is not None and self.written.tzinfo is None:
            raise ValueError("written must carry its time zone, or be absent")
        end = 0
        for start, stop in self.quotes:
            if not end <= start < stop <= len(self.text):
                raise ValueError(f"quotes must be ordered spans inside the text, got {self.quotes}")
            end = stop

    @property
    def text_hash(self) -> str:
        """Changes when anything a reader or a model would see changes."""
        content = "\0".join((self.text, self.title, self.url, self.author, self.role, repr(self.quotes)))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


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
