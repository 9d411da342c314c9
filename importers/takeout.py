"""A download of Google (Takeout) is many exports and folders side by side: which of its files are a person's writing.

Drive is: what lies there is looked at like any folder. Everything else that no importer knows (bought books, what was
searched for, settings) is somebody else's or a program's, and is told, a line for each of Google's products.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from core.documents import Skipped
from importers.archive import Archive
from importers.base import key_of
from importers.files import Sieve, Written

TOP: Final = "Takeout"  # in every language
CONTENTS: Final = "archive_browser.html"  # of the whole, in every language
DRIVE: Final = "drive"  # in the name of the product, in every language
NOT_READ: Final = (
    "This part of your download from Google is not your writing, or is in no form that Mynah reads. Of such a download"
    " it reads your documents in Drive, and Keep, mail, chats, blogs and comments."
)


def product(path: Path) -> Path | None:
    """The folder of one of Google's products that a file lies in."""
    for folder in path.parents:
        if folder.parent.name == TOP:
            return folder
    return None


def sieve(archive: Archive, taken: Iterable[Path], *, beside: bool) -> Sieve | None:
    """What lets through of a download of Google only writing; None for any other archive.

    `beside`: whether files that lie beside the download are looked at too.
    """
    products = {product(path) for path in taken} - {None}
    browsers = (archive.place(name) for name in archive.names if name.endswith(CONTENTS))
    if not products and not any(path.parent.name == TOP for path in browsers):
        return None

    def kept(found: list[Written | Skipped]) -> list[Written | Skipped]:
        writing: list[Written | Skipped] = []
        others: dict[Path, None] = {}
        for one in found:
            path = Path(one.key) if isinstance(one, Skipped) else one.path
            folder = product(path)
            is_drive = folder is not None and DRIVE in folder.name.lower()
            if is_drive or (folder is None and beside and path.parent.name != TOP):
                writing.append(one)
            elif folder is not None and folder not in products:
                others[folder] = None
        return [*writing, *(Skipped(key_of(folder), NOT_READ) for folder in others)]

    return kept
