"""The web read in another process is the same, and a page that hangs or breaks the parser costs only itself."""

import time
from pathlib import Path

import pytest

from core.corpus import Corpus
from core.documents import Document, ImportReport, Skipped
from core.errors import NetworkTrouble
from core.events import drain, never
from core.paths import Project
from core.sources import AS_IT_IS, Choice, Found
from importers import apart, apart_web
from importers.base import Step
from importers.fetch import Rules
from importers.pull_web import Asked, Reading, events, import_address, survey_address
from importers.web import Connection
from tests.fakes.site import Reply, Site, connection, serving

HOST = "https://blog.example"
HARMFUL = """
import os, time
from importers import extraction, html_tree

def harmful(real):
    def parse(text):
        if "that will hang" in text:
            time.sleep(60)
        if "that will crash" in text:
            os._exit(139)
        if "that will bug" in text:
            raise AssertionError("our mistake")
        return real(text)
    return parse

html_tree.parsed = extraction.parsed = harmful(html_tree.parsed)
"""


def page(title: str, words: str) -> str:
    text = " ".join(f"This is {words}, in sentence {n}." for n in range(20))
    head = f"<title>{title}</title><meta name='author' content='Mara'><meta name='date' content='2021-03-04'>"
    return f"<html><head>{head}</head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"


HANGS = "a page that will hang"
PLAIN = ("the first", "the second", "the third")


def blog(*words: str, home: str = "a list") -> dict[str, str | Reply]:
    """A blog with a post for each of `words`."""
    posts = {f"{HOST}/{n}.html": page(f"Post {n}", said) for n, said in enumerate(words or PLAIN, start=1)}
    places = "".join(f"<url><loc>{one}</loc></url>" for one in posts)
    return {
        f"{HOST}/": f"<html><body><p>This is {home}.</p></body></html>",
        f"{HOST}/sitemap.xml": Reply(f"<urlset>{places}</urlset>".encode(), 200, {"Content-Type": "application/xml"}),
        **posts,
    }


