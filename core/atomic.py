"""Files that are there whole or not at all: write beside, sync, swap. Knows no format.

A crash at any moment leaves the old file or folder, or the new one, never a mixture.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from core.errors import DiskFull, DiskTrouble, WrongFile

PIECE = 1 << 20  # bytes read at a time when hashing: large enough for the disk, small enough for the window
PAUSES: tuple[float, ...] = (0.1,) * 20 if os.name == "nt" else ()  # seconds between two tries to rename


@contextlib.contextmanager
def disk_errors(doing: str) -> Iterator[None]:
    """Turn the system's disk errors into `DiskTrouble`; `doing` completes "The disk is full while ..."."""
    try:
        yield
    except OSError as error:
        raise trouble(error, doing) from error


def trouble(error: OSError, doing: str) -> DiskTrouble:
    """The sentence for an `OSError` met while `doing` something."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(
            f"The disk is full while {doing}.",
            fix="Free some space, then do the same again: everything saved before is safe.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return DiskTrouble(
            f"Mynah may not use its data folder while {doing}.",
            fix="Give yourself the right to read and write there, or choose another folder with MYNAH_HOME.",
        )
    if error.errno == errno.ENOENT:
        return DiskTrouble(
            f"Something is missing on the disk while {doing}.",
            fix="If you moved it, put it back, and if it was on a drive, connect that; then do the same again.",
        )
    return DiskTrouble(
        f"The disk did not answer as it should while {doing} ({errno.errorcode.get(error.errno or 0, 'unknown')}).",
        fix="Check that the drive is connected, then do the same again.",
    )


def check_target(path: Path) -> None:
    """Raise WrongFile unless a file can be written at `path`, which somebody typed."""
    if path.is_dir():
        raise WrongFile("This is a folder, and a file is to be written.", fix="Add a name for the file to it.")
    if not path.parent.is_dir():
        raise WrongFile("The folder to write it into is not there.", fix="Make it first, or choose another place.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise WrongFile("Nothing may be written there.", fix="Choose another place, such as your home folder.")


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Push what was written to `path` down to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def swap(part: Path, target: Path) -> None:
    """Rename `part` to `target`. Where a virus scanner may hold what was just written, ask again for two seconds."""
    for pause in PAUSES:
        try:
            part.replace(target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    part.replace(target)


def write_file(path: Path, data: bytes) -> None:
    """Replace `path` by `data`. Raises OSError and leaves the old file as it was."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        swap(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder to fill; when the block ends well it becomes `target`, whole, in one rename.

    The caller syncs the files it writes. `target` must not exist yet. If the block raises, nothing is left.
    """
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        yield part
        sync_folder(part)
        swap(part, target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sync_folder(target.parent)


def remove_folder(folder: Path) -> None:
    """Rename first, then delete: a crash half-way leaves a `.gone` folder that nobody mistakes for a good one."""
    gone = folder.with_name(folder.name + ".gone")
    shutil.rmtree(gone, ignore_errors=True)
    swap(folder, gone)
    shutil.rmtree(gone, ignore_errors=True)


def sha256(path: Path) -> str:
    """The hash of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
