"""Files made to do harm: each gives what the table says, in time, and costs the good files beside it nothing."""

import json
import shutil
import time
from pathlib import Path

import pytest

from core.documents import Document
from core.events import drain, never
from core.sources import Choice
from importers.base import Step
from importers.pull import events
from tests.importers.hostile import FOLDER, GROUPS, TABLE, outcome

EXPECTED: dict[str, dict[str, object]] = json.loads(TABLE.read_text("utf-8"))
SECONDS = 5.0  # of processor time; the slowest takes a half
GOOD = {"good one.md": "# Good\n\nThe first good words.", "good two.txt": "The second good words."}


def test_there_are_enough_and_each_is_in_the_table() -> None:
    made = {f"{group}/{name}" for group, makers in GROUPS.items() for name in makers}
    kept = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()} - {TABLE.name}
    assert made == kept == set(EXPECTED)
    assert len(made) >= 150


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_kept_is_what_is_made(group: str) -> None:
    """But for what a later Python may pack in other bytes."""
    for name, make in GROUPS[group].items():
        kept = (FOLDER / group / name).read_bytes()
        assert kept == make() or group in ("archives", "documents"), name


@pytest.mark.parametrize("group", GROUPS)
def test_each_gives_what_the_table_says(group: str, tmp_path: Path) -> None:
    wrong: dict[str, object] = {}
    for name in GROUPS[group]:
        shutil.copy(FOLDER / group / name, tmp_path / name)
        started = time.process_time()
        found = outcome(tmp_path / name)
        assert time.process_time() - started < SECONDS, name
        (tmp_path / name).unlink()
        if found != EXPECTED[f"{group}/{name}"]:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize("group", ["texts", "pages", "documents", "archives", "letters", "chats"])
def test_good_files_beside_them_come_in_all_the_same(group: str, tmp_path: Path) -> None:
    for name, text in GOOD.items():
        (tmp_path / name).write_text(text, "utf-8")
    shutil.copytree(FOLDER / group, tmp_path / "bad")
    told, _ = drain(events(tmp_path, Choice(private=True, guess=True), never))
    items = [item for event in told if isinstance(event, Step) for item in event.items]
    keys = {Path(item.key).name: item.text for item in items if isinstance(item, Document)}
    assert {name: keys.get(name, "").rpartition("\n")[2] for name in GOOD} == {
        name: text.rpartition("\n")[2] for name, text in GOOD.items()
    }
