"""Plain files: finds those that may be writing, in a folder or an archive, and reads them. Knows no format.

Whatever is wrong with one file is a skip.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from core.documents import Item, Skipped
from core.errors import WrongFile
from core.events import Note, Progress, Stop, Work
from core.sources import SOURCE
from importers import ALL, DOCUMENTS
from importers.archive import UNWATCHED, Archive
from importers.base import Step, TextFile, key_of
from importers.binary import NOT_READ, BinaryFile, Unreadable
from importers.characters import straight
from importers.encodings import NotText, decode
from importers.members import Damaged, Watch
from importers.walk import TOOLS, Walk, why

LARGEST: Final = 16_000_000  # bytes: about 2.5 million words. Proust's seven volumes are half of that
TOO_LARGE: Final = (
    "This file is larger than 16 MB, which is more than one person writes in a file."
    " If it is your writing, split it into smaller files and import those."
)
LARGEST_DOCUMENT: Final = 256_000_000  # bytes: most of a document are its pictures, which are not read
OF_TEXT: Final = frozenset(ending for importer in ALL for ending in importer.about.endings)
WITH_PICTURES: Final = frozenset(ending for importer in DOCUMENTS for ending in importer.about.endings)
DATA: Final = frozenset(
    (".json", ".jsonl", ".ndjson", ".js", ".csv", ".tsv", ".xml", ".db", ".sqlite", ".car", ".mbox")
)
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"  # how old tables and slides begin too
UNKNOWN_DATA: Final = "This is data, and no export that Mynah knows, or one that is damaged from its beginning on."
KINDS: Final = (
    "Mynah reads Markdown, plain text, HTML, Org, reStructuredText, AsciiDoc, Word, OpenDocument, e-books (.epub),"
    " rich text (.rtf) and PDF."
)
LOOKING: Final = 200  # files found between two signs of life


@dataclass(frozen=True, slots=True)
class Loose:
    """A file in a folder; `path` is real."""

    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def read_bytes(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in an archive. `path` leads into the archive as if it were a folder."""

    archive: Archive
    name: str

    @property
    def path(self) -> Path:
        return self.archive.path / self.name

    @property
    def size(self) -> int:
        return self.archive.size(self.name)

    def read_bytes(self) -> bytes:
        with self.archive.open(self.name) as stream:
            return stream.read()


Written: TypeAlias = Loose | Packed
Sieve: TypeAlias = Callable[[list[Written | Skipped]], list[Written | Skipped]]


def all_of(found: list[Written | Skipped]) -> list[Written | Skipped]:
    """The sieve that lets everything through."""
    return found


@dataclass(frozen=True, slots=True)
class Beside:
    """What exports leave of the files beside them: not those that were `taken` by an importer, nor what lies in the
    archives that are `busy`, as what stands beside an export in one belongs to that; of the others, what passes the
    `sieve`."""

    taken: frozenset[Path] = frozenset()
    busy: frozenset[str] = frozenset()
    sieve: Sieve = all_of


ALONE: Final = Beside()


def steps(
    path: Path,
    archive: Archive | None,
    stop: Stop,
    beside: Beside = ALONE,
    watch: Watch = UNWATCHED,
) -> Work[None]:
    """Every file at `path` and in the archives in it as a Step; and Notes. WrongFile when nothing is there.

    What is left of files `beside` exports is said there.
    """
    taken = beside.taken
    walk = Walk(WITH_PICTURES | OF_TEXT)
    packed = archive if archive and archive.is_packed else None
    found = look_inside(packed, walk, packed.names) if packed else (yield from look(path, walk, stop))
    if archive and not packed:
        inside = [name for name in archive.names if archive.box(name) not in ("", *beside.busy)]
        found += look_inside(archive, walk, inside)
        walk.others -= archive.opened
    found += renamed(archive, walk, beside.busy) if archive else []
    found += archive.skips(loose=archive.is_packed) if archive and not taken else []
    found = beside.sieve([one for one in found if isinstance(one, Skipped) or one.path not in taken])
    if not found and not taken:
        kind = "archive" if packed else "folder"
        raise WrongFile(f"There is nothing to read in this {kind}{other_kinds(walk.others)}.", fix=KINDS)
    others = walk.others - Counter(path.suffix.lower() for path in taken)
    if others:
        yield Note(f"Passed over{other_kinds(others)}. {KINDS}")
    for number, one in enumerate(found, start=1):
        name = one.key if isinstance(one, Skipped) else key_of(one.path)
        if watch.leaves_out(name):
            continue
        if not isinstance(one, Skipped):
            watch.opened(name, size_of(one))
        yield Step(SOURCE, list(read(one)), Progress(number, len(found), note=name.rpartition("/")[2]))


