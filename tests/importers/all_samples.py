"""What comes of every single sample, written down: `python -m tests.importers.all_samples` writes the table anew.

Texts are kept by a hash and by how they begin: they are other people's.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.documents import Document, Skipped
from core.errors import Trouble
from core.events import drain, never
from core.sources import Choice
from importers.base import Step
from importers.pull import events

HERE: Final = Path(__file__).resolve().parent
TABLE: Final = HERE.parent / "fixtures" / "samples" / "all.json"
SAMPLES: Final = HERE.parents[2] / "shared" / "data" / "samples"
BEGINNING: Final = 40  # characters


def outcome(path: Path) -> dict[str, object]:
    """Everything about the documents of a sample, or the sentence with which it is refused."""
    try:
        told, _ = drain(events(path, Choice(private=True, guess=True), never))
    except Trouble as trouble:
        return {"trouble": trouble.what}
    items = [item for event in told if isinstance(event, Step) for item in event.items]
    return {
        "documents": [described(one) for one in items if isinstance(one, Document)],
        "skipped": [one.reason for one in items if isinstance(one, Skipped)],
    }


def described(one: Document) -> dict[str, object]:
    return {
        "source": one.source, "kind": one.kind, "role": one.role, "title": one.title, "author": one.author,
        "written": one.written.isoformat() if one.written else None, "visibility": one.visibility,
        "begins": one.text[:BEGINNING], "text": hashed(one.text), "quotes": len(one.quotes),
        "context": [hashed(turn.text) for turn in one.context],
    }  # fmt: skip


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def samples(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


if __name__ == "__main__":
    table = {path.relative_to(SAMPLES).as_posix(): outcome(path) for path in samples(SAMPLES)}
    TABLE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8")
