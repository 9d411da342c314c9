"""Archives inside archives, and files packed by themselves, as if they were folders and files. Knows no format.

All that lies inside one archive shares one allowance: a small file whose archives unpack to more and more is found out
before much of it is unpacked, however deep it hides that.
"""

import gzip
import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, cast

from core.documents import Skipped
from importers import tars, zips
from importers.members import BROKEN, BUFFER, Damaged, Limits, Member, Meter, Reading, Stopped

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

TARS: Final = (".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
PACKED: Final = ".gz"
IN_MEMORY: Final = 1 << 26  # bytes of all archives inside one; more wait in files without names
ENOUGH: Final = 1 << 26  # bytes that archives inside archives may always unpack to
DAMAGED: Final = {
    "zip": "This zip inside the archive is damaged or unfinished.",
    "tar": "This archive inside the archive is damaged or unfinished.",
    "gz": "This packed file is damaged or unfinished.",
}
TOO_DEEP: Final = "Archives lie in archives here, deeper than exports have them. Unpack it, and import what comes out."
TOO_MANY: Final = "There are more archives in this archive than any export has. Unpack it, and import what comes out."
BOMB: Final = "It would unpack to far more than any writing, as archives made to do harm do."


@dataclass(slots=True)
class Nest:
    """What everything inside one archive on the disk, `size` bytes long, may take together."""

    size: int
    limits: Limits
    meter: Meter
    opened: ExitStack
    memory: int = IN_MEMORY
    unpacked: int = 0
    archives: int = 0

    def takes(self, size: int) -> bool:
        """Whether so many bytes more may come out of archives inside archives; then they are counted."""
        self.unpacked += size
        return self.unpacked <= min(self.limits.growth, max(ENOUGH, self.limits.ratio * self.size))


class View(io.RawIOBase):
    """An open file read from a place of its own, so that several can read it at once."""

    def __init__(self, whole: IO[bytes]) -> None:
        super().__init__()
        self._whole, self._place = whole, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        self._whole.seek(self._place)
        data = self._whole.read(len(view))
        view[: len(data)] = data
        self._place += len(data)
        return len(data)


def unfolded(found: Iterable[Member | Skipped], nest: Nest, depth: int = 0) -> Iterator[Member | Skipped]:
    """The members of an archive, with those of the archives among them."""
    for one in found:
        kind = ending(one.name) if isinstance(one, Member) else ""
        if isinstance(one, Skipped) or not kind:
            yield one
        elif depth == nest.limits.depth and kind != "gz":
            yield Skipped(one.name, TOO_DEEP)
        elif nest.archives == nest.limits.archives:
            yield Skipped(one.name, TOO_MANY)
        else:
            nest.archives += 1
            yield from unfolded(inside(one, kind, nest), nest, depth + 1)


def ending(name: str) -> str:
    """`zip` or `tar` for what is called like an archive, `gz` for a packed file, else nothing."""
    low = name.lower()
    return "zip" if low.endswith(".zip") else "tar" if low.endswith(TARS) else "gz" if low.endswith(PACKED) else ""


def inside(one: Member, kind: str, nest: Nest) -> Iterator[Member | Skipped]:
    """What an archive inside another holds."""
    if not nest.takes(one.size):
        yield Skipped(one.name, BOMB)
        return
    try:
        copy = copied(one, nest)
        if kind == "zip":
            yield from counted(zips.members(copy, f"{one.name}/", nest.limits, nest.opened), nest)
        elif tars.is_tar(copy):
            yield from counted(tars.members(copy, nest.limits, nest.meter, nest.opened, f"{one.name}/"), nest)
        elif kind == "gz":
            yield from counted([unzipped(copy, one.name, nest.limits, nest.meter)], nest)
        else:
            yield Skipped(one.name, DAMAGED[kind])
    except (Damaged, *BROKEN):
        yield Skipped(one.name, DAMAGED[kind])


def copied(one: Member, nest: Nest) -> IO[bytes]:
    """An archive inside another, where it can be read from any place. Raises Damaged, Stopped and OSError."""
    most = max(nest.memory, 1)
    copy = cast(IO[bytes], nest.opened.enter_context(SpooledTemporaryFile(max_size=most)))  # noqa: SIM115 - as it says
    with Reading(one.source, nest.meter) as stream:
        shutil.copyfileobj(stream, copy, BUFFER)
    nest.memory -= copy.tell() if copy.tell() <= most else 0
    copy.seek(0)
    return copy


def counted(found: Iterable[Member | Skipped], nest: Nest) -> Iterator[Member | Skipped]:
    """What was `found`, as far as all of it together stays bearable."""
    for one in found:
        if isinstance(one, Member) and not nest.takes(one.size):
            yield Skipped(one.name, BOMB)
            return
        yield one


def unzipped(place: Path | IO[bytes], name: str, limits: Limits, meter: Meter) -> Member | Skipped:
    """A file that is packed by itself (`posts.csv.gz`), under its name without that. Raises Stopped."""

    def source() -> IO[bytes]:
        return cast(IO[bytes], gzip.open(place if isinstance(place, Path) else View(place)))

    size = 0
    try:
        packed = place.stat().st_size if isinstance(place, Path) else place.seek(0, io.SEEK_END)
        with source() as stream:
            while data := stream.read(BUFFER):
                size += len(data)
                if size > max(limits.small, limits.ratio * packed):
                    return Skipped(name, BOMB)
                if meter.stop():
                    raise Stopped
    except BROKEN:
        pass  # what stands before the damage can be read, and the damage is told then
    if not size:
        return Skipped(name, DAMAGED["gz"])
    return Member(name[: -len(PACKED)], size, source)
