"""The file a tokenizer is kept in: `{"version", "kind", "sha256", "body"}`. Knows no tokenizer.

The hash over the body tells our own file from a damaged one before any of it is believed.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from core.atomic import disk_errors, write_file
from core.errors import WrongFile

VERSION: Final = 1


def write(path: Path, kind: str, body: dict[str, Any]) -> None:
    """Write `body` at `path`, whole or not at all. Raises DiskTrouble."""
    content = {"version": VERSION, "kind": kind, "sha256": digest(body), "body": body}
    with disk_errors("saving the tokenizer"):
        write_file(path, json.dumps(content, ensure_ascii=False).encode("utf-8"))


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """The kind and the body that `write` wrote. Raises WrongFile for anything else, DiskTrouble when unreadable."""
    with disk_errors("reading the tokenizer"):
        data = path.read_bytes()
    try:
        content = json.loads(data)
        kind, body = content["kind"], content["body"]
        if content["version"] == VERSION and content["sha256"] == digest(body):
            return kind, body
    except (ValueError, KeyError, TypeError) as error:
        raise wrong_file() from error
    raise wrong_file()


def wrong_file() -> WrongFile:
    return WrongFile(
        "The tokenizer of this run is damaged, or is not a file of this version of Mynah.",
        fix="Train again: your writing is not touched by this.",
    )


def digest(body: dict[str, Any]) -> str:
    """The hash of a body, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode("ascii")).hexdigest()
