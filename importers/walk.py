"""Finds the files that may be writing, in a folder and all below it. Opens none of them.

The order is that of names, so two imports of one folder do the same. Folders of tools are not entered, links are
followed once, and what cannot be looked at is a skip.
"""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.documents import Skipped
from importers.base import key_of

TOOLS: Final = {"node_modules", "_site", "public", "themes", "vendor", "templates", "__pycache__"}
PROJECT_FILES: Final = {
    "readme", "license", "licence", "changelog", "contributing", "code_of_conduct", "copying",
    "makefile", "rakefile", "gemfile", "dockerfile", "procfile", "vagrantfile", "cname", "robots", "humans",
    "requirements", "cmakelists",
}  # fmt: skip


@dataclass(slots=True)
class Walk:
    """One walk. `others` counts, by their endings, the files that no importer reads."""

    endings: frozenset[str]
    others: Counter[str] = field(default_factory=Counter)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def below(self, folder: Path) -> Iterator[Path | Skipped]:
        """Every file below `folder` that may be writing, as a real path, and every skip. OSError is about `folder`."""
        waiting = [self._entries(folder)]
        self._first_time(folder.stat())
        while waiting:
            path = next(waiting[-1], None)
            if path is None:
                waiting.pop()
                continue
            try:
                real = path.resolve(strict=True) if path.is_symlink() else path
                status = real.stat()
                fresh = self._first_time(status)
                if stat.S_ISDIR(status.st_mode) and fresh:
                    if path.name.lower() in TOOLS:
                        yield Skipped(key_of(real), "This folder belongs to the tools of a site, not to its writing.")
                    else:
                        waiting.append(self._entries(real))
                elif stat.S_ISREG(status.st_mode) and fresh:
                    yield from self.judge(real)
            except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
                yield Skipped(key_of(path), why(error))

    def _entries(self, folder: Path) -> Iterator[Path]:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
        return (folder / name for name in names)

    def _first_time(self, status: os.stat_result) -> bool:
        identity = (status.st_dev, status.st_ino)
        if identity in self._seen:
            return False
        self._seen.add(identity)
        return True

    def judge(self, path: Path) -> Iterator[Path | Skipped]:
        """The file at `path`, a skip, or nothing but a count."""
        if path.stem.lower() in PROJECT_FILES:
            yield Skipped(key_of(path), "This is not your writing: it is a file about the project.")
        elif path.suffix.lower() in self.endings:
            yield path
        else:
            self.others[path.suffix.lower()] += 1


def why(error: OSError | RuntimeError) -> str:
    """Why a file or folder could not be looked at."""
    match error:
        case PermissionError():
            return "You may not read this. Change its rights, then import again."
        case FileNotFoundError():
            return "This is no longer there, or it is a link to something that is gone."
        case RuntimeError():
            return "This is a link that leads back to itself."
        case _:
            return "The disk did not give this out. Check that the drive is connected, then import again."
