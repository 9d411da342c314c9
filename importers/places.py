"""Where a plain file lies is its key. When two keys are the same file: moved, or as it is and packed. Reads no file.

A folder and the zip of it hold the same files. Their keys stay as they have always been, or what earlier editions
brought in would come in again; but a file whose words are there already, at the same place in the other of the two, is
that file and comes in once.
"""

from pathlib import Path, PurePosixPath
from typing import Final

ARCHIVES: Final = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".bz2", ".xz")


def is_gone(path: Path) -> bool:
    """Whether neither a file nor an archive that held it is left."""
    try:
        return not path.exists() and not any(folder.is_file() for folder in path.parents)
    except (OSError, ValueError):
        return False


def packed_as(key: str) -> tuple[str, ...]:
    """The place of a file in the innermost archive that it lies in; nothing for a loose one."""
    path = PurePosixPath(key)
    for number, folder in enumerate(path.parents):
        if folder.suffix.lower() in ARCHIVES or is_file(folder):
            return path.parts[len(path.parts) - 1 - number :]
    return ()


def is_file(path: PurePosixPath) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def are_one(key: str, other: str) -> bool:
    """Whether two files that say the same are one: one of them is packed, and its place there ends the other's."""
    places = [place for place in (packed_as(key), packed_as(other)) if place]
    parts = [PurePosixPath(one).parts for one in (key, other)]
    return any(all(one[-len(place) :] == place for one in parts) for place in places)
