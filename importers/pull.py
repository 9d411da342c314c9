"""The one loop of every import of files: find, read, add. Knows no format.

What a file gave is in the corpus before it is yielded, and each file is added whole: stopped or killed at any moment,
the next import goes on where this one ended.
"""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.corpus import Added, Corpus
from core.documents import ImportReport, Item, Skipped
from core.errors import WrongFile
from core.events import Note, Progress, Stop, Work
from core.lock import writing
from core.paths import Project
from importers import ALL
from importers.base import SOURCE, TextFile, key_of
from importers.characters import straight
from importers.encodings import NotText, decode
from importers.walk import Walk, why

LARGEST: Final = 16_000_000  # bytes: about 2.5 million words. Proust's seven volumes are half of that
TOO_LARGE: Final = (
    "This file is larger than 16 MB, which is more than one person writes in a file."
    " If it is your writing, split it into smaller files and import those."
)
KINDS: Final = "Mynah reads Markdown (.md), plain text (.txt) and HTML (.html)."
LOOKING: Final = 200  # files found between two signs of life


def import_path(path: Path, project: Project, stop: Stop) -> Work[ImportReport]:
    """Read the file, or everything in the folder, at `path` into the project's corpus.

    Yields Progress, a Note, each new or changed Document and each Skipped. Raises WrongFile, DiskTrouble, Busy.
    """
    started, tally, stopped = time.monotonic(), Counter[str](), False
    with writing(project), Corpus(project.corpus) as corpus:
        found = yield from look(path, stop)
        for number, one in enumerate(found, start=1):
            stopped = stop()
            if stopped:
                break
            yield from add(corpus, read(one), tally)
            yield Progress(number, len(found), note=name_of(one))
    return ImportReport(
        added=tally["new"],
        changed=tally["changed"],
        already=tally["already"],
        skipped=tally["skipped"],
        seconds=time.monotonic() - started,
        stopped=stopped,
    )


def name_of(one: Path | Skipped) -> str:
    return (one.key if isinstance(one, Skipped) else key_of(one)).rpartition("/")[2]


def look(path: Path, stop: Stop) -> Work[list[Path | Skipped]]:
    """Everything that `path` names, real paths in order. Raises WrongFile when there is nothing to read."""
    found: list[Path | Skipped] = []
    walk = Walk(frozenset(ending for importer in ALL for ending in importer.about.endings))
    try:
        path = path.resolve(strict=True)
        if path.is_file():
            return [path]
        for one in walk.below(path):
            found.append(one)
            if len(found) % LOOKING == 0:
                yield Progress(len(found), 0, note="Looking through the folder")
                if stop():
                    return found
    except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
        raise unreachable(error) from error
    if not found:
        raise WrongFile(f"There is nothing to read in this folder{other_kinds(walk.others)}.", fix=KINDS)
    if walk.others:
        yield Note(f"Passed over{other_kinds(walk.others)}. {KINDS}")
    return found


def other_kinds(others: Counter[str]) -> str:
    """The commonest kinds of files that nobody reads: `: 12 .jpg, 3 .css`."""
    kinds = [f"{count} {ending}" for ending, count in others.most_common(5)]
    return f": {', '.join(kinds)}{' and others' if len(others) > 5 else ''}" if kinds else ""


def unreachable(error: OSError | RuntimeError) -> WrongFile:
    if isinstance(error, PermissionError):
        return WrongFile("You may not read this folder.", fix="Give yourself the right to read it, or choose another.")
    return WrongFile("There is no such file or folder.", fix="Check its name, or choose it again.")


def read(one: Path | Skipped) -> Iterator[Item]:
    """What one file holds. Whatever is wrong with it is a skip."""
    if isinstance(one, Skipped):
        yield one
        return
    try:
        if one.stat().st_size > LARGEST:
            yield Skipped(key_of(one), TOO_LARGE)
            return
        file = TextFile(one, straight(decode(one.read_bytes())))
    except OSError as error:
        yield Skipped(key_of(one), why(error))
    except NotText:
        yield Skipped(key_of(one), "This is not text, whatever its name says.")
    else:
        importer = next(importer for importer in ALL if importer.can_read(file))
        yield from importer.read(file)


def add(corpus: Corpus, items: Iterator[Item], tally: Counter[str]) -> Work[None]:
    """Put `items` into the corpus, count what came of each, then show those that are news."""
    news: list[Item] = []
    read_first = list(items)
    with corpus.batch():
        for one in read_first:
            if isinstance(one, Skipped):
                corpus.skip(SOURCE, one)
                tally["skipped"] += 1
                news.append(one)
            else:
                came = corpus.add(one)
                tally[came.value] += 1
                if came is not Added.ALREADY:
                    news.append(one)
    yield from news
