"""A training that another process does: who it is, and the word that ends it. Knows no training and no window.

PROJECT/sitting.json    who sits up with a training (the number of a process, and when it began), while it does
        sitting.stop    somebody asks it to save and end
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from core.atomic import disk_errors, write_file
from core.paths import Project

VERSION = 1
CLOSE = 1.0  # seconds by which two readings of when a process began may differ


@contextlib.contextmanager
def sitting(project: Project) -> Iterator[None]:
    """Inside the block others find that this process trains on the project, or sits up with one that does."""
    with disk_errors("beginning to sit up with a training"):
        project.root.mkdir(parents=True, exist_ok=True)
        _word(project).unlink(missing_ok=True)
        facts = {"version": VERSION, "process": os.getpid(), "began": psutil.Process().create_time()}
        write_file(_sign(project), json.dumps(facts).encode("ascii"))
    try:
        yield
    finally:
        for path in (_sign(project), _word(project)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def is_under_way(project: Project) -> bool:
    """Whether another process sits up with a training of this project now. A file that a dead one left says nothing,
    nor does one whose number has gone to another program since."""
    try:
        facts = json.loads(_sign(project).read_text("utf-8"))
        process, began = int(facts["process"]), float(facts["began"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    try:
        return process != os.getpid() and abs(psutil.Process(process).create_time() - began) < CLOSE
    except psutil.Error:
        return False


def ask_to_stop(project: Project) -> None:
    """Let whoever sits up save and end."""
    with disk_errors("asking a training to stop"):
        write_file(_word(project), b"")


def is_asked_to_stop(project: Project) -> bool:
    return _word(project).exists()


def _sign(project: Project) -> Path:
    return project.root / "sitting.json"


def _word(project: Project) -> Path:
    return project.root / "sitting.stop"
