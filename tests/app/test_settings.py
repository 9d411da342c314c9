"""Settings survive, and what cannot be read is kept aside."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.settings import Keeper, Settings, load
from core.errors import DiskTrouble

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def unheard(error: Exception) -> None:
    raise error


def test_settings_come_back_as_they_were_left(tmp_path: Path) -> None:
    path = tmp_path / "home" / "settings.json"
    Keeper(path, Settings(), unheard).change(scheme="dark", text_size=150, window=[10, 20, 900, 700], minutes=60)
    kept = Settings(scheme="dark", text_size=150, window=[10, 20, 900, 700], minutes=60)
    assert load(path, NOW) == (kept, True)


def test_no_file_means_the_usual_settings(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.json", NOW) == (Settings(), True)


def test_names_of_a_newer_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"minutes": 5, "hologram": True}), "utf-8")
    assert load(path, NOW) == (Settings(minutes=5), True)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1, 2]",
        '{"text_size": 101}',
        '{"scheme": "pink"}',
        '{"window": [1]}',
        '{"window": 7}',
        '{"minutes": "5"}',
        '{"project": "../me"}',
    ],
)
def test_unreadable_settings_are_kept_aside(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, "utf-8")
    assert load(path, NOW) == (Settings(), False)
    assert {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()} == {
        "settings.json.corrupt-20260102-030405": text
    }


def test_a_change_that_cannot_be_saved_holds_and_is_complained_about(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    complaints: list[Exception] = []
    keeper = Keeper(blocked / "settings.json", Settings(), complaints.append)
    keeper.change(minutes=5)
    assert keeper.now == Settings(minutes=5)
    assert [type(complaint) for complaint in complaints] == [DiskTrouble]
