"""Whether the engine is there, and how Python comes to see it. Asked at every start, so it imports nearly nothing."""

import contextlib
import importlib
import importlib.util
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from core.atomic import remove_folder, swap, sync_folder, write_file
from core.paths import Home

VERSION: Final = 1
READY: Final = "READY.json"
PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What was tried and works: the build, torch's own version, and where it computed. `manifest` hashes what it was
    made of."""

    build: str
    torch: str
    device: str
    manifest: str
    python: str = PYTHON


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands with the engine: the one in its folder, what would be fetched, and how many bytes of that are not
    here yet. `can_install` is false where torch came with Mynah, or by other ways."""

    is_there: bool
    ready: Ready | None
    can_install: bool
    title: str = ""
    missing: int = 0


def folder(home: Home) -> Path:
    return home.root / "engine"


def in_use(home: Home) -> Path:
    return folder(home) / "torch"


def read(home: Home) -> Ready | None:
    """The engine in its folder; None when there is none that was finished, or it was made for another Python."""
    try:
        fields: dict[str, Any] = json.loads((in_use(home) / READY).read_bytes())
        if fields.pop("version") != VERSION:
            return None
        found = Ready(**fields)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if found.python == PYTHON else None


def write(place: Path, ready: Ready) -> None:
    """Say that what is in `place` is whole and works. The last file of an engine."""
    write_file(place / READY, json.dumps({"version": VERSION, **asdict(ready)}, indent=2).encode())


def take_its_place(home: Home) -> None:
    """Let an engine that is whole, and still lies beside its place, be the one in use. Raises OSError where a running
    program holds the old one."""
    new, place = folder(home) / "torch.new", in_use(home)
    if not (new / READY).is_file():
        return
    if place.exists():
        remove_folder(place)
    swap(new, place)
    sync_folder(folder(home))


def use(home: Home) -> None:
    """Let this process import the engine, now and without a new start. Nothing happens when there is none."""
    with contextlib.suppress(OSError):  # another window uses the old one: that is good enough for this one too
        take_its_place(home)
    place = str(in_use(home))
    if read(home) is not None and place not in sys.path:
        sys.path.insert(0, place)
        importlib.invalidate_caches()


def setup_folder(environment: Mapping[str, str]) -> Path:
    """Where a set-up that came without torch keeps its lists and uv: beside the private Python, or where MYNAH_SETUP
    says."""
    return Path(environment.get("MYNAH_SETUP") or Path(sys.prefix).parent / "engine")


def came_apart(environment: Mapping[str, str]) -> bool:
    """Whether this Mynah is of such a set-up."""
    return any(setup_folder(environment).glob("engine-*.json"))


def is_there() -> bool:
    """Whether this process can import torch, wherever it lies."""
    return "torch" in sys.modules or importlib.util.find_spec("torch") is not None
