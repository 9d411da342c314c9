"""Made chat data as rows that a person can look at and change. Knows no model.

chatdata.jsonl    a row a line, by its id; the newest of an id holds, so an edit is a line more

The id follows from what a row was made of, so what is made already is not made twice, whenever it is stopped.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from core.atomic import disk_errors
from core.examples.example import Example
from core.paths import Project
from core.replies import Turn

Kind: TypeAlias = Literal["question", "notes", "unanswerable", "rehearsal"]

VERSION: Final = 1
# Shares of all examples, from our notes on recipes: with talk of the writer's own among them, and without.
SHARES: Final = {"question": (0.20, 0.40), "notes": (0.12, 0.18), "rehearsal": (0.13, 0.17)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One example. `score` says how well a question fits its answer, in nats; `dropped` why it is not used."""

    id: str
    kind: Kind
    asked: str
    answer: str
    system: str = ""  # notes, where there are some
    key: str = ""  # the document it comes from
    score: float = 0.0
    dropped: str = ""
    edited: bool = False

    @property
    def example(self) -> Example:
        turns = (Turn("system", self.system),) if self.system else ()
        kind = self.kind if self.kind != "unanswerable" else "notes"
        return Example(kind=kind, turns=(*turns, Turn("user", self.asked)), answer=self.answer, key=self.key)


def id_of(*made_of: str) -> str:
    return hashlib.sha256("\0".join(made_of).encode("utf-8", "replace")).hexdigest()[:16]


def load(project: Project) -> list[Row]:
    """The rows in the order in which they were made first. A line that cannot be read is passed over."""
    found: dict[str, Row] = {}
    for row in _read(_file(project)):
        found[row.id] = row
    return list(found.values())


def save(project: Project, row: Row) -> None:
    """One row more, or another one in the place of one of its id. Raises DiskTrouble."""
    line = json.dumps({"version": VERSION, **asdict(row)}) + "\n"
    with disk_errors("keeping chat data"):
        project.root.mkdir(parents=True, exist_ok=True)
        with _file(project).open("a", encoding="utf-8") as file:
            file.write(line)


def edited(row: Row, asked: str, answer: str) -> Row:
    """The row as a person wants it; then it is used, whatever was thought of it before."""
    return replace(row, asked=asked.strip(), answer=answer.strip(), edited=True, dropped="")


def dropped(row: Row) -> Row:
    """The row, not to be used, as a person says so."""
    return replace(row, dropped="you left it out", edited=True)


def used(rows: Iterable[Row]) -> list[Row]:
    """What a training may learn from: nothing dropped, and of questions not the fifth that fits least."""
    kept = [row for row in rows if not row.dropped and row.asked and row.answer]
    scores = sorted(row.score for row in kept if row.kind == "question" and not row.edited)
    least = scores[len(scores) // 5] if len(scores) >= 5 else float("-inf")
    return [row for row in kept if row.kind != "question" or row.edited or row.score >= least]


def mixed(rows: Sequence[Row], own: int, *, has_talk: bool) -> list[Row]:
    """As many of each kind as suit `own` examples of dialogue, replies and continuations: the first made first."""
    column = 0 if has_talk else 1
    rest = 1 - sum(shares[column] for shares in SHARES.values())
    chosen: list[Row] = []
    for kind, shares in SHARES.items():
        room = round(own / rest * shares[column])
        fitting = [row for row in used(rows) if (row.kind if row.kind != "unanswerable" else "notes") == kind]
        chosen += fitting[:room]
    return chosen


def _file(project: Project) -> Path:
    return project.root / "chatdata.jsonl"


def _read(path: Path) -> Iterator[Row]:
    if not path.is_file():
        return
    with disk_errors("reading chat data"):
        lines = path.read_text("utf-8").splitlines()
    for line in lines:
        try:
            fields: dict[str, Any] = json.loads(line)
            if fields.pop("version") == VERSION:
                yield Row(**fields)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # the last line of a life that ended early
