"""What is read in another process is the same, and a file that hangs or breaks it costs only itself."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.documents import Document, Skipped
from core.errors import WrongFile
from core.events import drain, never
from core.sources import Choice
from importers import apart, pull
from importers.base import Step
from importers.intake import WhoIsIt
from importers.members import Stopped

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
HARMFUL = """
import os, time
from pathlib import Path
from importers import files

real = files.understood

def understood(path, data):
    if b"hang" in data:
        time.sleep(60)
    if b"crash" in data:
        os._exit(139)
    if b"bug" in data:
        raise AssertionError("our mistake")
    return real(path, data)

files.understood = understood
"""


@pytest.mark.parametrize("name", ["whatsapp", "table", "pdf"])
def test_what_comes_from_another_process_is_the_same(name: str) -> None:
    choice = Choice(private=True, guess=True)
    here, _ = drain(pull.events(FIXTURES / name / "given", choice, never))
    there, _ = drain(apart.events(FIXTURES / name / "given", choice, never))
    assert without_time(there) == without_time(here)


def without_time(events: list[object]) -> list[object]:
    """Steps depend on the clock in where they end: what is in them, and everything else."""
    inside = [item for event in events if isinstance(event, Step) for item in event.items]
    return [*inside, *(event for event in events if not isinstance(event, Step))]


@pytest.fixture
def harmful(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[object]]:
    """Readers with a parser that hangs, crashes or has a bug; returns what came of a folder with such a file."""
    (tmp_path / "startup").mkdir()
    (tmp_path / "startup" / "sitecustomize.py").write_text(HARMFUL, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "startup"))
    monkeypatch.setattr(apart, "SECONDS", 0.5)
    folder = tmp_path / "writing"
    folder.mkdir()
    for one in ("a", "c"):
        (folder / f"{one}.md").write_text(f"Good words of {one}.", "utf-8")

    def came(word: str) -> list[object]:
        (folder / "b.md").write_text(f"A {word}.", "utf-8")
        events, _ = drain(apart.events(folder, Choice(), never))
        return [item for event in events if isinstance(event, Step) for item in event.items]

    return came


@pytest.mark.parametrize(("word", "reason"), [("hang", apart.HUNG), ("crash", apart.BROKE), ("bug", apart.MADE)])
def test_a_file_that_harms_the_reader_costs_only_itself(
    harmful: Callable[[str], list[object]], word: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    items = harmful(word)
    assert sorted(item.text for item in items if isinstance(item, Document)) == ["Good words of a.", "Good words of c."]
    (skipped,) = [item for item in items if isinstance(item, Skipped)]
    assert (Path(skipped.key).name, skipped.reason) == ("b.md", reason)
    caplog.clear()  # a bug is logged, and here it was meant


def test_trouble_crosses_over(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="no such file"):
        drain(apart.events(tmp_path / "nowhere", Choice(), never))
    chat = tmp_path / "chat.txt"
    chat.write_text("[06.03.23, 09:00:10] A: One.\n[06.03.23, 09:00:11] B: Two.\n[06.03.23, 09:00:12] A: Three.\n")
    with pytest.raises(WhoIsIt):
        drain(apart.events(chat, Choice(), never))


def test_a_stop_is_heard_at_once(harmful: Callable[[str], list[object]], tmp_path: Path) -> None:
    (tmp_path / "writing" / "b.md").write_text("A hang.", "utf-8")
    started = time.monotonic()
    with pytest.raises(Stopped):
        drain(apart.events(tmp_path / "writing", Choice(), lambda: time.monotonic() - started > 0.5))
    assert time.monotonic() - started < 20  # half a second until it is asked, and not the minute that the file hangs
