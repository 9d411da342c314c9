"""What Mynah wrote itself is no writing: a backup holds the bot's own samples, not to be learnt as the writer's."""

import zipfile
from pathlib import Path

import pytest

from core import backup, sealed
from core.corpus import Corpus
from core.documents import Document
from core.errors import WrongFile
from core.events import drain, never
from core.paths import Home
from importers.pull import import_path, survey


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def kept(home: Home, tmp_path: Path) -> Path:
    """A backup of a project in which a report lies."""
    project = home.project()
    with Corpus(project.corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="Two words."))
    (project.runs / "one").mkdir(parents=True)
    (project.runs / "one" / "recipe.json").write_text("{}", "utf-8")
    (project.runs / "one" / "report.html").write_text("<p>" + "The bot wrote this. " * 50, "utf-8")
    target = tmp_path / "kept.zip"
    drain(backup.save(project, target, never))
    return target


def test_a_backup_is_not_read_as_writing_and_says_what_to_do(home: Home, kept: Path) -> None:
    assert sealed.kind_of(kept) == "backup"
    for work in (survey(kept, never), import_path(kept, home.project("other"), never)):
        with pytest.raises(WrongFile, match="This is a backup that Mynah made") as told:
            drain(work)
        assert "mynah restore" in told.value.fix


def test_an_archive_of_somebody_else_is_none_of_ours(tmp_path: Path) -> None:
    for name, said in (("a.md", "words"), (sealed.LIST, "{}"), (sealed.LIST, "[1]")):
        path = tmp_path / "other.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, said)
        assert sealed.kind_of(path) == ""
    assert sealed.kind_of(tmp_path / "missing.zip") == sealed.kind_of(tmp_path) == ""
