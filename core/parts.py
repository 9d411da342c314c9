"""Exports that come as several zips: which belong together, by their names. Knows no format and opens nothing.

Google numbers its parts (`takeout-…-001.zip`, `-002.zip`). Meta gives each zip of one download the same beginning, with
its service, account and day, and an end of its own (`facebook-mara-2024-05-01-Ab3dEf9h.zip`): so it is on the few
downloads that were seen or told of. Two downloads of one day look the same, and do no harm: nothing comes in twice.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.sources import Place

NUMBERED: Final = re.compile(r"(.+)-(\d{3})\.zip", re.IGNORECASE)
OF_META: Final = re.compile(r"((?:facebook|instagram|meta)-.+-\d{4}-\d{2}-\d{2})-\w{4,16}\.zip", re.IGNORECASE)


def whole(name: str) -> str:
    """What the parts of an export are called together; empty for a zip that is no part."""
    found = NUMBERED.fullmatch(name) or OF_META.fullmatch(name)
    return found[1] if found else ""


def siblings(path: Path) -> list[Path]:
    """All parts of the export of which `path` is one, in order; `path` alone where it is no part. Raises OSError."""
    stem = whole(path.name)
    if not stem:
        return [path]
    return sorted(one for one in path.parent.iterdir() if whole(one.name) == stem)


def once(places: Sequence[Place]) -> list[Place]:
    """`places` with one part for each export: a look at one finds the others beside it."""
    found: dict[object, Place] = {}
    for place in places:
        stem = whole(place.name) if isinstance(place, Path) else ""
        found.setdefault((place.parent, stem) if isinstance(place, Path) and stem else place, place)
    return list(found.values())
