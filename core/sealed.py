"""A zip that carries a list of what is in it: written whole, and taken apart only while every byte is as the list says.

`mynah.json` is its first member: version, kind, facts, and the size and hash of each file. Bots (.mynah) and backups
travel so. Knows nothing of what the files mean.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from core.atomic import PIECE, disk_errors, new_folder, sha256, swap, sync_file, sync_folder
from core.errors import DiskTrouble, WrongFile
from core.events import Progress, Stop, Work

VERSION: Final = 1
LIST: Final = "mynah.json"
LIST_BYTES: Final = 64 << 20
NAME: Final = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[\w .()+-]+(?:/[\w .()+-]+)*")
MARGIN: Final = 64 << 20  # bytes that stay free
PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # ours are stored; a file that was packed anew opens too
ENCRYPTED: Final = 0x1  # of a member's flags (APPNOTE 4.4.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file inside."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the list says."""

    kind: str
    facts: Mapping[str, Any]
    files: Mapping[str, Member]

    @property
    def bytes(self) -> int:
        return sum(member.bytes for member in self.files.values())

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        fields: dict[str, Any] = json.loads(text)
        if fields.pop("version") != VERSION:
            raise ValueError("a list of another version")
        files = {name: Member(**member) for name, member in fields.pop("files").items()}
        if not all(NAME.fullmatch(name) and member.bytes >= 0 for name, member in files.items()):
            raise ValueError("a name that leads elsewhere")
        if not isinstance(fields["facts"], dict):
            raise ValueError("facts without names")
        return cls(files=files, **fields)


class _Stopped(Exception):
    """Leaves the block that writes, so that nothing of it is kept."""


def write(path: Path, kind: str, facts: Mapping[str, Any], files: Mapping[str, Path], stop: Stop) -> Work[bool]:
    """Write `files`, by the names they get inside. False, and nothing there, when stopped. Raises DiskTrouble.

    Files must stay as they are meanwhile: what changes between hashing and packing is noticed when it is taken apart.
    """
    part = path.with_name(path.name + ".part")
    with disk_errors("writing the file"):
        path.parent.mkdir(parents=True, exist_ok=True)
        room(path.parent, sum(file.stat().st_size for file in files.values()))
        try:
            hashed = yield from _hashed(files, stop)
            contents = Contents(kind=kind, facts=facts, files=hashed)
            with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                archive.writestr(LIST, contents.to_json())
                yield from _pack(archive, files, contents.bytes, stop)
            sync_file(part)
            swap(part, path)
            sync_folder(path.parent)
        except _Stopped:
            return False
        finally:
            part.unlink(missing_ok=True)
    return True


def kind_of(path: Path) -> str:
    """What Mynah wrote there: the kind of a sealed file; empty for every other file. A name decides nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            first = archive.infolist()[:1]
            if [info.filename for info in first] != [LIST] or first[0].file_size > LIST_BYTES:
                return ""
            return Contents.from_json(archive.read(LIST).decode("utf-8")).kind
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, RecursionError,
            RuntimeError, NotImplementedError):  # fmt: skip
        return ""


def look(path: Path, kind: str) -> Contents:
    """What a file says it holds; nothing else was read. Raises WrongFile for what is none of ours, or another kind."""
    if not path.is_file():
        raise WrongFile("There is no such file.", fix="Check its name, or choose it again.")
    try:
        with disk_errors("opening the file"), zipfile.ZipFile(path) as archive:
            if archive.getinfo(LIST).file_size > LIST_BYTES or not all(map(may_be_read, archive.infolist())):
                raise damaged()
            contents = Contents.from_json(archive.read(LIST).decode("utf-8"))
            inside = {info.filename: info.file_size for info in archive.infolist() if info.filename != LIST}
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise damaged() from error
    if contents.kind != kind or inside != {name: member.bytes for name, member in contents.files.items()}:
        raise damaged()
    return contents


def unpack(path: Path, kind: str, folder: Path, stop: Stop, *, only: str = "") -> Work[Contents | None]:
    """Make `folder`, which must not exist, of what is inside; None, and no folder, when stopped or damaged.

    With `only`, of the files whose names begin so. Every byte is hashed on its way. Raises WrongFile when one is not
    what it was.
    """
    contents = look(path, kind)
    contents = replace(contents, files={name: it for name, it in contents.files.items() if name.startswith(only)})
    try:
        with disk_errors("taking the file apart"):
            folder.parent.mkdir(parents=True, exist_ok=True)
            room(folder.parent, contents.bytes)
            with zipfile.ZipFile(path) as archive, new_folder(folder) as part:
                done = 0
                for name, member in contents.files.items():
                    target = part / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    for count in _take(archive, name, member, target):
                        done += count
                        if stop():
                            raise _Stopped
                        yield Progress(done, contents.bytes, "Checking and unpacking")
    except _Stopped:
        return None
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise damaged() from error
    return contents


@contextlib.contextmanager
def or_gone(folder: Path) -> Iterator[None]:
    """Take away what was unpacked when what is done with it ends in trouble."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def may_be_read(info: zipfile.ZipInfo) -> bool:
    """Whether a member is packed in a way that needs no password and no rare decoder."""
    return info.compress_type in PACKED and not info.flag_bits & ENCRYPTED


def room(folder: Path, needed: int) -> None:
    """Raise DiskTrouble unless so many bytes fit."""
    free = shutil.disk_usage(folder).free
    if free < needed + MARGIN:
        raise DiskTrouble(
            f"This takes {needed / 1e9:.1f} GB of disk, and {free / 1e9:.1f} GB are free.",
            fix="Free some space or choose another disk, then do the same again.",
        )


def damaged() -> WrongFile:
    return WrongFile(
        "This file is damaged, or was not made by this version of Mynah. Nothing was changed.",
        fix="Get it again from where it came: a copy may have ended early.",
    )


def _hashed(files: Mapping[str, Path], stop: Stop) -> Work[dict[str, Member]]:
    hashed: dict[str, Member] = {}
    for done, (name, file) in enumerate(files.items()):
        if stop():
            raise _Stopped
        yield Progress(done, len(files), "Looking through the files")
        hashed[name] = Member(bytes=file.stat().st_size, sha256=sha256(file))
    return hashed


def _pack(archive: zipfile.ZipFile, files: Mapping[str, Path], total: int, stop: Stop) -> Work[None]:
    done = 0
    for name, file in files.items():
        with file.open("rb") as source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
            while piece := source.read(PIECE):
                if stop():
                    raise _Stopped
                target.write(piece)
                done += len(piece)
                yield Progress(done, total, "Packing")


def _take(archive: zipfile.ZipFile, name: str, member: Member, target: Path) -> Iterator[int]:
    """Copy one member, yielding how many bytes came; WrongFile at its end unless they are the right ones."""
    digest = hashlib.sha256()
    with archive.open(name) as source, target.open("xb") as file:
        while piece := source.read(PIECE):
            file.write(piece)
            digest.update(piece)
            yield len(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != member.sha256:
        raise damaged()
