"""Chat data as rows that a person can look at and change. Knows no model.

Questions, answers from notes and rehearsal are made by a base model; dialogue, replies and continuations are the
writer's own, of which only what was changed is kept here.

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

Kind: TypeAlias = Literal["dialogue", "reply", "continuation", "question", "notes", "unanswerable", "rehearsal"]

VERSION: Final = 1
TALK: Final[tuple[Kind, ...]] = ("dialogue", "reply")
OWN: Final[tuple[Kind, ...]] = (*TALK, "continuation")
LEFT_OUT: Final = "you left it out"
KEPT: Final = 0.8  # of the questions, those that fit best
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

    def over(self, example: Example) -> Example:
        """The example that this row is of, with its words; what was quoted in other words is found no more."""
        turns = (*example.turns[:-1], replace(example.turns[-1], text=self.asked))
        quotes = example.quotes if self.answer == example.answer else ()
        return replace(example, turns=turns, answer=self.answer, quotes=quotes)


def of_own(example: Example) -> Row | None:
    """One of the writer's own examples; None where it answers nothing."""
    kind = next((kind for kind in OWN if kind == example.kind), None)
    if kind is None or not example.turns:
        return None
    before = "\0".join(f"{turn.role}\0{turn.text}" for turn in example.turns)
    key = id_of(kind, example.source, example.key, before, example.answer)
    return Row(id=key, kind=kind, asked=example.turns[-1].text, answer=example.answer, key=example.key)


def as_changed(examples: Iterable[Example], rows: Iterable[Row]) -> list[Example]:
    """The writer's own examples as a person wants them: some said in other words, some left out."""
    changes = {row.id: row for row in rows if row.kind in OWN}
    kept: list[Example] = []
    for one in examples:
        row = of_own(one) if changes else None
        change = changes.get(row.id) if row is not None else None
        if change is None:
            kept.append(one)
        elif not change.dropped:
            kept.append(change.over(one))
    return kept


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
    return replace(row, dropped=LEFT_OUT, edited=True)


def used(rows: Iterable[Row]) -> list[Row]:
    """What a training may learn from: nothing dropped, and of questions not the fifth that fits least."""
    kept = [row for row in rows if not row.dropped and row.asked and row.answer]
    scores = sorted(row.score for row in kept if row.kind == "question" and not row.edited)
    least = scores[round(len(scores) * (1 - KEPT))] if len(scores) >= 5 else float("-inf")
    return [row for row in kept if row.kind != "question" or row.edited or row.score >= least]


def mixed(rows: Sequence[Row], own: int, *, has_talk: bool) -> list[Row]:
    """As many of each kind as suit `own` examples of dialogue, replies and continuations: the first made first."""
    chosen: list[Row] = []
    for kind in SHARES:
        fitting = [row for row in used(rows) if (row.kind if row.kind != "unanswerable" else "notes") == kind]
        chosen += fitting[: room(kind, own, has_talk=has_talk)]
    return chosen


def room(kind: str, own: int, *, has_talk: bool) -> int:
    """How many of a kind of SHARES suit so many examples of the writer's own."""
    column = 0 if has_talk else 1
    rest = 1 - sum(shares[column] for shares in SHARES.values())
    return round(own / rest * SHARES[kind][column])


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
