"""Blogs by their address: a real one rendered with all that stands around, and every way of finding posts."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from core.documents import Document, Skipped
from core.errors import NetworkTrouble
from core.events import drain, never
from core.paths import Project
from core.sources import Choice
from importers.live import sitemap
from importers.live.site import Site
from importers.page import Page
from importers.pull import import_path
from importers.pull_web import survey_address
from tests.fakes.rendered import AROUND, COMMENT, HOST, site
from tests.fakes.site import Answer, Asked, Reply, connection, serving
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
        assert len(web.urls) - asked == 3  # the first page, the feed, and the map, which says that nothing has changed
    assert (report.added, again.added, again.changed, again.already) == (41, 0, 0, 41)
    assert [one.key for one in events if isinstance(one, Skipped)] == [f"{HOST}/about.html", f"{HOST}/talks.html"]
    assert asked == 1 + 1 + 1 + 31 + 2  # the first page, the feed of ten, the map, the other posts, and two pages


def test_a_blog_without_feed_and_map_is_found_whole_on_foot(folder: Path, tmp_path: Path) -> None:
    with serving(site(folder, with_feed=0, with_map=False)) as web:
        _, _, documents = imported("raph.example", tmp_path / "web", connection(web))
        check(documents, folder, tmp_path)
        assert len(web.urls) < 41 + 30


def test_what_the_feed_does_not_have_is_found_on_foot(folder: Path, tmp_path: Path) -> None:
    with serving(site(folder, count=9, with_feed=4, with_map=False)) as web:
        _, report, _ = imported("raph.example", tmp_path, connection(web))
    assert report.added == 9


# ---- the other ways


def words(topic: str) -> str:
    return f"<p>{' '.join(f'This is what I have to say of {topic}, in sentence {n}.' for n in range(12))}</p>"


def page(title: str, body: str, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><nav>Menu</nav>{body}</body></html>"


def dated(title: str, day: str, more: str = "") -> str:
    return page(title, f"<article><h1>{title}</h1><time datetime='{day}'></time>{words(title)}</article>{more}")


def atom(entries: str, following: str = "") -> str:
    link = f"<link rel='next' href='{following}'/>" if following else ""
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>B</title>{link}{entries}</feed>"


def entry(number: int) -> str:
    return (
        f"<entry><id>tag:blogger.com,1999:post-{number}</id><title>Post {number}</title>"
        f"<link rel='alternate' href='https://b.example/2020/{number}.html'/>"
        f"<published>2020-01-0{number}T00:00:00Z</published>"
        f"<author><name>Mara</name></author><content type='html'>&lt;p&gt;Words {number}&lt;/p&gt;</content></entry>"
    )


def titles(address: str, answers: Mapping[str, Answer], home: Path) -> list[str]:
    with serving(answers) as web:
        _, _, documents = imported(address, home, connection(web))
    return sorted(one.title for one in documents)


def test_blogger_is_read_by_its_feed_to_the_end(tmp_path: Path) -> None:
    more = "https://b.example/feeds/posts/default?start-index=3&max-results=150"
    answers: dict[str, Answer] = {
        "https://b.example/": page("B", "hello", "<meta name='generator' content='blogger'>"),
        "https://b.example/feeds/posts/default?max-results=150": atom(entry(1) + entry(2), more.replace("&", "&amp;")),
        more: atom(entry(3)),
    }
    assert titles("https://b.example/", answers, tmp_path) == ["Post 1", "Post 2", "Post 3"]


def test_tumblr_is_read_without_what_was_passed_on(tmp_path: Path) -> None:
    posts = [
        {"id": "1", "type": "regular", "regular-title": "Mine", "regular-body": "<p>Words</p>", "unix-timestamp": 1},
        {"id": "2", "type": "photo", "photo-caption": "<p>Theirs</p>", "reblogged-from-name": "oskar"},
    ]
    shown = {"tumblelog": {"name": "mara"}, "posts-total": 2}
    root = "https://mara.tumblr.com"
    answers: dict[str, Answer] = {
        f"{root}/": page("T", "hello"),
        f"{root}/api/read/json?num=50&start=0": f"var tumblr_api_read = {json.dumps({**shown, 'posts': posts})};",
        f"{root}/api/read/json?num=50&start=2": f"var tumblr_api_read = {json.dumps({**shown, 'posts': posts})};",
    }
    assert titles("mara.tumblr.com", answers, tmp_path) == ["Mine"]


def test_a_publication_at_an_address_of_its_own_is_known_as_substack(tmp_path: Path, shared_data: Path) -> None:
    folder, root = shared_data / "synthetic" / "substack", "https://letters.example"
    one = json.loads((folder / "archive_page0.json").read_text("utf-8"))[:1]
    answers: dict[str, Answer] = {
        f"{root}/": page("S", "<script src='https://substackcdn.com/bundle/x.js'></script>hello"),
        f"{root}/api/v1/archive?sort=new&offset=0&limit=12": json.dumps(one),
        f"{root}/api/v1/archive?sort=new&offset=1&limit=12": "[]",
        f"{root}/api/v1/posts/the-drawer": (folder / "post_the-drawer.json").read_bytes(),
    }
    assert titles(root, answers, tmp_path) == ["The drawer"]


def test_wordpress_whose_interface_is_shut_is_read_by_its_map(tmp_path: Path) -> None:
    root = "https://w.example"
    maps = "".join(f"<sitemap><loc>{root}/wp-sitemap-{kind}-1.xml</loc></sitemap>" for kind in ("posts-post", "users"))
    index = f"<sitemapindex>{maps}</sitemapindex>"
    found = "".join(f"<url><loc>{root}/post-{n}/</loc></url>" for n in range(5))
    answers: dict[str, Answer] = {
        f"{root}/": page("W", "hi", f"<link rel='https://api.w.org/' href='{root}/wp-json/'>"),
        f"{root}/robots.txt": f"User-agent: *\nDisallow: /wp-admin/\nSitemap: {root}/wp-sitemap.xml.gz",
        f"{root}/wp-sitemap.xml.gz": gzip.compress(index.encode()),
        f"{root}/wp-sitemap-posts-post-1.xml": f"<urlset>{found}</urlset>",
        **{f"{root}/post-{n}/": dated(f"Post {n}", "2020-01-01") for n in range(5)},
    }
    assert titles(root, answers, tmp_path) == [f"Post {n}" for n in range(5)]


@pytest.mark.parametrize("name", ["sitemap.xml", "sitemap.xml.gz", "sitemap-hreflang.xml", "sitemap2.xml"])
def test_real_maps_are_read(name: str, shared_data: Path) -> None:
    read = sitemap.parsed(Page("https://a.example/", (shared_data / "samples" / "sitemaps" / name).read_bytes()))
    assert len(read.pages) + len(read.maps) > 1
    assert all(one.startswith("http") for one in [*read.pages, *read.maps])


# ---- traps


def test_a_walk_does_not_get_lost_in_calendars_sessions_and_other_sites(tmp_path: Path) -> None:
    root, other = "https://trap.example", "https://ring.example"

    def calendar(asked: Asked) -> Reply:
        month = int(asked.url.rpartition("=")[2])
        return Reply(page("Calendar", f"<a href='/calendar?month={month + 1}'>Next month</a>").encode())

    many = "".join(f"<a href='/2020/01/post-{n}?sid={n}'>x</a>" for n in range(400))
    answers: dict[str, Answer] = {
        f"{root}/": page("T", f"{many}<a href='/calendar?month=1'>Calendar</a><a href='{other}/'>Ring</a>"),
        **{f"{root}/calendar?month={n}": calendar for n in range(1, 500)},
        **{f"{root}/2020/01/post-{n}?sid={n}": dated(f"Post {n % 7}", "2020-01-01") for n in range(400)},
        f"{other}/": page("R", f"<a href='{root}/'>Back</a>"),
    }
    with serving(answers) as web:
        _, _, documents = imported(root, tmp_path, connection(web))
        assert sorted(one.title for one in documents) == [f"Post {n}" for n in range(7)]
        assert not any(url.startswith(other) for url in web.urls)
        assert len([url for url in web.urls if "calendar" in url]) < 20
        assert len(web.urls) < 250


@pytest.mark.parametrize(
    ("typed", "folder"),
    [
        ("https://a.example", "/"),
        ("https://a.example/blog", "/blog/"),
        ("https://a.example/~mara/", "/~mara/"),
        ("https://a.example/~mara/index.html", "/~mara/"),
        ("https://a.example/blog/2019/04/24/slug.html", "/blog/"),
        ("https://a.example/2019-04-24-slug/", "/"),
    ],
)
def test_a_site_is_the_folder_that_was_typed_or_that_of_the_blog_around_a_post(typed: str, folder: str) -> None:
    assert Site(typed).folder == folder


def test_a_site_whose_robots_txt_keeps_us_out_says_what_to_do(tmp_path: Path) -> None:
    answers: dict[str, Answer] = {
        "https://r.example/robots.txt": "User-agent: *\nDisallow: /",
        "https://r.example/": dated("Post", "2020-01-01"),
    }
    with serving(answers) as web:
        with pytest.raises(NetworkTrouble, match="your own site, say so"):
            imported("https://r.example/", tmp_path, connection(web))
        _, _, documents = imported("https://r.example/", tmp_path, connection(web), Choice(own_site=True))
    assert [one.title for one in documents] == ["Post"]


def test_a_survey_says_what_there_will_be_and_the_import_asks_no_page_again(folder: Path, tmp_path: Path) -> None:
    with serving(site(folder)) as web:
        through = connection(web)
        _, (found,) = drain(survey_address(f"{HOST}/", Project(tmp_path), never, Choice(), through))
        assert (found.source, found.items, found.about) == ("blog", 43, True)  # two pages of the map are no posts
        assert found.authors == ("Raph Levien",)
        assert [one.year for one in (found.first, found.last) if one][1] == 2024
        asked = list(web.urls)
        assert len(asked) < 30
        _, report, _ = imported(f"{HOST}/", tmp_path, through)
        assert report.added == 41
        assert len(set(web.urls)) == len(web.urls)
        assert web.urls[: len(asked)] == asked
