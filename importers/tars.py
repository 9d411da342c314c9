"""The members of a tar, packed or not, read from front to back. Knows no other kind of archive."""

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, Final, cast

from core.documents import Skipped
from importers.members import BROKEN, Limits, Member, Meter, Stopped, is_rubbish, tidy_name

PACKED: Final[tuple[tuple[bytes, Callable[..., object]], ...]] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\0", lzma.open),
)
BLOCK: Final = 512  # bytes, in which a tar counts
CUT: Final = "This archive ends too early. What stands before its end was read."
MARK: Final = 257  # where a tar says that it is one
NOT_READ: Final = {
    True: "It is a link to another place, which no export needs.",
    False: "It is no file but a piece of a computer's inside, which no export needs.",
}


def unpacked(place: Path | IO[bytes]) -> IO[bytes]:
    """The bytes of a file, unpacked when it was packed as a whole; an open one is read from its start."""
    if isinstance(place, Path):
        with place.open("rb") as file:
            head = file.read(8)
    else:
        place.seek(0)
        head = place.read(8)
        place.seek(0)
    for magic, unpack in PACKED:
        if head.startswith(magic):
            return cast(IO[bytes], unpack(place))
    return place.open("rb") if isinstance(place, Path) else place


def is_tar(place: Path | IO[bytes]) -> bool:
    try:
        stream = unpacked(place)
        try:
            return stream.read(MARK + 5)[MARK:] == b"ustar"
        finally:
            if stream is not place:
                stream.close()
    except BROKEN:
        return False


def members(
    place: Path | IO[bytes], limits: Limits, meter: Meter, opened: ExitStack, prefix: str = ""
) -> Iterator[Member | Skipped]:
    """Everything in the tar at `place`, up to where it is damaged. `opened` keeps it open, and closes it."""
    packed = place.stat().st_size if isinstance(place, Path) else place.seek(0, io.SEEK_END)
    called = prefix or (place.name if isinstance(place, Path) else "")
    stream = opened.enter_context(unpacked(place))
    most = min(packed + limits.growth, max(limits.small, limits.ratio * packed))
    try:
        whole = opened.enter_context(tarfile.open(fileobj=stream, mode="r:"))  # noqa: SIM115 - `opened` closes it
        for info in whole:
            if meter.stop():
                raise Stopped
            name = prefix + tidy_name(info.name).removeprefix("./")
            if info.offset_data + info.size > most:
                yield Skipped(name, "From here on the archive would unpack to far more than any writing does.")
                return
            if info.isfile() and not is_rubbish(name):
                yield Member(name, info.size, partial(source_of, whole, info))
            elif not info.isfile() and not info.isdir():
                yield Skipped(name, NOT_READ[info.issym() or info.islnk()])
        stream.seek(whole.offset)
        if stream.read(BLOCK).strip(b"\0"):  # something stands there that is no member
            yield Skipped(called, CUT)
    except BROKEN:
        yield Skipped(called, CUT)


def source_of(whole: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    return cast(IO[bytes], whole.extractfile(info))  # None only for what is no file
