"""Conversations as they are kept: a tree of turns in one JSON file each, of which one path is on show.

Editing a turn or asking again never throws anything away: it begins another branch. Knows no bot and no window.

conversations/<id>.json
"""

import contextlib
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from core.atomic import disk_errors, write_file
from core.paths import Project
from core.replies import Role, Turn

VERSION: Final = 1
TITLE: Final = 60  # letters
ID: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One turn. `parent` is the turn before it, 0 for the first; the other fields tell of a reply how it came about."""

    id: int
    parent: int
    role: Role
    text: str
    speaker: str = ""
    tokens: int = 0
    seconds: float = 0.0
    sources: tuple[tuple[int, str, str], ...] = ()  # number, heading, key of the document
    supports: tuple[tuple[int, int, int], ...] = ()  # characters [start, end) and the number of their source, or 0
    unknown: bool = False
    mode: str = "talk"
    voice: float | None = None  # 0 is the base model's, 100 the writer's
    thumb: int = 0  # 1 up, -1 down
    copied: tuple[tuple[int, int, str, str], ...] = ()  # characters [start, end) that stand in a document: key, heading
    shown: bool = True  # of the branches at one place, the one that is on show

    @property
    def copies(self) -> list[tuple[str, str, str]]:
        """What of it stands in a document word for word, with the document's key and heading."""
        return [(self.text[start:end], key, heading) for start, end, key, heading in self.copied]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A value: every change gives another one."""

    id: str
    started: datetime
    title: str = ""
    lines: tuple[Line, ...] = field(default=())

    def path(self) -> list[Line]:
        """The turns on show, oldest first."""
        found: list[Line] = []
        parent = 0
        while line := next((each for each in self.children(parent) if each.shown), None):
            found.append(line)
            parent = line.id
        return found

    def children(self, parent: int) -> list[Line]:
        return [line for line in self.lines if line.parent == parent]

    def branches(self, line: Line) -> list[Line]:
        """What stands at the same place, itself among it, in the order in which it came."""
        return self.children(line.parent)

    def turns(self, until: int = 0) -> tuple[Turn, ...]:
        """The talk on show, up to and with the line `until`, or all of it."""
        said: list[Turn] = []
        for line in self.path():
            said.append(Turn(line.role, line.text))
            if line.id == until:
                break
        return tuple(said)

    def with_line(self, role: Role, text: str, parent: int) -> "Conversation":
        """One more turn after `parent`, on show there. The first of the user's gives the conversation its title."""
        line = Line(id=max((each.id for each in self.lines), default=0) + 1, parent=parent, role=role, text=text)
        others = tuple(replace(each, shown=False) if each.parent == parent else each for each in self.lines)
        title = self.title or (" ".join(text.split())[:TITLE] if role == "user" else "")
        return replace(self, lines=(*others, line), title=title)

    def changed(self, id_: int, **changes: Any) -> "Conversation":
        return replace(self, lines=tuple(replace(line, **changes) if line.id == id_ else line for line in self.lines))

    def showing(self, id_: int) -> "Conversation":
        """The same with this branch on show."""
        parent = self.line(id_).parent
        lines = tuple(replace(line, shown=line.id == id_) if line.parent == parent else line for line in self.lines)
        return replace(self, lines=lines)

    def without(self, id_: int) -> "Conversation":
        """The same without a line that nothing follows, such as a reply that never came."""
        line = self.line(id_)
        left = replace(self, lines=tuple(each for each in self.lines if each.id != id_))
        others = left.children(line.parent)
        return left.showing(others[-1].id) if others else left

    def line(self, id_: int) -> Line:
        return next(line for line in self.lines if line.id == id_)

    def as_markdown(self) -> str:
        """What is on show, for people and other programs."""
        parts = [f"# {self.title or 'A conversation'}", f"{self.started:%d %B %Y}"]
        for line in self.path():
            who = "You" if line.role == "user" else line.speaker or "Bot"
            parts.append(f"**{who}:**\n\n{line.text}")
            parts += [f"[{number}] {heading}" for number, heading, _ in line.sources]
        return "\n\n".join(parts) + "\n"

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self), "started": self.started.isoformat()})

    @classmethod
    def from_json(cls, text: str) -> "Conversation":
        """What `to_json` wrote; ValueError, KeyError or TypeError when it is none."""
        fields: dict[str, Any] = json.loads(text)
        if fields["version"] != VERSION:
            raise ValueError("a conversation of another version")
        lines = [_line(each) for each in fields["lines"]]
        return cls(
            id=fields["id"],
            started=datetime.fromisoformat(fields["started"]),
            title=fields["title"],
            lines=tuple(lines),
        )


def new(now: datetime | None = None) -> Conversation:
    return Conversation(id=secrets.token_hex(8), started=now or datetime.now(UTC))


def folder(project: Project) -> Path:
    return project.root / "conversations"


def save(project: Project, conversation: Conversation) -> None:
    """Keep it. Raises DiskTrouble, and then the old one is there as it was."""
    with disk_errors("keeping the conversation"):
        folder(project).mkdir(parents=True, exist_ok=True)
        write_file(_file(project, conversation.id), conversation.to_json().encode("utf-8", "replace"))


def delete(project: Project, id_: str) -> None:
    with disk_errors("deleting a conversation"):
        _file(project, id_).unlink(missing_ok=True)


def all_of(project: Project) -> list[Conversation]:
    """The newest first. A file that cannot be read, or is from a newer Mynah, is left out and left alone."""
    kept = folder(project)
    if not kept.is_dir():
        return []
    found = [conversation for path in sorted(kept.glob("*.json")) for conversation in _read(path)]
    return sorted(found, key=lambda conversation: conversation.started, reverse=True)


def search(conversations: Sequence[Conversation], words: str) -> list[Conversation]:
    """Those that hold every one of the words, in the title or in any branch."""
    wanted = words.casefold().split()
    return [each for each in conversations if all(word in _everything(each) for word in wanted)]


def _everything(conversation: Conversation) -> str:
    return "\n".join([conversation.title, *(line.text for line in conversation.lines)]).casefold()


def _file(project: Project, id_: str) -> Path:
    if not ID.fullmatch(id_):
        raise ValueError("not the id of a conversation")
    return folder(project) / f"{id_}.json"


def _read(path: Path) -> Iterator[Conversation]:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        yield Conversation.from_json(path.read_text("utf-8"))


def _line(fields: dict[str, Any]) -> Line:
    sources = tuple((int(number), str(heading), str(key)) for number, heading, key in fields.pop("sources"))
    supports = tuple((int(start), int(end), int(note)) for start, end, note in fields.pop("supports"))
    copied = tuple((int(start), int(end), str(key), str(head)) for start, end, key, head in fields.pop("copied", ()))
    return Line(**fields, sources=sources, supports=supports, copied=copied)
