"""What came of asking for an address: a page, or why there is none. Opens no connection."""

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from importers.characters import straight
from importers.encodings import NotText, decode

CHARSET: Final = re.compile(r"charset=[\"']?([\w.:-]{2,40})", re.IGNORECASE)
DECLARED: Final = re.compile(
    rb"<meta[^>]{0,200}charset=[\"']?([\w.:-]{2,40})|^\s*<\?xml[^>]{0,80}encoding=[\"']([\w.:-]{2,40})", re.IGNORECASE
)
HEAD: Final = 2_000  # bytes in which a page says its encoding


class Unreached(Exception):
    """There is no page at this address, or it may not be read: `reason` is a sentence for the user."""

    def __init__(self, reason: str, *, status: int = 0, is_gone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status  # of HTTP, where there was an answer
        self.is_gone = is_gone  # nobody answered at all


class Parked(Exception):
    """The host wants to be left alone for now. What was read stays, and the same import goes on later."""

    def __init__(self, sentence: str, until: datetime | None = None, *, is_gone: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.until = until
        self.is_gone = is_gone  # it does not even say so: nobody answers any more


@dataclass(frozen=True, slots=True)
class Page:
    """An answer. `url` is where it was found in the end; names of headers are in small letters."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Its media type in small letters, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as straight text; empty for what is no text. UTF-8 is believed where it fits: servers claim much."""
        for encoding in ("utf-8-sig", *self._said()):
            try:
                return straight(self.body.decode(encoding))
            except UnicodeError:
                continue
        try:
            return straight(decode(self.body))
        except NotText:
            return ""

    def _said(self) -> list[str]:
        """The encodings that the answer names, those that exist."""
        declared = DECLARED.search(self.body[:HEAD])
        header = CHARSET.search(self.headers.get("content-type", ""))
        names = [header[1]] if header else []
        names += [(declared[1] or declared[2]).decode("ascii", "replace")] if declared else []
        return [name for name in names if is_encoding(name)]

    def json(self) -> object:
        """The body as JSON. Raises Unreached when it is none: a page for people, or half of an answer."""
        try:
            found: object = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unreached("The site answered, but not in the way that programs expect.") from error
        return found


def is_encoding(name: str) -> bool:
    """Whether Python knows a text encoding of that name (`hex` and the like are none)."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False
