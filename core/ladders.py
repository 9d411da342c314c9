"""How the candidates of one night compare, as data and as a file. Light: knows no torch.

ladders/<name>.json      what each of them reached; the best one is what the chat opens (runs.py)
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from core.atomic import disk_errors, write_file
from core.paths import Project

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One candidate. `bits` a byte on held-out text; a yardstick has no `run` and cannot be talked to."""

    what: str
    bits: float
    seconds: float
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """What came of a night. `best` is the run that the chat opens."""

    name: str
    rungs: tuple[Rung, ...]
    best: str
    stopped: bool


def write(project: Project, ladder: Ladder) -> None:
    """Write it down; DiskTrouble when that fails."""
    place = project.root / "ladders" / f"{ladder.name}.json"
    with disk_errors("writing down how the candidates compare"):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_file(place, json.dumps({"version": VERSION, **asdict(ladder)}, indent=2).encode("ascii"))


def read(project: Project, name: str) -> Ladder | None:
    """The ladder of that name; None when there is none, or it cannot be read."""
    place = project.root / "ladders" / f"{name}.json"
    try:
        told: dict[str, Any] = json.loads(place.read_bytes())
        told.pop("version")
        return Ladder(**{**told, "rungs": tuple(Rung(**each) for each in told["rungs"])})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
