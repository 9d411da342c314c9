"""One writer a project: two windows or commands must not train or import into the same one at once."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from core.atomic import disk_errors
from core.errors import Busy
from core.paths import Project

_held: Final[set[Path]] = set()  # by this process


def is_own(lock: Path) -> bool:
    """Whether it is this process that holds the lock of that file."""
    return lock.absolute() in _held


@contextlib.contextmanager
def writing(project: Project) -> Iterator[None]:
    """Hold the project for writing. The system lets go of it when the process dies, however it dies.

    Raises Busy at once when somebody else holds it.
    """
    with disk_errors("opening the project"):
        project.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(project.lock, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise Busy(
                "Mynah is already importing or training in this project, in another window or terminal.",
                fix="Wait until that is done or stop it there, then try again.",
            ) from error
    _held.add(project.lock.absolute())
    try:
        yield
    finally:
        _held.discard(project.lock.absolute())
        lock.release()
