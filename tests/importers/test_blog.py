"""Blogs by their address: a real one rendered with all that stands around, and every way of finding posts."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from core.documents import Document, Skipped
from core.events import drain, never
from core.paths import Project
from importers.pull import import_path
from tests.fakes.rendered import AROUND, COMMENT, HOST, site
from tests.fakes.site import connection, serving
from tests.importers.live import imported
from tests.importers.test_extraction import precision_and_recall


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "blogs" / "raphlinus" / "_posts"


def joined(documents: Iterable[Document]) -> str:
    return "\n\n".join(one.text for one in sorted(documents, key=lambda one: one.title))


def check(documents: list[Document], folder: Path, home: Path) -> None:
    """All 41 posts, whole, and less than a hundredth of what stands around them."""
    events, _ = drain(import_path(folder, Project(home / "folder"), never))
    written = {one.title: one for one in events if isinstance(one, Document)}
    assert len(documents) == len(written) == 41
    assert {one.title for one in documents} == set(written)
    got, wanted = (joined(many) for many in (documents, written.values()))
    assert precision_and_recall(got, wanted)[1] >= 0.98
    around = sum(one.text.count(line) * len(line) for one in documents for line in (*AROUND[3:], COMMENT))
    assert around < 0.01 * len(got)
    assert {one.author for one in documents} == {"Raph Levien"}
    assert all(one.written for one in documents)


def test_a_blog_is_found_whole_by_its_feed_and_its_map(folder: Path, tmp_path: Path) -> None:
    with serving(site(folder)) as web:
        events, report, documents = imported(f"{HOST}/", tmp_path / "web", connection(web))
        check(documents, folder, tmp_path)
        asked = len(web.urls)
        _, again, _ = imported(f"{HOST}/", tmp_path / "web", connection(web))
    assert (report.added, again.added, again.changed, again.already) == (41, 0, 0, 41)
    assert [one.key for one in events if isinstance(one, Skipped)] == [f"{HOST}/about.html", f"{HOST}/talks.html"]
    assert asked == 1 + 1 + 1 + 31 + 2  # the first page, the feed of ten, the map, the other posts, and two pages


@pytest.mark.parametrize("with_feed", [10, 0])
def test_a_blog_without_a_map_is_found_whole_on_foot(with_feed: int, folder: Path, tmp_path: Path) -> None:
    with serving(site(folder, with_feed=with_feed, with_map=False)) as web:
        _, _, documents = imported("raph.example", tmp_path / "web", connection(web))
        check(documents, folder, tmp_path)
        assert len(web.urls) < 41 + 30
