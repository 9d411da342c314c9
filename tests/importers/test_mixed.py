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


def test_an_export_in_an_archive_of_its_own_hides_nothing_in_the_folder_around_it(
    project: Project, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(FIXTURES / "reddit" / "given", tmp_path / "export")
    (tmp_path / "export" / "viewer.html").write_text("<p>Open me to see your archive.</p>")
    shutil.make_archive(str(folder / "reddit"), "zip", tmp_path / "export")
    shutil.make_archive(str(folder / "mastodon"), "gztar", FIXTURES / "mastodon" / "given")
    shutil.copytree(folder, tmp_path / "blog", ignore=lambda *_: {"reddit.zip", "mastodon.tar.gz"})
    (tmp_path / "blog" / "2.md").write_text("# Day 2\n\nToday I wrote in a zip.\n")
    shutil.make_archive(str(folder / "blog"), "zip", tmp_path / "blog", "2.md")
    events, _ = drain(import_path(folder, project, never, Choice(guess=True)))
    found = [event for event in events if isinstance(event, Document)]
    assert {one.source for one in found} == {"reddit", "mastodon", "files"}
    assert [one.title for one in found if one.source == "files"] == ["Day 0", "Day 1", "Day 2"]
    assert [event for event in events if isinstance(event, Note)] == []
    _, report = drain(import_path(folder / "blog.zip", project, never, Choice(guess=True)))
    assert (report.added, report.already) == (0, 1)


def test_a_broken_zip_among_the_posts_is_told(project: Project, folder: Path) -> None:
    (folder / "chat.zip").write_bytes(b"PK\x03\x04 and nothing more")
    report, documents, skipped = run(folder, project)
    assert (report.added, len(documents)) == (2, 2)
    assert list(skipped) == ["chat.zip"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_document_under_another_name_is_read_by_what_is_in_it(packed: bool, project: Project, folder: Path) -> None:
    shutil.copy(FIXTURES / "word" / "given" / "lofts.docx", folder / "letter.bin")
    shutil.copy(FIXTURES / "rich_text" / "given" / "letter.rtf", folder / "letter.old")
    (folder / "noise.bin").write_bytes(bytes(range(256)))
    (folder / "sums.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    path = Path(shutil.make_archive(str(folder), "zip", folder)) if packed else folder
    events, report = drain(import_path(path, project, never))
    assert (report.added, report.skipped) == (4, 0)
    assert [event.text.partition(". ")[0] for event in events if isinstance(event, Note)] == [
        "Passed over: 1 .bin, 1 .xls"
    ]
