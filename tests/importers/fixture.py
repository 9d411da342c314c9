"""Imports for tests: a folder in, everything that came of it out, in shapes that JSON can hold."""

from dataclasses import asdict
from pathlib import Path
from typing import Final

from msgspec import structs

from core.corpus import Corpus
from core.documents import Document, ImportReport, Skipped
from core.events import Note, drain, never
from core.paths import Project
from core.sources import AS_IT_IS, Choice, People
from importers.pull import import_path

RARE: Final = {
    "zone_known": True, "thread": "", "parent": "", "context": (), "visibility": "public", "flags": (), "origin": "",
    "language": "",
}  # fmt: skip


def imported(folder: Path, home: Path, choice: Choice = AS_IT_IS) -> dict[str, object]:
    """What an import of `folder` into a new project in `home` yields, with keys relative to the folder."""
    events, report = drain(import_path(folder, Project(home / "project"), never, choice))
    return told(events, report, folder.resolve().as_posix() + "/")


def told(events: list[object], report: ImportReport, top: str = "") -> dict[str, object]:
    """Everything that came of an import; `top` is left out of keys."""
    return {
        "documents": [as_json(one, top) for one in events if isinstance(one, Document)],
        "skipped": {one.key.removeprefix(top): one.reason for one in events if isinstance(one, Skipped)},
        "notes": [one.text for one in events if isinstance(one, Note)],
        **{one.source: [asdict(person) for person in one.people] for one in events if isinstance(one, People)},
        "report": {name: value for name, value in asdict(report).items() if name != "seconds"},
    }


def as_json(document: Document, top: str) -> dict[str, object]:
    """The fields of a document; of those that few documents have, only the ones that say something."""
    said = structs.asdict(document).items()
    fields = {name: value for name, value in said if name not in RARE or value != RARE[name]}
    fields["key"] = document.key.removeprefix(top)
    fields["text"] = document.text.split("\n")
    fields["written"] = document.written.isoformat() if document.written else None
    if document.context:
        fields["context"] = [
            [turn.author, turn.role, turn.text, turn.written.isoformat() if turn.written else None]
            for turn in document.context
        ]
    fields["quotes"] = [document.text[start:end] for start, end in document.quotes]
    return fields


def run(path: Path, project: Project) -> tuple[ImportReport, list[Document], dict[str, str]]:
    """Import `path`: the report, the documents that are in the corpus then, and the skips by file name."""
    events, report = drain(import_path(path, project, never))
    skipped = {Path(one.key).name: one.reason for one in events if isinstance(one, Skipped)}
    with Corpus(project.corpus) as corpus:
        return report, list(corpus.documents()), skipped


def own_words(document: Document) -> str:
    """The text of a document without what it quotes."""
    parts, end = [], 0
    for start, stop in document.quotes:
        parts.append(document.text[end:start])
        end = stop
    return "".join((*parts, document.text[end:]))
