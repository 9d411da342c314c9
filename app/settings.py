"""Settings: what the window remembers, as one frozen value in one JSON file. Knows no widget."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from app.morning import Then
from core.atomic import disk_errors, write_file
from core.errors import DiskTrouble
from core.paths import DEFAULT_PROJECT, may_be_project

Scheme: TypeAlias = Literal["system", "light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("system", "light", "dark")
TEXT_SIZES: Final = (100, 125, 150, 175, 200)  # per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`window` is left, top, width, height of the window when it was last closed."""

    scheme: Scheme = "system"
    text_size: int = 100
    project: str = DEFAULT_PROJECT
    page: str = "welcome"
    window: list[int] = field(default_factory=list)
    minutes: int = 20
    then: Then = "nothing"  # what the computer does when a training is done
    tell: str = ""  # where a message is sent then
    several: bool = False  # whether a training tries several models
    again: bool = False  # whether it goes on by itself after a restart of the computer
    hottest: int = 0  # degrees above which it waits; 0 is for never
    emptiest: int = 0  # per cent of the battery below which it waits; 0 is for never
    me: list[str] = field(default_factory=list)  # names that the user has ticked as theirs

    def __post_init__(self) -> None:
        waits = (self.several, self.again, self.hottest, self.emptiest)
        whole = all(isinstance(value, int) for value in (self.text_size, self.minutes, *self.window, *waits))
        named = isinstance(self.project, str) and may_be_project(self.project) and isinstance(self.page, str)
        if not (whole and named and self.scheme in get_args(Scheme) and self.text_size in TEXT_SIZES):
            raise ValueError("a setting has a value that it cannot have")
        if not (isinstance(self.me, list) and all(isinstance(name, str) for name in self.me)):
            raise ValueError("a setting has a value that it cannot have")
        if self.then not in get_args(Then) or not isinstance(self.tell, str):
            raise ValueError("a setting has a value that it cannot have")
        if len(self.window) not in (0, 4) or self.minutes < 1:
            raise ValueError("a setting has a value that it cannot have")


def load(path: Path, now: datetime) -> tuple[Settings, bool]:
    """The settings in `path` and whether they could be read; a file that could not is kept aside.

    A missing file means defaults. Names that this version does not know are passed over.
    """
    try:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
        known = {each.name for each in fields(Settings)}
        return Settings(**{name: value for name, value in data.items() if name in known}), True
    except FileNotFoundError:
        return Settings(), True
    except (OSError, ValueError, TypeError, AttributeError):
        keep_aside(path, now)
        return Settings(), False


def keep_aside(path: Path, now: datetime) -> None:
    """Rename an unreadable file, so that nothing of it is lost and nobody reads it again."""
    try:
        path.replace(path.with_name(f"{path.name}.corrupt-{now:%Y%m%d-%H%M%S}"))
    except OSError:
        return  # it may be neither read nor renamed: the defaults are used, and saving will say what is wrong


class Keeper:
    """Holds the settings in use and writes every change down; what the disk refuses is told to `complain`."""

    def __init__(self, path: Path, settings: Settings, complain: Callable[[Exception], None]) -> None:
        self._path, self._complain = path, complain
        self.now = settings

    def change(self, **changes: Any) -> None:
        """Replace some settings and save; the change holds while the window is open even if it cannot be saved."""
        changed = replace(self.now, **changes)
        if changed == self.now:
            return
        self.now = changed
        try:
            with disk_errors("saving your settings"):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_file(self._path, json.dumps(asdict(changed), indent=2).encode("utf-8"))
        except DiskTrouble as trouble:
            self._complain(trouble)
