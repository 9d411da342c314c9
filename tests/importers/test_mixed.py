"""Folders in which exports and plain files lie together: neither hides the other."""

import shutil
from pathlib import Path

import pytest

from core.documents import Document
from core.events import Note, drain, never
from core.paths import Project
from core.sources import Choice
from importers.intake import WhoIsIt
from importers.pull import import_path
from tests.conftest import ROOT
from tests.importers.fixture import run

FIXTURES = ROOT / "tests" / "fixtures"
CHAT = "[06.03.23, 09:00:10] Ann: Are you up?\n[06.03.23, 09:01:10] Mara: I am.\n"
CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:02.000\nWelcome to my workshop.\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two posts."""
    folder = tmp_path / "writing"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.md").write_text(f"# Day {number}\n\nToday I wrote {number} words.\n")
    return folder


def test_chats_and_captions_among_the_posts_hide_none_of_them(project: Project, folder: Path) -> None:
    (folder / "chat.txt").write_text(CHAT)
    (folder / "talk.vtt").write_text(CAPTIONS)
    choice = Choice(me=("Mara",), private=True)
    events, report = drain(import_path(folder, project, never, choice))
    sources = [event.source for event in events if isinstance(event, Document)]
    assert sorted(sources) == ["captions", "files", "files", "whatsapp"]
    assert not any(isinstance(event, Note) for event in events)
    for path in (folder, folder / "chat.txt", folder / "talk.vtt"):
        _, report = drain(import_path(path, project, never, choice))
        assert report.added == 0


def test_a_chat_whose_user_nobody_knows_is_a_skip_among_other_writing(project: Project, folder: Path) -> None:
    (folder / "chat.txt").write_text(CHAT)
    report, documents, skipped = run(folder, project)
    assert (report.added, report.skipped) == (2, 1)
    assert [document.source for document in documents] == ["files", "files"]
    assert ["which of its people you are" in reason for reason in skipped.values()] == [True]
    with pytest.raises(WhoIsIt):
        run(folder / "chat.txt", project)


def test_what_lies_beside_another_export_is_not_writing(project: Project, folder: Path) -> None:
    shutil.copytree(FIXTURES / "reddit" / "given", folder / "export")
    (folder / "viewer.html").write_text("<p>Open me to see your archive.</p>")
    events, _ = drain(import_path(folder, project, never, Choice(guess=True)))
    assert {event.source for event in events if isinstance(event, Document)} == {"reddit"}
