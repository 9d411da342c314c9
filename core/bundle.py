"""A bot as one .mynah file, and back: its best weights, tokenizer, journal, persona and, if wished, its writing.

The bot that comes out is the one that went in, bit for bit. With the writing goes the index by which it finds its
sources. A bot made from a base model needs that on the other computer too: its recipe says which. Knows no torch.
"""

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core import sealed
from core.atomic import disk_errors, write_file
from core.database import brings_code, distrust
from core.errors import DiskTrouble, Unsupported, WrongFile
from core.events import Stop, Work
from core.paths import Home, Project, may_be_project
from core.runs import Run

KIND: Final = "bot"
CORPUS: Final = "corpus.sqlite"
PERSONA: Final = "persona.txt"
RUN: Final = "run/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Where an imported bot is now, and what its file said of it."""

    project: str
    run: str
    title: str
    persona: str
    with_writing: bool


def save(run: Run, step: int, path: Path, stop: Stop, *, corpus: Path | None = None, persona: str = "") -> Work[bool]:
    """Write the bot of `run` as it is at `step`. With `corpus`, its writing and the index of it go along."""
    if path.exists():
        raise WrongFile("There is a file of this name already.", fix="Choose another name, or move that away.")
    checkpoint = run.checkpoints / f"step-{step:08d}"
    files = {f"{RUN}{file.name}": file for file in (run.recipe_file, run.tokenizer_file, run.journal_file)}
    for file in sorted(checkpoint.iterdir()):
        if file.name != "optimizer.safetensors":
            files[f"{RUN}checkpoints/{checkpoint.name}/{file.name}"] = file
    if run.title_file.is_file():
        files[f"{RUN}{run.title_file.name}"] = run.title_file
    files = {name: file for name, file in files.items() if file.is_file()}
    with tempfile.TemporaryDirectory() as scratch:
        if corpus is not None:
            files[CORPUS] = still(corpus, Path(scratch))
        if persona := persona or run.persona:
            files[PERSONA] = Path(scratch) / PERSONA
            write_file(files[PERSONA], persona.encode("utf-8"))
        facts = {"title": run.title or run.name, "run": run.name, "step": step, "with_writing": corpus is not None}
        return (yield from sealed.write(path, KIND, facts, files, stop))


def bring_in(path: Path, home: Home, stop: Stop, *, name: str = "") -> Work[Brought | None]:
    """Make a project of a .mynah file. None, and nothing changed, when stopped. Raises WrongFile for a damaged one."""
    contents = sealed.look(path, KIND)
    facts = contents.facts
    if not isinstance(facts.get("title"), str) or not may_be_project(str(facts.get("run", ""))):
        raise sealed.damaged()
    project = new_project(home, name or path.stem)
    folder = project.root.with_name(project.name + ".arriving")
    shutil.rmtree(folder, ignore_errors=True)  # what an earlier try left
    if (yield from sealed.unpack(path, KIND, folder, stop)) is None:
        return None
    with sealed.or_gone(folder), disk_errors("bringing the bot in"):
        if (folder / CORPUS).is_file():
            check_database(folder / CORPUS)
        (folder / "runs").mkdir()
        (folder / "run").replace(folder / "runs" / str(facts["run"]))
        run = Run(folder / "runs" / str(facts["run"]))
        if (folder / PERSONA).is_file():
            (folder / PERSONA).replace(run.persona_file)
        persona = run.persona
        folder.replace(project.root)
    return Brought(
        project=project.name,
        run=str(facts["run"]),
        title=str(facts["title"]),
        persona=persona,
        with_writing=(project.root / CORPUS).is_file(),
    )


def new_project(home: Home, wished: str) -> Project:
    """A project of a name that is free, near the one wished for."""
    plain = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in wished).strip()[:40] or "bot"
    if not may_be_project(plain):
        plain = "bot"
    names = [plain, *(f"{plain} {n}" for n in range(2, 1000))]
    return next(project for name in names if not (project := home.project(name)).root.exists())


def still(database: Path, scratch: Path) -> Path:
    """A copy of a database as it is at one moment, though another program may write to it."""
    if not database.is_file():
        raise Unsupported("There is no writing in this project to take along.", fix="Export the bot without it.")
    copy = scratch / database.name
    source = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def check_database(path: Path) -> None:
    """Raise WrongFile unless it holds nothing but data, and SQLite finds nothing wrong with it."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            distrust(database)
            database.execute("PRAGMA cell_size_check = ON")
            if brings_code(database):
                raise sealed.damaged()
            said = database.execute("PRAGMA integrity_check").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise sealed.damaged() from error
    if said != ("ok",):
        raise sealed.damaged()


def best_step(run: Run) -> int:
    """The step of the checkpoint with the fewest bits per byte, or of the newest where none was measured."""
    told: list[tuple[float, int]] = []
    for folder in run.checkpoints.glob("step-*[0-9]"):
        try:
            manifest = json.loads((folder / "manifest.json").read_bytes())
            bits = manifest.get("bits_per_byte")
            told.append((float("inf") if bits is None else float(bits), -int(manifest["step"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    if not told:
        raise DiskTrouble("This run has no checkpoint yet.", fix="Train a little longer, then come back.")
    return -min(told)[1]
