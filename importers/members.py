"""The members of an archive: a name, a size, and a stream that fails in one way only. Knows no kind of archive.

Whatever is wrong with the bytes of a member raises `Damaged` while it is read, and `Stopped` is raised as soon as
the person who waits has asked to stop: so a reader of a large member needs to know about neither.
"""

import io
import lzma
import re
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from core.events import Stop, never

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER: Final = 1 << 18  # bytes read at once
DRIVE: Final = re.compile(r"[A-Za-z]:")


class Damaged(ValueError):
    """The bytes of a member are not what they should be; what was read before is good."""


class Stopped(Exception):
    """The person who waits has asked to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an archive may unpack to. Ours hold a person's whole life, and no bomb that was ever published."""

    growth: int = 20_000_000_000  # bytes beyond what lies on the disk; pictures and films do not grow
    ratio: int = 200  # of one member; exports of text are packed to a tenth, the dullest JSON to a fiftieth
    small: int = 1 << 20  # bytes; a member so small may be packed as tightly as it likes
    members: int = 200_000
    depth: int = 3  # archives inside each other; Slack's and Apple's lie one deep, and people zip what they have
    archives: int = 1_000  # inside one


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; `source` opens its bytes."""

    name: str
    size: int
    source: Callable[[], IO[bytes]]


def nobody(name: str, size: int) -> None:
    """Told when a file is opened, and does nothing with it."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of every file that is opened, and which files are not to be opened again."""

    opened: Callable[[str, int], None] = nobody
    left_out: frozenset[str] = frozenset()

    def leaves_out(self, name: str) -> bool:
        """Files go by their place in an archive, and by their whole path where they are loose."""
        return name in self.left_out or any(name.endswith(f"/{one}") for one in self.left_out)


@dataclass(slots=True)
class Meter:
    """How many bytes have been read of all members, and whether to go on."""

    stop: Stop = never
    bytes: int = 0


@dataclass(slots=True)
class Names:
    """Gives out the names of an archive, each once."""

    taken: set[str] = field(default_factory=set)

    def wrong(self, name: str) -> str:
        """Why a member may not be called `name`; empty when it may."""
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or DRIVE.match(name):
            return "Its name points out of the archive, which no honest export does."
        if name in self.taken:
            return "The archive holds another file of the same name, which was taken."
        self.taken.add(name)
        return ""


def tidy_name(name: str) -> str:
    """A member's name in one spelling, storable even when it is in no encoding at all."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def is_rubbish(name: str) -> bool:
    """Whether a system, and no person, put this into the archive."""
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") and not part.startswith("..") for part in parts)
    return not parts or parts[0] == "__MACOSX" or hidden


class Reading(io.RawIOBase):
    """A member being read."""

    def __init__(self, source: Callable[[], IO[bytes]], meter: Meter) -> None:
        super().__init__()
        self._source, self._meter = source, meter
        self._stream: IO[bytes] | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if self._meter.stop():
            raise Stopped
        view = memoryview(buffer)
        try:
            if self._stream is None:
                self._stream = self._source()
            data = self._stream.read(len(view))
        except BROKEN as error:
            raise Damaged from error
        view[: len(data)] = data
        self._meter.bytes += len(data)
        return len(data)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        super().close()


BROKEN: Final = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    NotImplementedError,  # a way of packing that Python does not know
    RuntimeError,  # a password is needed
)  # fmt: skip
