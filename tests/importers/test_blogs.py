"""The real blogs and books, where this computer has them: counts, and what must never reach a text."""

import re
from pathlib import Path

import pytest

from core.documents import Document, ImportReport
from core.paths import Project
from tests.importers.fixture import run

BLOGS = {"rubenerd": (818, 2), "ashfurrow": (482, 1), "raphlinus": (41, 1), "jessfraz": (75, 1)}
CODE = re.compile(r"^```.*?^```$|\$\$[^$]*\$\$|`[^`]*`", re.MULTILINE | re.DOTALL)
NEVER = {
    "a fence of front matter": r"^(?:---|\+\+\+)$",
    "a template tag": r"\{%|%\}|\{\{|\}\}",
    "a block of HTML": r"</?(?:div|p|img|script|blockquote|figure|iframe)\b[^<]*>",
    "a header's field": r"^(?:title|date|layout|draft|author|categories) *[=:] *\"?\d*\w+\"?$",
    "a link": r"\]\([^()]*\)|\]\[[^\]]*\]|^\[[^\]]+\]:",
    "a footnote": r"\[\^\w+\]",
    "an entity": r"&(?:amp|nbsp|[lr][sd]quo|[mn]dash);",
    "a token of the cleaner": "[\ue000\ue001]",
}


@pytest.fixture(scope="module", params=sorted(BLOGS))
def blog(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def pulled(
    blog: str, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, ImportReport, list[Document]]:
    project = Project(tmp_path_factory.mktemp("home") / "project")
    report, documents, _ = run(shared_data / "blogs" / blog, project)
    return project, report, documents


Pulled = tuple[Project, ImportReport, list[Document]]


def test_every_post_is_a_document_and_a_second_time_none_is_new(blog: str, pulled: Pulled, shared_data: Path) -> None:
    project, first, _ = pulled
    posts, skips = BLOGS[blog]
    assert (first.added, first.changed, first.already, first.skipped) == (posts, 0, 0, skips)
    again, _, _ = run(shared_data / "blogs" / blog, project)
    assert (again.added, again.changed, again.already, again.skipped) == (0, 0, posts, skips)


@pytest.mark.parametrize("what", NEVER)
def test_no_text_holds(what: str, pulled: Pulled) -> None:
    pattern = re.compile(NEVER[what], re.MULTILINE)
    found = {}
    for document in pulled[2]:
        if match := pattern.search(CODE.sub("", document.text)):
            found[document.title] = match[0]
    assert set(found) <= KNOWN.get(what, set()), found


# Posts in which the words themselves are what is looked for: somebody writes about markup, or left a slip.
KNOWN: dict[str, set[str]] = {
    "a header's field": {"Using rsyncd instead of rsync over SSH"},
    "a link": {"Towards a unified theory of reactive UI"},
}


def test_every_post_has_a_title_and_a_date(pulled: Pulled) -> None:
    assert [document.key for document in pulled[2] if not document.title or not document.written] == []


def test_a_page_of_the_site_is_a_skip(blog: str, shared_data: Path, tmp_path: Path) -> None:
    if blog != "raphlinus":
        return
    _, _, skipped = run(shared_data / "blogs" / blog, Project(tmp_path / "project"))
    assert skipped == {"about.md": "This is a page of the site, not a post."}


def test_what_others_wrote_is_marked(blog: str, pulled: Pulled) -> None:
    """Rubenerd's raw files are 14.5 % quotations; without headers and addresses of links the share is larger."""
    documents = pulled[2]
    quoted = sum(end - start for document in documents for start, end in document.quotes)
    share = quoted / sum(len(document.text) for document in documents)
    low, high = {"rubenerd": (0.15, 0.22), "ashfurrow": (0.02, 0.05), "jessfraz": (0.01, 0.04)}.get(blog, (0, 0.01))
    assert low <= share <= high


def test_the_essays_import_with_the_titles_of_the_books(shared_data: Path, tmp_path: Path) -> None:
    report, documents, _ = run(shared_data / "essays" / "chesterton", Project(tmp_path / "project"))
    assert (report.added, report.skipped) == (4, 0)
    assert [document.title for document in documents] == [
        "ALL THINGS CONSIDERED",
        "HERETICS",
        "ORTHODOXY",
        "TREMENDOUS TRIFLES",
    ]
