"""Files made to do harm (T27 to T34 of the list of faults), each with what has to come of it, in one table.

`python -m tests.importers.hostile` writes both into tests/fixtures/hostile; look at the difference before it is kept.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.documents import Document, Skipped
from core.errors import Trouble
from core.events import drain, never
from core.sources import Choice
from importers.base import Step
from importers.pull import events
from tests.importers.hostile_archives import ARCHIVES
from tests.importers.hostile_data import CBOR, DOCUMENTS, JSON, TABLES, XML
from tests.importers.hostile_texts import CHATS, LETTERS, PAGES, TEXTS

FOLDER: Final = Path(__file__).resolve().parent.parent / "fixtures" / "hostile"
TABLE: Final = FOLDER / "expected.json"
GROUPS: Final[dict[str, dict[str, Callable[[], bytes]]]] = {
    "archives": ARCHIVES, "pages": PAGES, "texts": TEXTS, "letters": LETTERS, "chats": CHATS, "json": JSON,
    "tables": TABLES, "xml": XML, "cbor": CBOR, "documents": DOCUMENTS,
}  # fmt: skip
LONGEST: Final = 80  # characters of a text that stand in the table


def outcome(path: Path) -> dict[str, object]:
    """What comes of a file alone: its texts, what was skipped and why, or the trouble that it is."""
    try:
        told, _ = drain(events(path, Choice(private=True, guess=True), never))
    except Trouble as trouble:
        return {"trouble": trouble.what}
    items = [item for event in told if isinstance(event, Step) for item in event.items]
    texts = [shown(item.text) for item in items if isinstance(item, Document)]
    return {
        "texts": texts[:10],
        "more": len(texts[10:]),
        "skipped": [one.reason for one in items if isinstance(one, Skipped)][:10],
    }


def shown(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,})"


def write() -> None:
    table: dict[str, dict[str, object]] = {}
    for group, makers in GROUPS.items():
        for name, make in makers.items():
            path = FOLDER / group / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(make())
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / name
                copy.write_bytes(path.read_bytes())
                table[f"{group}/{name}"] = outcome(copy)
            sys.stdout.write(f"{group}/{name}: {json.dumps(table[f'{group}/{name}'], ensure_ascii=False)[:150]}\n")
    TABLE.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    write()
