"""A folder and the zip of it are one: whichever comes first, whatever an earlier edition had brought in."""

import zipfile
from pathlib import Path

import pytest

from core.corpus import Corpus
from core.documents import ImportReport
from core.events import drain, never
from core.paths import Project
from importers import pull
from importers.places import are_one, packed_as
from importers.pull import import_path

TEXTS = {"one.md": "The first of two.", "deep/two.md": "The second of two."}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder of files, with `notes.zip` beside it."""
    folder = tmp_path / "home" / "notes"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    pack(folder)
    return folder


def pack(folder: Path, name: str = "notes.zip", *, top: bool = True) -> Path:
    path = folder.parent / name
    with zipfile.ZipFile(path, "w") as whole:
        for one in sorted(folder.rglob("*.md")):
            whole.write(one, one.relative_to(folder.parent if top else folder))
    return path


def run(path: Path, project: Project) -> ImportReport:
    return drain(import_path(path, project, never))[1]


def keys(project: Project) -> list[str]:
    with Corpus(project.corpus) as corpus:
        return sorted(one.key for one in corpus.documents())


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.added, report.changed, report.already


@pytest.mark.parametrize("top", [True, False], ids=["with the folder", "its files alone"])
@pytest.mark.parametrize("first", ["folder", "zip"])
def test_a_folder_and_its_zip_count_once(first: str, top: bool, notes: Path, tmp_path: Path) -> None:
    project, packed = Project(tmp_path / "project"), pack(notes, top=top)
    one, other = (notes, packed) if first == "folder" else (packed, notes)
    assert counts(run(one, project)) == (2, 0, 0)
    assert counts(run(other, project)) == (0, 0, 2)
    assert counts(run(one, project)) == (0, 0, 2)
    assert keys(project) == sorted(f"{notes.resolve().as_posix()}/{name}" for name in TEXTS)


def test_a_file_that_came_by_zip_is_changed_where_it_lies(notes: Path, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    run(notes.parent / "notes.zip", project)
    run(notes, project)
    (notes / "one.md").write_text("The first of two, and better.", encoding="utf-8")
    assert counts(run(notes, project)) == (0, 1, 1)


def test_words_that_are_at_both_places_already_change_where_they_lie_and_trouble_nobody(
    notes: Path, tmp_path: Path
) -> None:
    project, texts = Project(tmp_path / "project"), ["An older version.", TEXTS["one.md"]]
    (notes / "one.md").write_text(texts[0], encoding="utf-8")
    run(notes, project)  # the older by the folder, the newer by the zip, and then the newer by the folder
    run(notes.parent / "notes.zip", project)
    (notes / "one.md").write_text(texts[1], encoding="utf-8")
    assert counts(run(notes, project)) == (0, 1, 1)
    (notes.parent / "notes.zip").unlink()
    assert counts(run(notes, project)) == (0, 0, 2)


def test_what_an_earlier_edition_brought_in_twice_stays_and_nothing_comes_in_again(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keys are the places, as they are now; it did not see that two are one."""
    project, packed = Project(tmp_path / "project"), notes.parent / "notes.zip"
    with monkeypatch.context() as patch:
        patch.setattr(pull, "are_one", lambda key, other: False)
        assert [counts(run(path, project)) for path in (notes, packed)] == [(2, 0, 0), (2, 0, 0)]
    before = keys(project)
    assert [counts(run(path, project)) for path in (notes, packed, notes)] == [(0, 0, 2)] * 3
    assert keys(project) == before


@pytest.mark.parametrize("path", ["folder", "zip"])
def test_a_library_of_an_earlier_edition_takes_in_the_other_once(
    path: str, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, packed = Project(tmp_path / "project"), notes.parent / "notes.zip"
    one, other = (notes, packed) if path == "folder" else (packed, notes)
    with monkeypatch.context() as patch:
        patch.setattr(pull, "are_one", lambda key, other: False)
        run(one, project)
    assert counts(run(other, project)) == (0, 0, 2)


def test_the_same_words_in_two_folders_are_still_two_files(notes: Path, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    other = tmp_path / "other"
    other.mkdir()
    (other / "one.md").write_text(TEXTS["one.md"], encoding="utf-8")
    run(notes, project)
    assert counts(run(other, project)) == (1, 0, 0)


def test_two_files_of_one_name_in_a_zip_are_two(notes: Path, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    (notes / "deep" / "one.md").write_text(TEXTS["one.md"], encoding="utf-8")
    assert counts(run(pack(notes), project)) == (3, 0, 0)


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("/a/notes/one.md", ()),
        ("/a/notes.zip/notes/one.md", ("notes", "one.md")),
        ("/a/all.tar.gz/in.zip/one.md", ("one.md",)),
        ("/a/x.zip", ()),
        ("one.md", ()),
        ("", ()),
    ],
)
def test_a_place_in_an_archive_is_seen_in_its_key(key: str, place: tuple[str, ...]) -> None:
    assert packed_as(key) == place


def test_files_at_different_places_are_not_one() -> None:
    assert are_one("/a/notes.zip/notes/one.md", "/b/notes/one.md")
    assert not are_one("/a/notes.zip/notes/one.md", "/b/other/one.md")
    assert not are_one("/a/notes/one.md", "/b/notes/one.md")
    assert not are_one("/a/n.zip/one.md", "/a/n.zip/deep/two.md")
