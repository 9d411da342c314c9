"""Imports of addresses for tests: a table of answers in, everything that came of it out."""

import json
from pathlib import Path

from core.documents import Document, ImportReport
from core.events import drain, never
from core.paths import Project
from core.sources import AS_IT_IS, Choice
from importers.pull_web import import_address
from importers.web import Connection
from tests.fakes.site import connection, of_folder, serving
from tests.importers.fixture import told


def of_fixture(folder: Path, home: Path) -> dict[str, object]:
    """What an import of the address in `ask.json` yields from the web in `given`."""
    ask = json.loads((folder / "ask.json").read_text(encoding="utf-8"))
    choice = Choice(me=tuple(ask.get("me", ())), kind=ask.get("kind"))
    with serving(of_folder(folder / "given")) as site:
        return told(*drain(import_address(ask["address"], Project(home), never, choice, connection(site))))


def imported(
    address: str, home: Path, through: Connection, choice: Choice = AS_IT_IS
) -> tuple[list[object], ImportReport, list[Document]]:
    """All events of an import, its report, and the documents that were news."""
    events, report = drain(import_address(address, Project(home), never, choice, through))
    return events, report, [one for one in events if isinstance(one, Document)]
