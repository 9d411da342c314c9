"""What ships with the app and is only read: the sample, fonts, icons, licences."""

import json
from importlib.resources import files
from importlib.resources.abc import Traversable


def sample_corpus() -> Traversable:
    """A folder of essays to try the app with; where they come from is in SOURCE.md beside it."""
    return files("resources") / "sample_corpus" / "essays"


def qt_libraries() -> dict[str, str]:
    """What Qt's window links to of a Linux system, and the package of Debian's that brings each."""
    found: dict[str, str] = json.loads((files("resources") / "qt_libraries.json").read_text("utf-8"))
    return found
