"""What a folder of tokens says of itself: how much it holds, and its hashes. Knows no numpy and opens no tokens."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from core.errors import DiskTrouble

VERSION: Final = 3  # 1 has no test, 2 no ends of documents
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One side of the split: how many tokens, how many of them are targets, and the UTF-8 bytes these stand for."""

    tokens: int
    targets: int
    bytes: int
    ids_sha256: str
    mask_sha256: str
    ends_sha256: str = ""  # where it is known at which token each document ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a folder of tokens holds."""

    vocab: int
    tokenizer_sha256: str
    train: Part
    held_out: Part
    test: Part | None = None

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The manifest that `to_json` wrote; ValueError, KeyError or TypeError when it is not one."""
        fields: dict[str, Any] = json.loads(text)
        if not 1 <= fields.pop("version") <= VERSION:
            raise ValueError("a manifest of another version")
        parts = {name: Part(**fields[name]) for name in ("train", "held_out", "test") if fields.get(name)}
        return cls(**{**fields, **parts})


def read_manifest(folder: Path) -> Manifest:
    """What `folder` says it holds. Raises OSError, and DiskTrouble when it cannot be understood."""
    try:
        return Manifest.from_json((folder / MANIFEST).read_text("utf-8"))
    except (ValueError, KeyError, TypeError) as error:
        raise damaged() from error


def damaged() -> DiskTrouble:
    return DiskTrouble(
        "The text that was prepared for this run is damaged, or belongs to another run.",
        fix="Start a new training: your corpus and your own files are not touched by this.",
    )
