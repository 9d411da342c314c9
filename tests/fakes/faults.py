"""A disk that fails, or a machine that dies, at the chosen one of all file operations."""

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from core import checkpoints

OPERATIONS: Final = (
    (os, "fsync"),
    (Path, "mkdir"),
    (Path, "open"),
    (Path, "read_bytes"),
    (Path, "replace"),
    (checkpoints, "save_file"),
)


class Disk:
    """Counts the file operations made since it was installed; just before number `at`, does `act`."""

    def __init__(self, at: int, act: Callable[[], None]) -> None:
        self.made = 0
        self._at, self._act = at, act

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for place, name in OPERATIONS:
            patch.setattr(place, name, self._counted(getattr(place, name)))

    def _counted(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.made += 1
            if self.made == self._at:
                self._act()
            return operation(*arguments, **options)

        return counted

    @property
    def struck(self) -> bool:
        """Whether there was an operation number `at`."""
        return self.made >= self._at


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def silent() -> None:
    raise OSError(errno.EIO, "Input/output error")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
