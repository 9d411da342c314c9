"""A set-up without torch: lists of small wheels, which hold a torch of a few lines, and uv."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from uv import find_uv_bin

from core.engine.install import Setup
from core.engine.wheels import Build, path_of

PADDING: Final = 300_000  # bytes of a wheel that do not shrink, so that a connection can break in the middle
TORCH: Final = """
__version__ = "{version}"

class Truth:
    def __init__(self, value):
        self.value = value

    def is_available(self):
        return self.value

cuda = Truth({cuda})

class backends:
    mps = Truth(False)

class Ones:
    def __matmul__(self, other):
        return self

    def __getitem__(self, place):
        return {answer}

def ones(*sides, device):
    return Ones()
"""


def wheel(folder: Path, name: str, version: str, files: Mapping[str, str]) -> Path:
    """A wheel that uv accepts."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    whole = {
        **files,
        f"{name}/padding.bin": hashlib.shake_256(name.encode()).hexdigest(PADDING // 2),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{entry},,\n" for entry in (*whole, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as file:
        for entry, text in {**whole, f"{info}/RECORD": record}.items():
            file.writestr(entry, text)
    return path


def torch(folder: Path, version: str = "9.1", *, cuda: bool = False, answer: int = 64) -> list[Path]:
    """The wheels of an engine: torch, and one thing that it needs. `answer` is what its one product comes to."""
    code = TORCH.format(version=version, cuda=cuda, answer=answer)
    return [
        wheel(folder, "torch", version, {"torch/__init__.py": code}),
        wheel(folder, "gears", "1.0", {"gears/__init__.py": ""}),
    ]


def entry(path: Path, address: str) -> dict[str, Any]:
    data = path.read_bytes()
    return {
        "name": path.name,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "url": address + path.name,
    }


def write_list(setup: Path, build: Build, made: list[Path], address: str, /, **changes: Any) -> None:
    told = {"version": 1, "build": build, "torch": "9.1", "wheels": [entry(path, address) for path in made]}
    path_of(setup, build).write_text(json.dumps(told | changes), "utf-8")


def setup(folder: Path) -> Setup:
    """An empty set-up with the real uv."""
    folder.mkdir(exist_ok=True)
    return Setup(folder, Path(find_uv_bin()))
