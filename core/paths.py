"""Where things live. Nothing else in the house asks the system for a folder.

MYNAH_HOME/
  settings.json
  projects/<name>/corpus.sqlite
                  web.sqlite            answers of web sites, to go on from and to ask again; may be deleted
                  runs/<run>/...        see runs.py
  models/<id>/        see shelf.py
  logs/
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import platformdirs

DEFAULT_PROJECT = "me"
SAMPLE_PROJECT = "sample"
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)  # in every folder


@dataclass(frozen=True, slots=True)
class Project:
    """One person's corpus and the runs trained on it."""

    root: Path

    @property
    def name(self) -> str:
        return self.root.name

    @property
    def corpus(self) -> Path:
        return self.root / "corpus.sqlite"

    @property
    def web(self) -> Path:
        return self.root / "web.sqlite"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def lock(self) -> Path:
        return self.root / "project.lock"


@dataclass(frozen=True, slots=True)
class Home:
    """The one folder that holds everything the app keeps."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def models(self) -> Path:
        return self.root / "models"

    def project(self, name: str = DEFAULT_PROJECT) -> Project:
        """The project called `name`: letters, digits, space, dot, dash and underscore; ValueError otherwise."""
        if not may_be_project(name):
            raise ValueError(f"not a project name: {name!r}")
        return Project(self.root / "projects" / name)


def may_be_project(name: str) -> bool:
    """Whether every system can make a folder of that name; Windows has some more that it takes for devices."""
    is_plain = re.fullmatch(r"\w[\w .-]{0,63}", name) is not None and not name.endswith((" ", "."))
    return is_plain and not (os.name == "nt" and DEVICES.match(name))


def home() -> Home:
    """MYNAH_HOME if it is set, else the system's folder for application data."""
    named = os.environ.get("MYNAH_HOME")
    return Home(Path(named) if named else platformdirs.user_data_path("Mynah", appauthor=False))
