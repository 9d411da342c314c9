"""Runs: one folder each, found by looking, never by a pointer that can lie. Knows no torch.

runs/<run>/recipe.json      what is trained, written once
           tokenizer.json   how text becomes tokens, written once
           tokens/          the corpus as tokens (shards.py)
           journal.jsonl    what happened (journal.py)
           milestones/step-00000100/    weights of earlier steps (checkpoints.py)
           wish.json        until when it should be done (wishes.py), written once
           title.txt        what its owner calls it, if they gave it a name
           persona.txt      who it is to be, if it came with that (bundle.py)
           checkpoints/step-00000100/   (checkpoints.py)
           inside/step-00000100.json    what to remember of a step without its weights (inside/milestones.py)
trash/<run>/                a run that was deleted, until the trash is emptied
"""

import contextlib
import os
import re
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Final

from core import journal, wishes
from core.atomic import disk_errors, swap, write_file
from core.errors import DiskTrouble, Trouble
from core.recipe import Recipe
from core.wishes import Night

TITLE: Final = 80  # characters of a name that still fit into a table
PERSONA: Final = 4_000  # characters of a persona: more would leave no room for the talk


@dataclass(frozen=True, slots=True)
class Run:
    """One training run on disk."""

    root: Path

    @property
    def name(self) -> str:
        return self.root.name

    @property
    def recipe_file(self) -> Path:
        return self.root / "recipe.json"

    @property
    def tokenizer_file(self) -> Path:
        return self.root / "tokenizer.json"

    @property
    def wish_file(self) -> Path:
        return self.root / "wish.json"

    @property
    def title_file(self) -> Path:
        return self.root / "title.txt"

    @property
    def title(self) -> str:
        """What its owner calls it; else the day and hour at which it was begun."""
        try:
            given = self.title_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            given = ""
        return given[:TITLE] or self.name

    @property
    def persona_file(self) -> Path:
        return self.root / "persona.txt"

    @property
    def persona(self) -> str:
        """Who the bot is to be in a talk, where its maker said so; else empty."""
        try:
            return self.persona_file.read_text("utf-8").strip()[:PERSONA]
        except (OSError, UnicodeDecodeError):
            return ""

    def rename(self, title: str) -> None:
        """Call it `title` from now on; an empty one takes its name away."""
        with disk_errors("renaming a run"):
            write_file(self.title_file, " ".join(title.split())[:TITLE].encode("utf-8"))

    @property
    def milestones(self) -> Path:
        """Where weights of earlier steps are kept, to talk to the bot as it was."""
        return self.root / "milestones"

    @property
    def steps_to_talk_to(self) -> tuple[int, ...]:
        """The steps whose weights are on disk, the earliest first."""
        names = [path.name for place in (self.milestones, self.checkpoints) for path in place.glob("step-*")]
        return tuple(sorted({int(name[5:]) for name in names if re.fullmatch(r"step-\d{8,}", name)}))

    @property
    def night(self) -> Night:
        """The wish it was begun with."""
        return wishes.read(self.wish_file)

    @property
    def bytes_on_disk(self) -> int:
        """What it takes on the disk; files that vanish meanwhile take nothing."""
        total = 0
        for folder, _, names in os.walk(self.root):
            for name in names:
                with contextlib.suppress(OSError):
                    total += (Path(folder) / name).stat().st_size
        return total

    @property
    def tokens(self) -> Path:
        return self.root / "tokens"

    @property
    def journal_file(self) -> Path:
        return self.root / "journal.jsonl"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def inside(self) -> Path:
        """What is remembered of earlier steps for looking inside (inside/milestones.py)."""
        return self.root / "inside"

    def recipe(self) -> Recipe:
        """What is trained. Raises DiskTrouble when its file is damaged."""
        try:
            with disk_errors("reading the recipe of a run"):
                recipe = Recipe.from_json(self.recipe_file.read_text("utf-8"))
            return self._at_home(recipe)
        except (ValueError, KeyError, TypeError) as error:
            raise DiskTrouble(
                "The recipe of this run is damaged.", fix="Train again: your writing is not touched by this."
            ) from error

    def _at_home(self, recipe: Recipe) -> Recipe:
        """With the base where it lies now: a run that was packed has it beside itself (train/packed.py)."""
        if recipe.base is None or Path(recipe.base.folder).is_dir():
            return recipe
        beside = self.root.parent / "models" / recipe.base.name
        return replace(recipe, base=replace(recipe.base, folder=str(beside))) if beside.is_dir() else recipe

    @property
    def is_finished(self) -> bool:
        return journal.is_finished(journal.read(self.journal_file))

    @property
    def is_usable(self) -> bool:
        """Whether it got as far as one checkpoint."""
        return self.checkpoints.is_dir() and any(self.checkpoints.glob("step-*[0-9]"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of training. `weights_sha256` is the hash of the weights after the last step made."""

    run: str
    steps: int
    best_bits_per_byte: float | None  # None before anything was measured
    tokens_per_second: float
    seconds: float
    weights_sha256: str
    stopped: bool


NOTHING: Final = Outcome(
    run="", steps=0, best_bits_per_byte=None, tokens_per_second=0.0, seconds=0.0, weights_sha256="", stopped=True
)  # stopped before there was a run


def all_runs(folder: Path) -> list[Run]:
    """The runs in a project's folder, oldest first. A folder without a recipe is half made and is left out."""
    if not folder.is_dir():
        return []
    return [Run(path) for path in sorted(folder.iterdir()) if (path / "recipe.json").is_file()]


def latest(folder: Path) -> Run | None:
    """The newest run that can be continued or talked to."""
    usable = [run for run in all_runs(folder) if run.is_usable]
    return usable[-1] if usable else None


def speaker(folder: Path) -> Run | None:
    """The run to talk to: the newest finished one, unless one begun after it measures better already.

    A training that has just begun must not replace a good bot by noise. Of the candidates of one night the best
    speaks. Raises DiskTrouble for a damaged journal.
    """
    chosen: tuple[float, Run] | None = None
    ladder = ""
    for run in reversed([run for run in all_runs(folder) if run.is_usable]):
        night = run.night
        if ladder and night.ladder != ladder:
            break
        facts = journal.read(run.journal_file)
        bits = min((fact.bits_per_byte for fact in facts if isinstance(fact, journal.Evaluated)), default=inf)
        if chosen is None or bits < chosen[0] or (bits == chosen[0] and journal.is_finished(facts)):
            chosen = (bits, run)
        if journal.is_finished(facts):
            ladder = night.ladder
            if not ladder:
                break
    return chosen[1] if chosen else None


def new_name(folder: Path, now: datetime) -> str:
    """A name that sorts by time and is not taken yet."""
    stamp = now.strftime("%Y-%m-%d %H.%M.%S")
    taken = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    names = [stamp, *(f"{stamp} {n}" for n in range(2, 1000))]
    return next(name for name in names if name not in taken)


def find(folder: Path, name: str) -> Run:
    """The run of that name or title; Trouble when there is none."""
    for run in all_runs(folder):
        if name in (run.name, run.title):
            return run
    raise Trouble(f"There is no run called “{name}”.", fix="See them all: mynah runs")


def delete(run: Run) -> Run:
    """Put a run into the trash beside the runs, from where `restore` brings it back. Returns it in its new place."""
    bin_ = trash(run.root.parent)
    with disk_errors("deleting a run"):
        bin_.mkdir(exist_ok=True)
        place = bin_ / run.name
        shutil.rmtree(place, ignore_errors=True)
        swap(run.root, place)
    return Run(place)


def restore(deleted: Run) -> Run:
    """Bring a run back from the trash."""
    place = deleted.root.parent.parent / "runs" / deleted.name
    with disk_errors("bringing back a run"):
        swap(deleted.root, place)
    return Run(place)


def trash(folder: Path) -> Path:
    """Where deleted runs of a project's `folder` of runs wait."""
    return folder.parent / "trash"


def deleted(folder: Path) -> list[Run]:
    """The runs in the trash, the last deleted last."""
    found = [run for run in all_runs(trash(folder)) if run.recipe_file.is_file()]
    return sorted(found, key=lambda run: run.root.stat().st_ctime_ns)


def empty_trash(folder: Path) -> int:
    """Delete for good what is in the trash; returns how many bytes that freed."""
    freed = sum(run.bytes_on_disk for run in deleted(folder))
    shutil.rmtree(trash(folder), ignore_errors=True)
    return freed
