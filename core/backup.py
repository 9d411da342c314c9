"""A project as one zip, and back, checked to the last byte. Knows no torch.

What can be made again is left out: locks, half-written files, what lies in the trash.
"""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core import bundle, sealed
from core.atomic import check_target, disk_errors
from core.corpus import Corpus
from core.errors import WrongFile
from core.events import Stop, Work
from core.lock import writing
from core.paths import Home, Project

KIND: Final = "backup"
LEFT_OUT: Final = (".lock", ".part", ".gone", "-wal", "-shm")
ALWAYS_THERE: Final = ("corpus.sqlite", "web.sqlite", "selection.json")  # as soon as somebody has looked


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds, or what was restored."""

    project: str
    files: int
    bytes: int


def save(project: Project, path: Path, stop: Stop) -> Work[Backup | None]:
    """Write everything of a project into `path`. None, and nothing there, when stopped.

    The project is held meanwhile: Busy when somebody trains or imports.
    """
    if not project.root.is_dir():
        raise WrongFile("There is no such project on this computer.", fix="See --project, or import something first.")
    if is_empty(project):
        raise WrongFile("There is nothing in this project yet.", fix="Import your writing first, then back it up.")
    with disk_errors("making the folder for the backup"):
        path.parent.mkdir(parents=True, exist_ok=True)  # as an export does
    check_target(path)
    if path.exists():
        raise WrongFile("There is a file of this name already.", fix="Choose another name, or move that away.")
    with writing(project), tempfile.TemporaryDirectory() as scratch, disk_errors("backing up the project"):
        files = {name: project.root / name for name in names(project)}
        for name in [name for name in files if name.endswith(".sqlite")]:
            files[name] = bundle.still(files[name], Path(scratch))
        if not (yield from sealed.write(path, KIND, {"project": project.name}, files, stop)):
            return None
    return Backup(project=project.name, files=len(files), bytes=path.stat().st_size)


def restore(path: Path, home: Home, stop: Stop, *, name: str = "") -> Work[Backup | None]:
    """Make a project of a backup, under its own name or another, which must be free. None when stopped.

    Raises WrongFile, and changes nothing, when one byte is not what it was.
    """
    contents = sealed.look(path, KIND)
    try:
        project = home.project(name or str(contents.facts.get("project", "")))
    except ValueError as error:
        raise sealed.damaged() from error
    if project.root.exists():
        raise WrongFile(
            f"There is a project called {project.name} already.",
            fix="Restore it under another name with --name NAME; both stay.",
        )
    folder = project.root.with_name(project.name + ".arriving")
    shutil.rmtree(folder, ignore_errors=True)  # what an earlier try left
    if (yield from sealed.unpack(path, KIND, folder, stop)) is None:
        return None
    with sealed.or_gone(folder), disk_errors("restoring the project"):
        for database in folder.rglob("*.sqlite"):
            bundle.check_database(database)
        folder.replace(project.root)
    return Backup(project=project.name, files=len(contents.files), bytes=contents.bytes)


def names(project: Project) -> list[str]:
    """The files of a project that belong into a backup, as paths inside it."""
    found = (path.relative_to(project.root) for path in sorted(project.root.rglob("*")) if path.is_file())
    return [each.as_posix() for each in found if not each.name.endswith(LEFT_OUT) and not hidden(each)]


def is_empty(project: Project) -> bool:
    """Whether nobody has brought or made anything in a project yet."""
    if any(name not in ALWAYS_THERE for name in names(project)):
        return False
    if not project.corpus.exists():
        return True
    with Corpus(project.corpus, read_only=True) as corpus:
        return not corpus.counts().documents


def hidden(path: Path) -> bool:
    return any(part.startswith(".") or part.endswith(LEFT_OUT) for part in path.parts)
