"""The wish that a run was begun with: until when, how careful, with which others. Knows no torch and no clock.

It lies beside the recipe, and is not part of it: the same recipe gives the same weights, whoever waited for them.
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from core.atomic import disk_errors, write_file

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """`seconds` are for training, measuring and saving, all together; without them a run makes the steps of its
    recipe."""

    begun: float = 0.0  # seconds since 1970, when the button was pressed
    seconds: float | None = None
    until: float | None = None  # seconds since 1970, where the wish was an hour of the morning
    most_steps: int | None = None  # beyond, the writing would be read too often
    patience: int | None = None  # looks without progress after which it cools down; None is for ever
    hottest: float | None = None  # degrees Celsius of the hottest sensor, above which training waits
    emptiest: float | None = None  # per cent of the battery, below which training waits
    ladder: str = ""  # what the candidates of one night have in common
    candidate: str = ""  # which of them this is, in words


def write(path: Path, night: Night) -> None:
    """Write it down; DiskTrouble when that fails."""
    with disk_errors("writing down what you wished for"):
        write_file(path, json.dumps({"version": VERSION, **asdict(night)}).encode("ascii"))


def read(path: Path) -> Night:
    """The wish of a run; of one that was begun without, or whose file is damaged, the wish for nothing special."""
    with disk_errors("reading what you wished for"):
        data = path.read_bytes() if path.is_file() else b"{}"
    try:
        told: dict[str, Any] = json.loads(data)
        known = {field.name for field in fields(Night)}
        return Night(**{name: value for name, value in told.items() if name in known})
    except (ValueError, TypeError, AttributeError):
        return Night()
