"""The shelf: base models on this disk, each a plain Hugging Face folder. Light: knows no torch and no network.

models/<id>/             config.json, *.safetensors, tokenizer.json: as other programs read them
            mynah.json   where it came from, under which licence, and what each file must hash to

A model that the user keeps elsewhere may be linked: then mynah.json alone is here, and names the folder. Whoever uses a
model looks at it with core/weights first; the shelf itself believes nothing but names and sizes.
"""

import hashlib
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias

from core import catalogue
from core.atomic import PIECE, disk_errors, new_folder, remove_folder, sync_file, write_file
from core.errors import DiskTrouble, WrongFile
from core.events import Progress, Stop, Work
from core.machine import Machine
from core.paths import Home

Origin: TypeAlias = Literal["downloaded", "copied", "linked"]

VERSION: Final = 1
NOTE: Final = "mynah.json"
# What a model is made of; weights that can run code (pickles), pictures and programs stay behind.
WANTED: Final = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "model.safetensors.index.json",
    "*.safetensors",
    "LICENSE*",
    "NOTICE*",
)
LOOKED_AT: Final = re.compile(r"config\.json|tokenizer\.json|model\.safetensors\.index\.json|.*\.safetensors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What mynah.json says. `files` are hashes (sha256) by name; `linked` is the folder where a linked model lies."""

    title: str
    origin: Origin
    licence: str = ""
    repo: str = ""
    revision: str = ""
    kind: catalogue.Kind = "instruct"
    linked: str = ""
    files: dict[str, str]

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The card that `to_json` wrote; ValueError, KeyError or TypeError when it is not one."""
        fields: dict[str, Any] = json.loads(text)
        if fields.pop("version") != VERSION:
            raise ValueError("a card of another version")
        return cls(**fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A model on the shelf. `folder` is the plain folder to load; `bytes` is what it takes of this disk."""

    id: str
    place: Path  # models/<id>
    card: Card
    bytes: int

    @property
    def folder(self) -> Path:
        return Path(self.card.linked) if self.card.linked else self.place

    @property
    def title(self) -> str:
        return self.card.title

    @property
    def is_there(self) -> bool:
        """Whether its files can be reached: a linked one may lie on a drive that is not connected."""
        return (self.folder / "config.json").is_file()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What the Models page shows: what is here, what has arrived of others (bytes by id), and the computer."""

    models: tuple[Shelved, ...] = ()
    arrived: Mapping[str, int] = field(default_factory=dict)
    used: int = 0
    machine: Machine | None = None
    has_token: bool = False


def all_models(home: Home) -> list[Shelved]:
    """The models on the shelf, by id. Half-made ones and what is no model's folder are left out."""
    if not home.models.is_dir():
        return []
    found = (_shelved(place) for place in sorted(home.models.iterdir()) if may_be_id(place.name))
    return [model for model in found if model is not None]


def find(home: Home, id_: str) -> Shelved:
    """The model of that id. Raises WrongFile when it is not on the shelf, or on a drive that is not there."""
    model = _shelved(home.models / id_) if may_be_id(id_) else None
    if model is None:
        raise WrongFile(
            "This base model is not on this computer.",
            fix="Get it on the Models page, or with: mynah models download",
        )
    if not model.is_there:
        raise WrongFile(
            f"The folder of {model.title} is not there any more.",
            fix="Connect the drive where it is kept, or remove the model on the Models page and add it again.",
        )
    return model


def add(home: Home, folder: Path, check: Callable[[Path], object], stop: Stop, *, link: bool) -> Work[Shelved | None]:
    """Put the user's own folder on the shelf, as a copy or as a link. None, and nothing changed, when stopped.

    `check` raises Trouble for a folder that is no model (core/weights.look). Asked again for the same folder, the
    model is found and nothing is done twice.
    """
    check(folder)
    folder = folder.resolve()
    title = folder.name or "model"
    with disk_errors("adding a model"):
        there = next((model for model in all_models(home) if Path(model.card.linked) == folder), None)
        if there is not None and link:
            return there
        place = home.models / _free_id(home, title)
        if link:
            with new_folder(place) as part:
                card = Card(title=title, origin="linked", linked=str(folder), files={})
                write_file(part / NOTE, card.to_json().encode("utf-8"))
        elif not (yield from _copy(folder, place, title, stop)):
            return None
    return _must(place)


def remove(home: Home, id_: str) -> None:
    """Take a model off the shelf. Of a linked one only the link goes: the user's own folder stays."""
    if not may_be_id(id_) or not (home.models / id_).is_dir():
        raise WrongFile("This base model is not on this computer.", fix="See which there are: mynah models")
    with disk_errors("removing a model"):
        remove_folder(home.models / id_)


def verify(model: Shelved, stop: Stop) -> Work[list[str]]:
    """Hash every file again; returns the names of those that are missing or are not what they were."""
    wrong: list[str] = []
    with disk_errors("checking a model"):
        total = sum(_size(model.folder / name) for name in model.card.files)
        done = 0
        for name, expected in sorted(model.card.files.items()):
            digest = hashlib.sha256()
            if not (model.folder / name).is_file():
                wrong.append(name)
                continue
            for piece in pieces(model.folder / name):
                if stop():
                    return wrong
                digest.update(piece)
                done += len(piece)
                yield Progress(done, total, name)
            if digest.hexdigest() != expected:
                wrong.append(name)
    return wrong


def used(home: Home) -> int:
    """Bytes that the shelf takes of this disk, half-made downloads included."""
    return _folder_size(home.models) if home.models.is_dir() else 0


def wanted(folder: Path) -> list[Path]:
    """The files of a model's folder that belong on the shelf.

    A link may lead elsewhere where what it leads to was looked at and is part of a model. Nobody looks at the rest: a
    LICENSE that is a link could be any file of this computer, and would go out with every bot.
    """
    found = {path for pattern in WANTED for path in folder.glob(pattern) if path.is_file()}
    return sorted(path for path in found if LOOKED_AT.fullmatch(path.name) or _stays(path, folder))


def _stays(path: Path, folder: Path) -> bool:
    """Whether a file really lies in its folder; in the hub's cache, the files of a snapshot lie among its `blobs`."""
    homes = [folder.resolve()]
    if folder.resolve().parent.name == "snapshots":
        homes.append(folder.resolve().parent.parent / "blobs")
    return path.resolve().parent in homes


def may_be_id(name: str) -> bool:
    """Whether a model may be called so: the name of one folder on every system."""
    return re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,79}", name) is not None and not name.endswith((".", ".part", ".gone"))


