"""A training for a rented machine: one folder with tokens, recipe, code and scripts; and the trained run, back home.

FOLDER/run/             recipe, tokenizer, tokens, and what was trained so far
       models/<base>/   the base model, where there is one
       code/            Mynah itself     requirements.txt  what it needs
       train.sh         torchrun         sky.yaml          the same for SkyPilot
       packed.json      which run of which project this is

The tokens are the writing, in another alphabet: whoever has the folder can read it.
"""

import contextlib
import json
import shutil
import tempfile
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any, Final

from core import assemble, checkpoints, shelf
from core.atomic import disk_errors, new_folder, write_file
from core.device import best_device
from core.errors import WrongFile
from core.events import Note, Progress, Stop, Work
from core.lock import writing
from core.paths import Project
from core.plan import Wish
from core.runs import Outcome, Run
from core.train import loop, sharded
from core.train.on_base import prepare_on_base
from core.train.prepare import prepare
from core.train.together import is_alone, team, wait

VERSION: Final = 1
FACTS: Final = "packed.json"
PACKAGES: Final = ("app", "core", "importers", "resources")
AT_HOME: Final = ("PySide6", "shiboken6", "pyqtgraph", "keyring", "wakepy")  # what only the window needs

TRAIN: Final = """#!/bin/sh
# Trains on all graphics cards of this machine; GPUS=2 ./train.sh takes two. Give it again to go on after a break.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
cards="${GPUS:-$(nvidia-smi -L 2>/dev/null | wc -l)}"
[ "$cards" -ge 1 ] || cards=1
# Behind the two dashes torchrun does not take --run for an option of its own.
PYTHONPATH="$here/code" MYNAH_HOME="$here" exec torchrun --standalone --nproc-per-node "$cards" \\
  -m -- app train --run "$here"
"""
SKY: Final = """name: mynah
workdir: .
resources:
  accelerators: L4:1
  disk_size: 64
setup: pip install -r requirements.txt
run: sh train.sh
"""


def pack(project: Project, wish: Wish, run: Run | None, folder: Path, stop: Stop) -> Work[Run | None]:
    """Write the folder for `run`, or for a new one that is planned by `wish`. None, and no folder, when stopped."""
    if folder.exists():
        raise WrongFile("There is something of this name already.", fix="Choose another name, or move that away.")
    if run is None:
        with writing(project):
            if wish.base is None:
                run = yield from prepare(project, wish, best_device(), stop)
            else:
                run = yield from prepare_on_base(project, wish, wish.base, best_device(), stop)
        if run is None:
            return None
    yield Progress(0, 0, "Packing")
    recipe = run.recipe()
    with disk_errors("packing the training"), new_folder(folder) as part:
        shutil.copytree(run.root, part / "run")
        if recipe.base is not None:
            (models := part / "models" / recipe.base.name).mkdir(parents=True)
            for path in shelf.wanted(assemble.found(recipe.base)):  # and not what else may lie in a stranger's folder
                shutil.copyfile(path, models / path.name)
        source = Path(__file__).resolve().parents[2]
        for package in PACKAGES:
            shutil.copytree(source / package, part / "code" / package, ignore=shutil.ignore_patterns("__pycache__"))
        needs = [need for need in requires("mynah") or [] if "extra ==" not in need and not need.startswith(AT_HOME)]
        facts = {"version": VERSION, "mynah": version("mynah"), "project": project.name, "run": run.name}
        for name, text in (
            ("requirements.txt", "\n".join(needs) + "\n"),
            ("train.sh", TRAIN),
            ("sky.yaml", SKY),
            (FACTS, json.dumps(facts)),
        ):
            write_file(part / name, text.encode("utf-8"))
        (part / "train.sh").chmod(0o755)
    return run


def train(folder: Path, stop: Stop, *, shares: bool = False) -> Work[Outcome]:
    """Train what was packed, or the run whose own folder this is; alone, or with others that torchrun started: number
    0 writes, the others only compute, each on a copy that is thrown away. Where no card can hold the training, or
    `shares` asks for it, each has a share of the weights."""
    run = inside(folder)
    with team() as number, tempfile.TemporaryDirectory() as scratch:
        if number:
            run = copied(run, Path(scratch))
        wait()  # nobody writes before all have read
        with contextlib.nullcontext() if number else writing(owner(run)):
            if run.is_finished:
                yield Note("This training has made all its steps already.")
            shares = not is_alone() and (shares or sharded.is_needed(run.recipe(), best_device()))
            if shares:
                yield Note("Each process holds a share of the model; there are no samples until the training is done.")
            return (yield from loop.go_on(run, stop, shares=shares))


def inside(folder: Path) -> Run:
    """The run of a folder that was packed, or that is a run itself; WrongFile when it is neither."""
    if (folder / FACTS).exists() or not (folder / "recipe.json").is_file():
        if not (folder / FACTS).exists():
            raise WrongFile(
                "There is nothing to train in this folder.",
                fix="Choose one that mynah pack-run made, or the folder of a run, with recipe.json in it.",
            )
        _facts(folder)
        return Run(folder / "run")
    return Run(folder.resolve())


def owner(run: Run) -> Project:
    """Who is locked while it trains: its project, or the folder that was packed."""
    return Project(run.root.parent.parent if run.root.parent.name == "runs" else run.root.parent)


def copied(run: Run, scratch: Path) -> Run:
    """The run for a process that writes nothing, with the base model beside it."""
    shutil.copytree(run.root, scratch / "run")
    if (models := run.root.parent / "models").is_dir():
        (scratch / "models").symlink_to(models.resolve())
    return Run(scratch / "run")


def bring_home(folder: Path, project: Project) -> Run:
    """Take a packed run, trained elsewhere, into the project. Its best weights are checked first.

    Raises WrongFile when it is none, or another run of the same name is here.
    """
    name = _facts(folder)["run"]
    away, here = Run(folder / "run"), Run(project.runs / name)
    checkpoints.best(away)  # every byte of it is hashed
    if here.root.exists() and here.recipe_file.read_bytes() != away.recipe_file.read_bytes():
        raise WrongFile(
            "There is another training of the same name in this project.",
            fix="Rename that one's folder, or take this one into another project with --project.",
        )
    with writing(project), disk_errors("bringing the training home"):
        part = here.root.with_name(f".{name}.home")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(away.root, part)
        if here.root.exists():
            shutil.rmtree(here.root)
        part.replace(here.root)
    return here


def _facts(folder: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))
        if facts["version"] == VERSION and Path(facts["run"]).name == facts["run"]:
            return facts
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _none() from error
    raise _none()


def _none() -> WrongFile:
    return WrongFile("This is no folder that mynah pack-run made.", fix="Choose the folder with packed.json in it.")
