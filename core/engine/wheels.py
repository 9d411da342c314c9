"""Which PyTorch suits a computer, and of which files it is made. Pure, but for reading one small file.

The table is NVIDIA's and PyTorch's (2.12 to 2.14): CUDA 13 serves cards from Turing on and needs driver 580; CUDA 12.6
serves Maxwell to Hopper and needs driver 525 (Windows 528); neither is believed before it was tried, see install.py.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias

from core.doctor import Card
from core.download import Wanted
from core.errors import WrongFile

Build: TypeAlias = Literal["cu130", "cu126", "cpu"]

TITLES: Final[dict[Build, str]] = {
    "cu130": "NVIDIA cards (CUDA 13)",
    "cu126": "older NVIDIA cards (CUDA 12.6)",
    "cpu": "processors",
}
VERSION: Final = 1
LARGEST: Final = 8 << 30  # bytes of one wheel
UNPACKED: Final = 2.2  # times the bytes of the wheels, for what they hold
CUDA_13: Final = ((7, 5), 580)  # least capability of the card, least driver
CUDA_12: Final = ((5, 0), 525)
CUDA_12_WINDOWS: Final = 528
NEWEST_OF_12: Final = (9, 0)
WHEEL: Final = re.compile(r"([A-Za-z0-9_.]+)-([A-Za-z0-9_.+!]+)(-\d\w*)?-[\w.]+-[\w.]+-[\w.]+\.whl")
ADDRESS: Final = re.compile(r"https://\S+|http://127\.0\.0\.1:\d+/\S+")


def fitting(system: str, processor: str, cards: Sequence[Card]) -> tuple[Build, ...]:
    """The builds to try, the best first. None for a Mac with an Intel processor: PyTorch is not made for it any more.

    `system` and `processor` are as Python's platform module names them. A Mac's own graphics are in its "cpu" build.
    """
    if system == "Darwin":
        return () if processor == "x86_64" else ("cpu",)
    found: list[Build] = []
    least, driver = CUDA_12[0], CUDA_12_WINDOWS if system == "Windows" else CUDA_12[1]
    if any(card.capability >= CUDA_13[0] and card.driver >= CUDA_13[1] for card in cards):
        found.append("cu130")
    if any(least <= card.capability <= NEWEST_OF_12 and card.driver >= driver for card in cards):
        found.append("cu126")
    return (*found, "cpu")


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file of the engine, and where it is fetched."""

    wanted: Wanted
    url: str

    def requirement(self, folder: Path) -> str:
        """The line that uv reads: this very file of `folder`, and nothing but these bytes."""
        found = WHEEL.fullmatch(self.wanted.name)
        if found is None:
            raise ValueError(f"not the name of a wheel: {self.wanted.name!r}")
        address = (folder.absolute() / self.wanted.name).as_uri()
        return f"{found[1].replace('_', '-')} @ {address} --hash=sha256:{self.wanted.digest}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """All the files of one build. `digest` is the hash of the list itself."""

    build: Build
    torch: str
    wheels: tuple[Wheel, ...]
    digest: str

    @property
    def bytes(self) -> int:
        """To fetch."""
        return sum(wheel.wanted.size for wheel in self.wheels)

    @property
    def room(self) -> int:
        """Bytes of disk that the engine needs while it is put together."""
        return round((1 + UNPACKED) * self.bytes)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The list that came with the set-up. Raises WrongFile when it is none."""
        try:
            data = path.read_bytes()
            told: dict[str, Any] = json.loads(data)
            if told["version"] != VERSION or told["build"] not in TITLES:
                raise ValueError("a list of another version")
            wheels = tuple(_wheel(entry) for entry in told["wheels"])
            return cls(told["build"], str(told["torch"]), wheels, hashlib.sha256(data).hexdigest())
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WrongFile(
                "The list of what the engine is made of is damaged.",
                fix="Get the set-up of Mynah again, and install it.",
            ) from error


def path_of(setup: Path, build: Build) -> Path:
    """Where the set-up keeps that list."""
    return setup / f"engine-{build}.json"


def _wheel(entry: dict[str, Any]) -> Wheel:
    name, size, digest, url = entry["name"], entry["size"], entry["sha256"], entry["url"]
    if not WHEEL.fullmatch(name) or not re.fullmatch("[0-9a-f]{64}", digest) or not ADDRESS.fullmatch(url):
        raise ValueError("an entry that makes no sense")
    if not isinstance(size, int) or not 0 < size <= LARGEST:
        raise ValueError("a size that makes no sense")
    return Wheel(Wanted(name=name, size=size, digest=digest), url)
