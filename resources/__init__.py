"""What ships with the app and is only read: the sample, fonts, icons, licences."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def sample_corpus() -> Traversable:
    """A folder of essays to try the app with; where they come from is in SOURCE.md beside it."""
    return files("resources") / "sample_corpus" / "essays"