def size_of(one: Written) -> int:
    try:
        return one.size
    except OSError:
        return 0


def look(path: Path, walk: Walk, stop: Stop) -> Work[list[Written | Skipped]]:
    """Everything that `path` names, in order. Raises WrongFile when it cannot be reached."""
    found: list[Written | Skipped] = []
    try:
        path = path.resolve(strict=True)
        if path.is_file():
            return [Loose(path)]
        for one in walk.below(path):
            found.append(one if isinstance(one, Skipped) else Loose(one))
            if len(found) % LOOKING == 0:
                yield Progress(len(found), 0, note="Looking through the folder")
                if stop():
                    return found
    except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
        raise unreachable(error) from error
    return found


def look_inside(archive: Archive, walk: Walk, names: Iterable[str]) -> list[Written | Skipped]:
    """The same in an archive, where the folders of tools are passed over without a word."""
    found: list[Written | Skipped] = []
    for name in sorted(names):
        path = archive.path / name
        if TOOLS.isdisjoint(part.lower() for part in Path(name).parts[:-1]):
            found += (one if isinstance(one, Skipped) else Packed(archive, name) for one in walk.judge(path))
    return found


def renamed(archive: Archive, walk: Walk, busy: frozenset[str]) -> list[Written | Skipped]:
    """Documents of programs for writing whose names do not say so."""
    found: list[Written | Skipped] = []
    for name in archive.names if archive.is_packed or archive.path.is_dir() else ():
        path, box = archive.path / name, archive.box(name)
        ending = path.suffix.lower()
        if ending in walk.endings or ending in DATA or box in busy or walk.others[ending] <= 0:
            continue
        head = archive.head(name)
        if not head.startswith(OLD_OFFICE) and any(importer.can_read(head) for importer in DOCUMENTS):
            found.append(Packed(archive, name) if archive.is_packed or box else Loose(path))
            walk.others -= Counter((ending,))
    return found


def other_kinds(others: Counter[str]) -> str:
    """The commonest kinds of files that nobody reads: `: 12 .jpg, 3 .css`."""
    kinds = [f"{count} {ending}" for ending, count in others.most_common(5)]
    return f": {', '.join(kinds)}{' and others' if len(others) > 5 else ''}" if kinds else ""


def unreachable(error: OSError | RuntimeError) -> WrongFile:
    if isinstance(error, PermissionError):
        return WrongFile("You may not read this folder.", fix="Give yourself the right to read it, or choose another.")
    return WrongFile("There is no such file or folder.", fix="Check its name, or choose it again.")


def no_text(ending: str) -> str:
    """Why a file that is neither a text nor a document is left out: a film that somebody chose claims to be neither."""
    if ending in OF_TEXT:
        return "This is not text, whatever its name says."
    return NOT_READ if ending in WITH_PICTURES else f"This kind of file is not read. {KINDS}"


def read(one: Written | Skipped) -> Iterator[Item]:
    """What one file holds."""
    if isinstance(one, Skipped):
        yield one
        return
    key = key_of(one.path)
    try:
        if one.size > (LARGEST_DOCUMENT if one.path.suffix.lower() in WITH_PICTURES else LARGEST):
            yield Skipped(key, TOO_LARGE)
            return
        if one.path.suffix.lower() in DATA:
            yield Skipped(key, UNKNOWN_DATA)
            return
        items = list(understood(one.path, one.read_bytes()))
    except OSError as error:
        yield Skipped(key, why(error))
    except Damaged:
        yield Skipped(key, "This file of the archive is damaged.")
    except NotText:
        yield Skipped(key, no_text(one.path.suffix.lower()))
    except Unreadable as error:
        yield Skipped(key, str(error))
    else:
        yield from items


def is_other_xml(data: bytes) -> bool:
    """Whether a file is XML and no page: what programs write for programs."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml") and b"<html" not in data[:4096].lower()


def understood(path: Path, data: bytes) -> Iterator[Item]:
    """What the first importer makes of a file that can read it: of those of documents, else of those of texts."""
    document = next((importer for importer in DOCUMENTS if importer.can_read(data)), None)
    if document is not None:
        yield from document.read(BinaryFile(path, data))
        return
    if is_other_xml(data):
        raise Unreadable(UNKNOWN_DATA)
    file = TextFile(path, straight(decode(data)))
    yield from next(importer for importer in ALL if importer.can_read(file)).read(file)