def id_of(title: str) -> str:
    """An id made of a folder's name."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9._-]+", "-", plain).strip("-._")[:60] or "model"


def pieces(path: Path) -> Iterator[bytes]:
    """A file, a mebibyte at a time."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


class _Stopped(Exception):
    """Leaves the block that fills a new folder, so that nothing of it is kept."""


def _copy(folder: Path, place: Path, title: str, stop: Stop) -> Work[bool]:
    """Copy a model's files to `place`; False, and nothing there, when stopped."""
    files = wanted(folder)
    total = sum(path.stat().st_size for path in files)
    room_for(place.parent, total)
    done = 0
    hashes: dict[str, str] = {}
    try:
        with new_folder(place) as part:
            for path in files:
                digest = hashlib.sha256()
                with (part / path.name).open("wb") as file:
                    for piece in pieces(path):
                        if stop():
                            raise _Stopped
                        file.write(piece)
                        digest.update(piece)
                        done += len(piece)
                        yield Progress(done, total, path.name)
                sync_file(part / path.name)
                hashes[path.name] = digest.hexdigest()
            card = Card(title=title, origin="copied", files=hashes)
            write_file(part / NOTE, card.to_json().encode("utf-8"))
    except _Stopped:
        return False
    return True


def room_for(folder: Path, wanted_bytes: int) -> None:
    """Raise DiskTrouble unless so many bytes, and a little more, fit on the disk of `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    needed = wanted_bytes + (256 << 20)
    if free < needed:
        raise DiskTrouble(
            f"This takes {_gigabytes(needed)} of disk, and {_gigabytes(free)} are free.",
            fix="Free some space or choose a smaller model, then do the same again.",
        )


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"


def _free_id(home: Home, title: str) -> str:
    plain = id_of(title)
    names = [plain, *(f"{plain}-{n}" for n in range(2, 1000))]
    return next(name for name in names if not (home.models / name).exists())


def _shelved(place: Path) -> Shelved | None:
    """The model in a folder; one that the user put there by hand, without a card, too."""
    try:
        card = Card.from_json((place / NOTE).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        if not (place / "config.json").is_file():
            return None
        card = Card(title=place.name, origin="copied", files={})
    return Shelved(id=place.name, place=place, card=card, bytes=_folder_size(place))


def _must(place: Path) -> Shelved:
    model = _shelved(place)
    if model is None:
        raise ValueError("a model that was just put on the shelf is not there")
    return model


def _folder_size(folder: Path) -> int:
    return sum(_size(path) for path in folder.rglob("*") if not path.is_dir())


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