@pytest.fixture
def harmful(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers whose parser hangs, crashes or has a bug."""
    (tmp_path / "startup").mkdir()
    (tmp_path / "startup" / "sitecustomize.py").write_text(HARMFUL, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "startup"))
    monkeypatch.setattr(apart, "SECONDS", 0.5)


def at_once(site: Site) -> Connection:
    """A connection that needs neither a clock nor names of the tests: both stay behind in this process."""
    return Connection(Rules(bases=site.bases, pause=0.0))


def came(home: Path, site: Site) -> tuple[list[str], list[Skipped], ImportReport]:
    """The titles and the skips of an import in another process, and its report."""
    work = import_address(f"{HOST}/", Project(home), never, AS_IT_IS, at_once(site), apart_web.events)
    events, report = drain(work)
    titles = sorted(one.title for one in events if isinstance(one, Document))
    return titles, [one for one in events if isinstance(one, Skipped)], report


def without_time(events: list[object]) -> list[object]:
    inside = [item for event in events if isinstance(event, Step) for item in event.items]
    return [*inside, *(event for event in events if not isinstance(event, Step))]


def test_what_comes_from_another_process_is_the_same(tmp_path: Path) -> None:
    def told(reading: Reading, through: Connection, store: str) -> list[object]:
        asked = Asked(f"{HOST}/", tmp_path / store)
        return without_time(drain(reading(asked, Choice(guess=True), never, through))[0])

    with serving(blog()) as site:
        here = told(events, connection(site), "here.sqlite")
        there = told(apart_web.events, at_once(site), "there.sqlite")
    assert there == here
    assert len([one for one in here if isinstance(one, Document)]) == 3


def test_a_survey_in_another_process_is_the_same(tmp_path: Path) -> None:
    def found(reading: Reading, through: Connection) -> tuple[Found, ...]:
        return drain(survey_address(f"{HOST}/", None, never, AS_IT_IS, through, reading))[1]

    with serving(blog()) as site:
        there = found(apart_web.events, at_once(site))
        assert there == found(events, connection(site))
    assert [(one.items, one.how, one.authors) for one in there] == [(3, "On foot, from page to page", ("Mara",))]


@pytest.mark.usefixtures("harmful")
def test_pages_that_harm_the_reader_cost_only_themselves(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving(blog("the first", HANGS, "the third", "a page that will crash", "one that will bug")) as site:
        titles, skipped, report = came(tmp_path, site)
        asked = [url for url in site.urls if url.endswith(".html")]
    assert (titles, report.added, report.skipped) == (["Post 1", "Post 3"], 2, 3)
    reasons = {"2": apart.HUNG, "4": apart.BROKE, "5": apart.MADE}
    assert {one.key: one.reason for one in skipped} == {f"{HOST}/{n}.html": said for n, said in reasons.items()}
    assert sorted(asked) == [f"{HOST}/{n}.html" for n in range(1, 6)]  # nothing was asked twice
    with Corpus(Project(tmp_path).corpus) as corpus:
        assert sorted(one.title for one in corpus.documents()) == ["Post 1", "Post 3"]
    caplog.clear()  # a bug is logged, and here it was meant


@pytest.mark.usefixtures("harmful")
def test_a_first_page_that_hangs_is_a_sentence(tmp_path: Path) -> None:
    with serving(blog(home=HANGS)) as site, pytest.raises(NetworkTrouble) as caught:
        came(tmp_path, site)
    assert "hangs or breaks" in caught.value.what
    assert "feed" in caught.value.fix


@pytest.mark.usefixtures("harmful")
def test_a_survey_counts_every_page_once_when_one_of_them_hangs(tmp_path: Path) -> None:
    with serving(blog("the first", HANGS)) as site:
        work = survey_address(f"{HOST}/", Project(tmp_path), never, AS_IT_IS, at_once(site), apart_web.events)
        found = drain(work)[1]
    assert [(one.items, one.skipped) for one in found] == [(1, 1)]


@pytest.mark.usefixtures("harmful")
def test_a_stop_is_heard_while_a_page_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 60.0)
    started = time.monotonic()
    with serving(blog("the first", HANGS)) as site:

        def is_there() -> bool:
            return f"{HOST}/2.html" in site.urls

        _, report = drain(
            import_address(f"{HOST}/", Project(tmp_path), is_there, AS_IT_IS, at_once(site), apart_web.events)
        )
    assert report.stopped
    assert time.monotonic() - started < 40  # until the page is asked for, and not the minute that it hangs


def test_a_page_that_comes_slowly_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader is alive while it waits for the network, however little patience there is with parsers."""
    monkeypatch.setattr(apart, "SECONDS", 2.0)
    slow = Reply(page("Post 2", "the second").encode(), drip=0.05)
    with serving({**blog(), f"{HOST}/2.html": slow}) as site:
        through = Connection(Rules(bases=site.bases, pause=0.0, deadline=4.0, tries=1))
        told, _ = drain(import_address(f"{HOST}/", Project(tmp_path), never, AS_IT_IS, through, apart_web.events))
    assert [one.reason for one in told if isinstance(one, Skipped)] == ["The site did not answer in time."]
    assert len([one for one in told if isinstance(one, Document)]) == 2


def test_a_host_that_wants_to_be_left_alone_stops_the_import(tmp_path: Path) -> None:
    many = [f"number {n}" for n in range(1, 16)]
    with serving({**blog(*many), f"{HOST}/15.html": Reply(b"", 429, {"Retry-After": "9999999"})}) as site:
        _, _, report = came(tmp_path, site)
    assert (report.stopped, report.added) == (True, 14)


def test_a_host_that_nobody_answers_for_is_a_sentence(tmp_path: Path) -> None:
    through = Connection(
        Rules(bases={"blog.example": "http://127.0.0.1:9", "web.archive.org": "http://127.0.0.1:9"}, pause=0.0)
    )
    with pytest.raises(NetworkTrouble, match=r"cannot be reached|was lost"):
        drain(import_address(f"{HOST}/", Project(tmp_path), never, AS_IT_IS, through, apart_web.events))
