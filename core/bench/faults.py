"""A disk that fails, or a machine that dies, at the chosen one of all file operations of a training."""

import contextlib
import errno
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from core import checkpoints

Fault: TypeAlias = Literal["killed before", "killed after", "disk full", "disk failing"]

OPERATIONS: Final = (
    (os, "fsync"),
    (Path, "mkdir"),
    (Path, "open"),
    (Path, "read_bytes"),
    (Path, "replace"),
    (Path, "rename"),
    (checkpoints, "save_file"),
)


class Disk:
    """Counts operations; number `at` goes wrong in the way of `fault`."""

    def __init__(self, at: int, fault: Fault) -> None:
        self.made = 0
        self._at, self._fault = at, fault

    @property
    def struck(self) -> bool:
        """Whether there was an operation number `at`."""
        return self.made >= self._at

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Inside the block all operations of this process are counted."""
        usual = [(place, name, getattr(place, name)) for place, name in OPERATIONS]
        for place, name, operation in usual:
            setattr(place, name, self._counted(operation))
        try:
            yield
        finally:
            for place, name, operation in usual:
                setattr(place, name, operation)

    def _counted(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.made += 1
            if self.made != self._at:
                return operation(*arguments, **options)
            match self._fault:
                case "killed before":
                    die()
                case "killed after":
                    operation(*arguments, **options)
                    die()
                case "disk full":
                    raise OSError(errno.ENOSPC, "No space left on device")
            raise OSError(errno.EIO, "Input/output error")

        return counted


def die() -> None:
    """As a power cut for this process: no block is left, nothing is flushed."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
