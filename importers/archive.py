"""A folder, a zip in one part or in many, a tar, or a single file, as one table from names to bytes.

Nothing is ever unpacked onto the disk. What could do harm is refused, by name and with the reason; everything beside
it stays readable. Knows no format.
"""

import io
import os
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self, cast

from core import parts
from core.documents import Skipped
from core.errors import WrongFile
from core.events import Stop, never
from importers import nested, tars, zips
from importers.members import (
    BUFFER,
    Damaged,
    Limits,
    Member,
    Meter,
    Names,
    Reading,
    Stopped,
    Watch,
    is_rubbish,
    tidy_name,
)
from importers.walk import why

HEAD: Final = 1 << 16  # bytes of a member by which it is recognised
ALWAYS_IN_PARTS: Final = "takeout-"  # how the names of such exports begin, even where there is only one part
TOOLS: Final = {"node_modules", "__pycache__"}  # hundreds of thousands of files, none of them a person's
PICTURES: Final = (
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".mp4", ".mov", ".webm", ".mp3", ".m4a", ".opus", ".ogg",
    ".wav", ".aac", ".3gp", ".avi", ".mkv", ".svg", ".ico", ".woff", ".woff2", ".ttf", ".css",
)  # fmt: skip


NO_ARCHIVES: Final = (  # endings of files that are not looked into for being an archive: folders hold thousands
    *PICTURES, ".md", ".markdown", ".txt", ".html", ".htm", ".json", ".jsonl", ".js", ".csv", ".xml", ".eml", ".pdf",
    ".docx", ".odt", ".epub", ".rtf", ".vtt", ".srt", ".org", ".rst", ".adoc",
)  # fmt: skip
GET_IT: Final = "Put it into the same folder, then import again: nothing comes in twice."
BROKEN_ZIP: Final = "This zip is damaged or unfinished. Download or export it again."
UNWATCHED: Final = Watch()


class Archive:
    """Read-only. `names` are in the order in which reading is cheapest; `refused` is what was left out, and why."""

    def __init__(self, path: Path, stop: Stop = never, limits: Limits | None = None, watch: Watch = UNWATCHED) -> None:
        """Raises WrongFile for an archive that cannot be opened at all, Stopped, and OSError about `path`."""
        self.path = path
        self.refused: list[Skipped] = []
        self.opened = Counter[str]()  # archives inside a folder, by their endings
        self.boxes: set[str] = set()  # the archives inside a folder, with a slash at their ends
        self.meter = Meter(stop)
        self._watch = watch
        self._members: dict[str, Member] = {}
        self._packed: dict[str, str] = {}  # members that are packed by themselves: what their files are called
        self._opened = ExitStack()
        self.is_packed = False  # a zip or a tar
        self._is_folder = path.is_dir()
        limits = limits or Limits()
        try:
            self._take(self._found(limits), limits)
        except BaseException:
            self._opened.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def size(self, name: str) -> int:
        return self._members[name].size

    def open(self, name: str) -> BinaryIO:
        """The bytes of a member. Reading raises Damaged and Stopped, and nothing else."""
        self._watch.opened(name, self.size(name))
        return cast(BinaryIO, io.BufferedReader(Reading(self._members[name].source, self.meter), BUFFER))

    def head(self, name: str) -> bytes:
        """The first bytes of a member; none when it is damaged, or a picture."""
        if name.lower().endswith(PICTURES):
            return b""
        self._watch.opened(name, HEAD)
        try:
            with Reading(self._members[name].source, self.meter) as stream:
                return stream.read(HEAD) or b""
        except Damaged:
            return b""

    def origin(self, name: str) -> str:
        """Where a member is, for a person: the name of what was chosen, and the place in it."""
        return f"{self.path.name}/{name}" if self.is_packed or self._is_folder else name

    def skips(self, *, loose: bool = True) -> list[Skipped]:
        """What was left out, each with where it is; not `loose`: but for files and folders that lie in no archive."""
        return [
            Skipped(one.key if parts.NUMBERED.fullmatch(one.key) else self.origin(one.key), one.reason)
            for one in self.refused
            if loose or parts.NUMBERED.fullmatch(one.key) or self.box(f"{one.key}/")
        ]

    def box(self, name: str) -> str:
        """The archive inside a folder that a member lies in, as in `boxes`; empty for a loose file."""
        return next((box for box in self.boxes if name.startswith(box)), "")

    def place(self, name: str) -> Path:
        """Where a member lies: in an archive as if that were a folder, else the file itself, packed or not."""
        root = self.path if self.is_packed or self._is_folder else self.path.parent
        return root / self._packed.get(name, name)

    def _take(self, found: Iterable[Member | Skipped], limits: Limits) -> None:
        names = Names()
        for one in found:
            if self.meter.stop():
                raise Stopped
            if isinstance(one, Skipped):
                self.refused.append(one)
            elif self._watch.leaves_out(one.name):
                continue  # whoever watches has told why
            elif reason := names.wrong(one.name):
                self.refused.append(Skipped(one.name, reason))
            elif len(self._members) == limits.members:
                self.refused.append(Skipped(one.name, f"The archive holds more than {limits.members:,} files."))
                return
            else:
                self._members[one.name] = one

    def _found(self, limits: Limits) -> Iterator[Member | Skipped]:
        if self.path.is_dir():
            yield from self._in_folder(limits)
            return
        if not self.path.is_file():  # a pipe would wait for somebody to write into it
            raise FileNotFoundError
        with self.path.open("rb") as file:
            head = file.read(8)
        if zips.is_zip(head) and not zips.is_document(self.path):
            self.is_packed = True
            there = parts.siblings(self.path)
            yield from missing(one.name for one in there)
            for part in there:
                try:
                    yield from self._all_in(zips.members(part, self._before(part), limits, self._opened), part, limits)
                except zipfile.BadZipFile as error:
                    if len(there) == 1:
                        raise WrongFile(
                            "This zip is damaged or was not downloaded to its end.",
                            fix="Download or export it again, then choose the new file.",
                        ) from error
                    yield Skipped(part.name, BROKEN_ZIP)
        elif tars.is_tar(self.path):
            self.is_packed = True
            yield from self._all_in(tars.members(self.path, limits, self.meter, self._opened), self.path, limits)
        elif is_gzip(head):
            yield self._unzipped(self.path, tidy_name(self.path.name), limits)
        else:
            yield single(self.path, tidy_name(self.path.name))

    def _before(self, part: Path) -> str:
        """What stands before the names in a part. Numbered ones are one tree; others may hold files of one name."""
        return "" if part == self.path or parts.NUMBERED.fullmatch(part.name) else f"{tidy_name(part.name)}/"

    def _all_in(self, found: Iterator[Member | Skipped], path: Path, limits: Limits) -> Iterator[Member | Skipped]:
        """What is in the archive at `path`, and in the archives in that."""
        return nested.unfolded(found, nested.Nest(path.stat().st_size, limits, self.meter, self._opened))

    def _unzipped(self, path: Path, name: str, limits: Limits) -> Member | Skipped:
        """A file that is packed by itself."""
        one = nested.unzipped(path, name, limits, self.meter)
        if isinstance(one, Member):
            self._packed[one.name] = name
        return one

    def _in_folder(self, limits: Limits) -> Iterator[Member | Skipped]:
        for path, name in in_folder(self.path):
            if isinstance(name, Skipped):
                yield name
                continue
            try:
                kind = packing(path)
                box = f"{whole_of(name)}/"
                if kind:
                    self.opened[path.suffix.lower()] += 1
                if kind in ("zip", "tar"):
                    self.boxes.add(box)
                if kind == "zip":
                    yield from self._all_in(zips.members(path, box, limits, self._opened), path, limits)
                elif kind == "tar":
                    packed = tars.members(path, limits, self.meter, self._opened, box)
                    yield from self._all_in(packed, path, limits)
                elif kind == "gz":
                    yield self._unzipped(path, name, limits)
                else:
                    yield single(path, name)
            except zipfile.BadZipFile:
                yield Skipped(name, BROKEN_ZIP)
            except OSError as error:
                yield Skipped(name, why(error))


