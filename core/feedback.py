"""What the writer thought of replies: thumbs, edits, and the one of several that was kept. Stays on this computer.

feedback.jsonl    a judgement a line, in the order in which they were made; the newest of one place holds

Edits are examples of what should have been said; of kept and edited replies, with what they took the place of, come
pairs for a training on preferences. Knows no bot and no window.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from core.atomic import disk_errors
from core.paths import Project
from core.replies import Turn

Kind: TypeAlias = Literal["up", "down", "none", "edited", "kept"]

VERSION: Final = 1
PAIRS_FILE: Final = "preferences.json"  # in the folder of a run that learns from choices (core/train/preferences.py)
LEAST_PAIRS: Final = 50  # from which such a training is worth it
LIKE_LENGTHS: Final = (0.5, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Of a reply to `turns`: `text` is what the writer wants said, `instead` what it took the place of, if anything."""

    kind: Kind
    place: str  # conversation and line
    turns: tuple[Turn, ...]
    text: str
    instead: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Preference:
    """To the same turns: what the writer wants said, and what not."""

    turns: tuple[Turn, ...]
    chosen: str
    rejected: str


def remember(project: Project, judgement: Judgement) -> None:
    """Write it down. Raises DiskTrouble."""
    told = {"version": VERSION, **asdict(judgement), "at": judgement.at or datetime.now(UTC).isoformat()}
    with disk_errors("remembering what you think of a reply"):
        project.root.mkdir(parents=True, exist_ok=True)
        with _file(project).open("a", encoding="utf-8", errors="replace") as file:
            file.write(json.dumps(told) + "\n")


def all_of(project: Project) -> list[Judgement]:
    """The newest of each place and kind of judgement. A line that cannot be read is passed over."""
    latest: dict[tuple[str, bool], Judgement] = {}
    for judgement in _read(_file(project)):
        latest[judgement.place, judgement.kind in ("up", "down", "none")] = judgement
    return [judgement for judgement in latest.values() if judgement.kind != "none"]


def forget(project: Project) -> None:
    """All of it, for good."""
    with disk_errors("forgetting what you thought of replies"):
        _file(project).unlink(missing_ok=True)


def edits(judgements: list[Judgement]) -> list[tuple[tuple[Turn, ...], str]]:
    """What was asked and what the writer would have said: examples for the next training."""
    return [(each.turns, each.text) for each in judgements if each.kind == "edited" and each.text.strip()]


def preferences(judgements: list[Judgement]) -> list[Preference]:
    """Pairs for a training on preferences: what was edited or kept over what it took the place of, and thumbs up over
    thumbs down for replies to the same turns. Two replies that are the same say nothing."""
    pairs = [each for each in judgements if each.kind in ("edited", "kept") and each.instead.strip()]
    chosen = [Preference(each.turns, each.text, each.instead) for each in pairs]
    for good in judgements:
        bad = (each for each in judgements if each.kind == "down" and each.turns == good.turns)
        chosen += [Preference(good.turns, good.text, each.text) for each in bad if good.kind == "up"]
    return [each for each in dict.fromkeys(chosen) if each.chosen != each.rejected and each.turns]


def fitting(pairs: list[Preference]) -> list[Preference]:
    """Those whose replies are about as long: else a bot learns no more than to be shorter."""
    return [each for each in pairs if LIKE_LENGTHS[0] <= len(each.chosen) / len(each.rejected) <= LIKE_LENGTHS[1]]


def _file(project: Project) -> Path:
    return project.root / "feedback.jsonl"


def _read(path: Path) -> Iterator[Judgement]:
    if not path.is_file():
        return
    with disk_errors("reading what you thought of replies"):
        lines = path.read_text("utf-8").splitlines()
    for line in lines:
        try:
            fields: dict[str, Any] = json.loads(line)
            if fields.pop("version") == VERSION:
                turns = tuple(Turn(**turn) for turn in fields.pop("turns"))
                yield Judgement(**fields, turns=turns)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # the last line of a life that ended early
