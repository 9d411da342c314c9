"""A download of Google, as a folder and as a zip: documents in Drive are writing, bought books and settings are not."""

import json
from pathlib import Path

import pytest

from core.corpus import Corpus
from core.documents import Skipped
from core.events import drain, never
from core.paths import Project
from core.sources import Choice
from importers.keep import Keep
from importers.pull import import_path
from tests.importers.test_archive import packed

NOTE = {"isTrashed": False, "isPinned": False, "isArchived": False, "textContent": "Rye.", "createdTimestampUsec": 1}
MAIL = b"From x Mon Jan  1 00:00:00 2024\nFrom: Ann <a@x.org>\nSubject: Hi\nTo: b@x.org\n\nHello.\n"
BLOG = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:blogger="http://schemas.google.com/blogger/2018"><entry>'
    b"<id>1</id><blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status><author><name>Ann</name></author>"
    b"<title>T</title><content type='html'>A post.</content></entry></feed>"
)
FILES = {
    "Takeout/archive_browser.html": b"<html><body>What is in this download</body></html>",
    "Takeout/Keep/Bread.json": json.dumps(NOTE).encode(),
    "Takeout/Keep/Labels.txt": b"kitchen",
    "Takeout/Drive/Letters/essay.md": b"# An essay\n\nMy own words.",
    "Takeout/Drive/notes.txt": b"Some notes of mine.",
    "Takeout/Google Play Books/novel.txt": b"Somebody else's novel.",
    "Takeout/My Activity/Search/MyActivity.html": b"<html><body>Searched for bread</body></html>",
}


def run(path: Path, home: Path) -> tuple[set[str], dict[str, str]]:
    project = Project(home)
    events, _ = drain(import_path(path, project, never, Choice(me=("a@x.org", "Ann"), private=True)))
    with Corpus(project.corpus) as corpus:
        texts = {one.text for one in corpus.documents()}
    return texts, {one.key.rpartition("Takeout/")[2]: one.reason for one in events if isinstance(one, Skipped)}


@pytest.mark.parametrize("kind", ["folder", "zip", "tar.gz"])
@pytest.mark.parametrize("more", [{}, {"Takeout/Mail/all.mbox": MAIL}, {"Takeout/Blogger/feed.atom": BLOG}])
def test_writing_is_offered_and_the_rest_is_told(kind: str, more: dict[str, bytes], tmp_path: Path) -> None:
    texts, skipped = run(packed(kind, tmp_path, {**FILES, **more}), tmp_path / "project")
    expected = {"Rye.", "# An essay\n\nMy own words.", "Some notes of mine."}
    assert texts == expected | ({"Hello."} if "Takeout/Mail/all.mbox" in more else set()) | (
        {"A post."} if "Takeout/Blogger/feed.atom" in more else set()
    )
    assert set(skipped) == {"Google Play Books", "My Activity"}


def test_files_beside_a_download_are_read_as_before(tmp_path: Path) -> None:
    texts, _ = run(packed("folder", tmp_path, {**FILES, "my essays/one.md": b"Beside it."}), tmp_path / "project")
    assert "Beside it." in texts


def test_a_folder_that_is_only_called_so_is_any_folder(tmp_path: Path) -> None:
    texts, _ = run(packed("folder", tmp_path, {"Takeout/Poems/one.md": b"A poem."}), tmp_path / "project")
    assert texts == {"A poem."}


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ({"isTrashed": True}, "trash"),
        ({"sharees": [{"email": "b@x.org"}]}, "shared"),
        ({"textContent": "", "listContent": [{"text": "milk"}, {"text": 3}, "x"]}, "- milk"),
        ({"textContent": "", "title": "Only a title"}, "Only a title"),
        ({"textContent": None, "title": 7}, ""),
        ({"createdTimestampUsec": "soon"}, "Rye."),
        ({"createdTimestampUsec": 10**30}, "Rye."),
        ({"createdTimestampUsec": True}, "Rye."),
    ],
)
def test_a_note_of_any_shape_is_read_or_told(note: dict[str, object], told: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({**NOTE, **note}), encoding="utf-8")
    texts, skipped = run(tmp_path / "a.json", tmp_path / "project")
    assert told in " ".join([*texts, *skipped.values()])


def test_two_notes_of_one_moment_are_two(tmp_path: Path) -> None:
    files = {f"Keep/{n}.json": json.dumps({**NOTE, "textContent": f"Note {n}."}).encode() for n in range(3)}
    path = packed("zip", tmp_path, files)
    assert len(run(path, tmp_path / "project")[0]) == 3
    assert len(run(path, tmp_path / "project")[0]) == 3


def test_a_note_is_known_by_what_is_in_it() -> None:
    keep = Keep()
    assert keep.knows("anything", json.dumps(NOTE).encode())
    assert not keep.knows("Keep/a.json", b'{"textContent": "x"}')
    assert not keep.knows("Keep/a.html", b'<div class="note">x</div>')
