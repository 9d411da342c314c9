"""What a person typed: a file of this computer, or an address or a handle. Knows no site."""

from pathlib import Path
from typing import Final

from app.work import web
from core.sources import Place

FILE_URL: Final = "file://"


def place_of(text: str) -> Place:
    """A path where there is something, else what means something on the web, else a path after all."""
    text = text.strip()
    if text.startswith(FILE_URL):
        return Path(text.removeprefix(FILE_URL))
    path = Path(text)
    try:
        path = path.expanduser()
        is_here = bool(text) and path.exists()
    except (OSError, RuntimeError, ValueError):
        is_here = False
    return text if not is_here and web.is_address(text) else path