def single(path: Path, name: str) -> Member:
    return Member(name, path.stat().st_size, lambda: path.open("rb"))


def in_folder(top: Path) -> Iterator[tuple[Path, str | Skipped]]:
    """Every file below `top` with its name, folder by folder in the order of names; links are not followed."""
    waiting = [("", top)]
    while waiting:
        prefix, folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if folder is top:
                raise
            yield folder, Skipped(prefix.rstrip("/"), why(error))
            continue
        yield from ((folder, gap) for gap in missing(entry.name for entry in found))
        below = []
        for entry in found:
            name = prefix + tidy_name(entry.name)
            if entry.is_symlink() or is_rubbish(name) or entry.name in TOOLS:
                continue
            if entry.is_dir():
                below.append((f"{name}/", Path(entry.path)))
            elif entry.is_file():
                yield Path(entry.path), name
        waiting += reversed(below)


def packing(path: Path) -> str:
    """`zip` or `tar` for an archive, whatever it is called, `gz` for a packed file; else empty. Raises OSError."""
    ending = path.suffix.lower()
    if ending == ".zip" or ending in NO_ARCHIVES:
        return "zip" if ending == ".zip" else ""
    with path.open("rb") as file:
        head = file.read(8)
    if zips.is_zip(head):
        return "" if zips.is_document(path) else "zip"
    return "tar" if tars.is_tar(path) else "gz" if is_gzip(head) and ending == ".gz" else ""


def is_gzip(head: bytes) -> bool:
    return head.startswith(b"\x1f\x8b")


def whole_of(name: str) -> str:
    """What numbered parts are called together: they are one tree. Any other name as it is."""
    return parts.whole(name) if parts.NUMBERED.fullmatch(name) else name


def missing(names: Iterable[str]) -> Iterator[Skipped]:
    """The parts that must be somewhere else, since later ones are here: one skip for each export in parts."""
    there: dict[str, set[int]] = {}
    for name in names:
        if part := parts.NUMBERED.fullmatch(name):
            there.setdefault(part[1], set()).add(int(part[2]))
    for stem, numbers in there.items():
        gone = sorted(set(range(1, max(numbers))) - numbers)
        if gone and (len(numbers) > 1 or stem.lower().startswith(ALWAYS_IN_PARTS)):
            told = f"Part {gone[0]} of this export is not here."
            if len(gone) > 1:
                told = f"{len(gone)} parts of this export are not here, the first of them is part {gone[0]}."
            yield Skipped(f"{stem}-{gone[0]:03}.zip", f"{told} {GET_IT}")
