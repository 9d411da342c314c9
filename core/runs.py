"""Runs: one folder each, found by looking, never by a pointer that can lie. Knows no torch.

runs/<run>/recipe.json      what is trained, written once
           tokenizer.json   how text becomes tokens, written once
           tokens/          the corpus as tokens (shards.py)
           journal.jsonl    what happened (journal.py)
           checkpoints/step-00000100/   (checkpoints.py)
"""

from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path

from core import journal
from core.atomic import disk_errors
from core.errors import DiskTrouble
from core.recipe import Recipe


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
    def tokens(self) -> Path:
        return self.root / "tokens"

    @property
    def journal_file(self) -> Path:
        return self.root / "journal.jsonl"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    def recipe(self) -> Recipe:
        """What is trained. Raises DiskTrouble when its file is damaged."""
        try:
            with disk_errors("reading the recipe of a run"):
                return Recipe.from_json(self.recipe_file.read_text("utf-8"))
        except (ValueError, KeyError, TypeError) as error:
            raise DiskTrouble(
                "The recipe of this run is damaged.", fix="Train again: your writing is not touched by this."
            ) from error

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

    A training that has just begun must not replace a good bot by noise. Raises DiskTrouble for a damaged journal.
    """
    chosen: tuple[float, Run] | None = None
    for run in reversed([run for run in all_runs(folder) if run.is_usable]):
        facts = journal.read(run.journal_file)
        bits = min((fact.bits_per_byte for fact in facts if isinstance(fact, journal.Evaluated)), default=inf)
        if chosen is None or bits < chosen[0] or (bits == chosen[0] and journal.is_finished(facts)):
            chosen = (bits, run)
        if journal.is_finished(facts):
            break
    return chosen[1] if chosen else None


def new_name(folder: Path, now: datetime) -> str:
    """A name that sorts by time and is not taken yet."""
    stamp = now.strftime("%Y-%m-%d %H.%M.%S")
    taken = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    names = [stamp, *(f"{stamp} {n}" for n in range(2, 1000))]
    return next(name for name in names if name not in taken)
