"""Every importer on a small folder of real shapes, compared in full."""

import json
from pathlib import Path

import pytest

from core.documents import Document
from core.sources import Choice
from importers import ALL, DOCUMENTS, EXPORTS
from importers.base import TextFile
from tests.importers.fixture import imported

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NAMES = [type(importer).__module__.rpartition(".")[2] for importer in ALL]
DOCUMENT_NAMES = [type(importer).__module__.rpartition(".")[2] for importer in DOCUMENTS]
EXPORT_NAMES = [type(importer).__module__.rpartition(".")[2] for importer in EXPORTS]
HOUSE = Path(__file__).resolve().parents[2] / "importers"


@pytest.mark.parametrize("name", [*NAMES, *DOCUMENT_NAMES])
def test_a_folder_gives_exactly_what_is_expected(name: str, tmp_path: Path) -> None:
    expected = json.loads((FIXTURES / name / "expected.json").read_text(encoding="utf-8"))
    assert imported(FIXTURES / name / "given", tmp_path) == expected


@pytest.mark.parametrize("name", EXPORT_NAMES)
def test_an_export_gives_exactly_what_is_expected(name: str, tmp_path: Path) -> None:
    """`choice.json` is what the user wishes; the private comes in."""
    wish = FIXTURES / name / "choice.json"
    me = tuple(json.loads(wish.read_text(encoding="utf-8"))["me"]) if wish.exists() else ()
    expected = json.loads((FIXTURES / name / "expected.json").read_text(encoding="utf-8"))
    found = imported(FIXTURES / name / "given", tmp_path, Choice(me=me, private=True))
    assert json.loads(json.dumps(found)) == expected


def test_every_importer_of_exports_is_in_the_list_once() -> None:
    written = {path.stem for path in HOUSE.glob("*.py") if "guide = Guide(" in path.read_text(encoding="utf-8")}
    assert written == set(EXPORT_NAMES)
    sources = [importer.guide.source for importer in EXPORTS]
    assert len(set(sources)) == len(sources)


def test_every_importer_is_in_the_list() -> None:
    written = {path.stem for path in HOUSE.glob("*.py") if "about = About(" in path.read_text(encoding="utf-8")}
    assert written == {*NAMES, *DOCUMENT_NAMES}


@pytest.mark.parametrize(
    ("name", "text", "reader"),
    [
        ("post.md", "Just words.", "markdown"),
        ("post.md", "<p><img src='x'></p>\n\nMarkdown that begins with a tag.", "markdown"),
        ("post.html", "---\ntitle: x\n---\n<p>A page of Hugo's</p>", "web_page"),
        ("page.txt", "<!doctype html><title>A page with another name</title>", "web_page"),
        ("note", "# A heading\n\nand words", "markdown"),
        ("note", "just words", "plain"),
        ("notes.html", "words without a tag", "plain"),
        ("note.org", "* A heading\n\nand [[links]]", "org"),
        ("note.txt", "#+TITLE: What is\n\n* A heading", "org"),
        ("notes.md", "#+TITLE: What is\n\n* A heading", "markdown"),
        ("post.rst", "A title\n=======\n\nwords", "restructured_text"),
        ("post.txt", ".. title: A walk\n.. slug: a-walk\n\nI walked.", "restructured_text"),
        ("post.txt", "A dream .. and then :: nothing\n\n.. ever", "plain"),
        ("book.adoc", "words alone", "asciidoc"),
        ("book", "= A book\n:toc:\n\n== One\n\nwords", "asciidoc"),
        ("wiki.txt", "== Early life ==\n\nHe was born.", "plain"),
        ("letter.txt", "Dear all,\n\nit rains.", "plain"),
    ],
)
def test_a_file_is_read_by_what_is_in_it(name: str, text: str, reader: str) -> None:
    file = TextFile(Path("/writing") / name, text)
    first = next(importer for importer in ALL if importer.can_read(file))
    assert type(first).__module__ == f"importers.{reader}"


@pytest.mark.parametrize("importer", ALL, ids=NAMES)
def test_the_same_file_is_the_same_document(importer: object, tmp_path: Path) -> None:
    """The order in which importers are asked is fixed, and none of them remembers the file before."""
    file = TextFile(tmp_path / "a.md", "# One\n\n> two\n\nthree")
    reader = next(one for one in ALL if one is importer)
    first, second = list(reader.read(file)), list(reader.read(file))
    assert first == second
    assert all(isinstance(item, Document) for item in first)


def test_every_export_is_explained_in_three_steps() -> None:
    assert [one.guide.title for one in EXPORTS if len(one.guide.steps) != 3 or not all(one.guide.steps)] == []
