"""The fetcher against a server that speaks HTTP, well or badly. No test waits: time is a number."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.events import drain
from importers.answers import Answers
from importers.fetch import AGENT, Fetcher, Rules, Waiting
from importers.members import Stopped
from importers.page import Page, Parked, Unreached
from tests.fakes.site import Answer, Asked, FakeClock, Reply, Site, serving

HOME = "https://site.example/"


@contextmanager
def asking(
    answers: dict[str, Answer], store: Path | None = None, *, mine: bool = False, **rules: float
) -> Iterator[tuple[Fetcher, Site, FakeClock]]:
    """A fetcher for a web of these paths of one site, or whole addresses."""
    clock = FakeClock()
    web = {address if "://" in address else HOME + address: answer for address, answer in answers.items()}
    with serving({HOME: "home", **web}) as site:
        site.clock = clock
        kept = Answers(store, lambda: clock.clock.now().timestamp())
        fetcher = Fetcher(
            kept,
            Rules(bases=site.bases, **rules),  # type: ignore[arg-type]  # numbers
            clock.clock,
            mine=mine,
        )
        yield fetcher, site, clock
        fetcher.close()
        kept.close()


def get(fetcher: Fetcher, path: str = "") -> Page:
    return drain(fetcher.get(path if "://" in path else HOME + path))[1]


# ---- politeness


def test_a_site_learns_who_asks_and_is_asked_once_a_second() -> None:
    with asking({"a": "one", "b": "two"}) as (fetcher, site, clock):
        assert (get(fetcher, "a").body, get(fetcher, "b").body) == (b"one", b"two")
        assert [one.url.removeprefix(HOME) for one in site.asked] == ["robots.txt", "a", "b"]
        assert {one.headers["User-Agent"] for one in site.asked} == {AGENT}
        assert clock.passed == pytest.approx(2 * 1.25)  # a second, and half of the half that chance may add


def test_two_hosts_do_not_wait_for_each_other() -> None:
    with asking({"https://other.example/": "there"}) as (fetcher, _, clock):
        get(fetcher)
        before = clock.passed
        assert get(fetcher, "https://other.example/").body == b"there"
        assert clock.passed - before == pytest.approx(1.25)  # after its robots.txt


@pytest.mark.parametrize(
    ("robots", "path", "may"),
    [
        ("User-agent: *\nDisallow: /private/", "private/a", False),
        ("User-agent: *\nDisallow: /private/", "public/a", True),
        ("User-agent: *\nDisallow: /*?s=", "search?s=x", False),
        ("User-agent: *\nDisallow: /*.pdf$", "a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "a.pdf.html", True),
        ("User-agent: *\nDisallow: /\nAllow: /blog/", "blog/a", True),
        ("User-agent: mynah\nDisallow: /\n\nUser-agent: *\nDisallow:", "a", False),
        ("User-agent: GPTBot\nDisallow: /", "a", True),
        ("\ufeffUser-agent: *\nDisallow: /a", "a", False),
        ("User-agent: *\nDisallow: /a\n" + "# much\n" * 200_000, "a", False),
        ("", "a", True),
    ],
)
def test_robots_txt_is_obeyed(robots: str, path: str, may: bool) -> None:
    with asking({"robots.txt": robots, path: "words"}) as (fetcher, site, _):
        if may:
            assert get(fetcher, path).body == b"words"
        else:
            with pytest.raises(Unreached, match=r"robots\.txt"):
                get(fetcher, path)
            assert site.urls == []


@pytest.mark.parametrize(("status", "may"), [(404, True), (403, True), (410, True), (500, False), (503, False)])
def test_a_robots_txt_that_is_missing_allows_and_one_that_fails_does_not(status: int, may: bool) -> None:
    """RFC 9309, sections 2.3.1.3 and 2.3.1.4. A host that is too busy for it is left alone for now."""
    with asking({"robots.txt": Reply(b"", status)}) as (fetcher, _, _):
        if may:
            assert get(fetcher).body == b"home"
        else:
            with pytest.raises((Unreached, Parked)):
                get(fetcher)


def test_robots_txt_may_lie_behind_a_redirect_and_name_sitemaps() -> None:
    robots = "User-agent: *\nDisallow: /a\nSitemap: https://site.example/map.xml\nCrawl-delay: 7"
    answers: dict[str, Answer] = {"robots.txt": Reply(b"", 301, {"Location": "/r.txt"}), "r.txt": robots, "a": "x"}
    with asking(answers) as (fetcher, _, clock):
        with pytest.raises(Unreached):
            get(fetcher, "a")
        assert drain(fetcher.robots(HOME))[1].sitemaps == ["https://site.example/map.xml"]
        get(fetcher)
        get(fetcher, "r.txt")
        assert clock.passed == pytest.approx(1.25 + 7 * 1.25 + 7 * 1.25, abs=8)


def test_the_owner_of_a_site_may_pass_over_its_robots_txt() -> None:
    with asking({"robots.txt": "User-agent: *\nDisallow: /", "a": "words"}, mine=True) as (fetcher, site, _):
        assert get(fetcher, "a").body == b"words"
        assert site.urls == [HOME + "a"]


# ---- waiting


def busy(times: int, headers: dict[str, str], status: int = 429) -> Answer:
    left = [times]

    def answer(_: Asked) -> Reply:
        left[0] -= 1
        return Reply(b"", status, headers) if left[0] >= 0 else Reply(b"words")

    return answer


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("said", "seconds"), [("5", 5), ("Thu, 01 Jan 2026 12:02:00 GMT", 118), ("0", 0)])
def test_a_site_that_names_a_time_is_left_alone_so_long(said: str, seconds: float, status: int) -> None:
    with asking({"a": busy(1, {"Retry-After": said}, status)}) as (fetcher, _, clock):
        events, page = drain(fetcher.get(HOME + "a"))
        assert page.body == b"words"
        assert clock.passed == pytest.approx(1.25 + seconds, abs=1.0)
        assert [one.host for one in events if isinstance(one, Waiting)] == ["site.example"] * (seconds > 2)


@pytest.mark.parametrize("said", ["301", "9999999999", "99999999999999999999", "Sun, 01 Jan 2099 00:00:00 GMT"])
def test_who_wants_to_be_left_alone_for_longer_is_left_for_another_day(said: str) -> None:
    with asking({"a": busy(9, {"Retry-After": said})}) as (fetcher, site, clock):
        with pytest.raises(Parked, match="goes on where it ended"):
            get(fetcher, "a")
        assert (len(site.urls), clock.passed < 3) == (1, True)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "-5"}, {"Retry-After": "soon"}, {"Retry-After": ""}])
def test_a_busy_site_is_asked_ever_more_slowly_and_then_no_more(headers: dict[str, str]) -> None:
    with asking({"a": busy(9, headers)}) as (fetcher, site, clock):
        with pytest.raises(Parked, match="busy"):
            get(fetcher, "a")
        assert len(site.urls) == 3
        assert clock.passed == pytest.approx(1.25 + 2.5 + 5)


def test_a_site_that_refuses_page_after_page_is_not_asked_for_all_of_them() -> None:
    with asking({}) as (fetcher, site, _):
        site.answers = {f"{HOME}{n}": Reply(b"", 403) for n in range(9)}
        for number in range(4):
            with pytest.raises(Unreached):
                get(fetcher, str(number))
        with pytest.raises(Parked, match="tomorrow"):
            get(fetcher, "4")


def test_a_stop_is_heard_while_waiting() -> None:
    clock = FakeClock()
    with serving({HOME: "home"}) as site:
        fetcher = Fetcher(Answers(None), Rules(bases=site.bases), clock.clock, stop=lambda: len(site.asked) >= 1)
        with pytest.raises(Stopped):
            get(fetcher)
        fetcher.close()
        assert len(site.asked) == 1


# ---- what is not read


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False)])
def test_five_redirects_are_followed_and_no_more(hops: int, arrives: bool) -> None:
    moved = {f"r{n}": Reply(b"", 302, {"Location": f"/r{n + 1}"}) for n in range(hops)}
    with asking({**moved, f"r{hops}": "there"}) as (fetcher, _, _):
        if arrives:
            page = get(fetcher, "r0")
            assert (page.body, page.url) == (b"there", HOME + "r5")
        else:
            with pytest.raises(Unreached, match="without an end"):
                get(fetcher, "r0")


@pytest.mark.parametrize(
    "place", ["file:///etc/hostname", "ftp://site.example/", "data:text/html,x", "javascript:1", "gopher://x/"]
)
def test_a_redirect_leads_nowhere_but_to_the_web(place: str) -> None:
    with (
        asking({"a": Reply(b"", 302, {"Location": place})}) as (fetcher, _, _),
        pytest.raises(Unreached, match="not an address"),
    ):
        get(fetcher, "a")


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://a.example/", "data:,x", "http://", "http://[::1"])
def test_only_the_web_is_asked(address: str) -> None:
    with asking({}) as (fetcher, site, _):
        with pytest.raises(Unreached, match="not an address"):
            drain(fetcher.get(address))
        assert site.asked == []


def test_a_name_and_a_password_are_sent_to_nobody() -> None:
    with asking({}) as (fetcher, site, _):
        with pytest.raises(Unreached, match="password"):
            drain(fetcher.get("https://me:secret@site.example/"))
        assert site.asked == []


@pytest.mark.parametrize(
    "place",
    [
        "/login?next=/a", "/wp-login.php", "https://site.example/users/sign_in", "/signin",
        "https://login.other.example/?next=a", "https://accounts.other.example/v3/", "https://sso.other.example/go",
    ],
)  # fmt: skip
def test_a_page_behind_a_login_is_not_taken_for_the_page(place: str) -> None:
    with (
        asking({"a": Reply(b"", 302, {"Location": place}), place.lstrip("/"): "Sign in!"}) as (fetcher, _, _),
        pytest.raises(Unreached, match="login"),
    ):
        get(fetcher, "a")


def test_a_bomb_is_let_go_before_it_is_unpacked() -> None:
    bomb = gzip.compress(bytes(200_000_000), 1)
    with (
        asking({"a": Reply(bomb, headers={"Content-Encoding": "gzip"})}) as (fetcher, _, _),
        pytest.raises(Unreached, match="larger than 20 MB"),
    ):
        get(fetcher, "a")


def test_a_page_has_a_largest_size_packed_or_not() -> None:
    with asking({"a": Reply(bytes(2001)), "b": Reply(bytes(2000))}, most=2000) as (fetcher, _, _):
        assert len(get(fetcher, "b").body) == 2000
        with pytest.raises(Unreached, match="larger"):
            get(fetcher, "a")


@pytest.mark.parametrize("path", ["a", "drip.html"])
def test_one_byte_at_a_time_does_not_hold_us_longer_than_the_deadline(path: str) -> None:
    with (
        asking({path: Reply(b"x" * 500, drip=1.0)}, tries=1) as (fetcher, _, _),
        pytest.raises(Unreached, match="in time"),
    ):
        get(fetcher, path)


def test_a_short_answer_may_come_as_slowly_as_it_likes() -> None:
    with asking({"a": Reply(b"x" * 20, drip=1.0)}, tries=1) as (fetcher, _, clock):
        assert get(fetcher, "a").body == b"x" * 20
        assert 20 <= clock.passed < 30


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"x" * 5000, cut=1000),
        Reply(b"x" * 5000, headers={"Content-Length": "9999"}),
        Reply(gzip.compress(b"x" * 5000)[:-20], headers={"Content-Encoding": "gzip"}),
        Reply(b"not packed", headers={"Content-Encoding": "gzip"}),
        Reply(b"?", headers={"Content-Encoding": "br"}),
    ],
)
def test_an_answer_that_is_broken_off_is_no_page(reply: Reply) -> None:
    with asking({"a": reply}) as (fetcher, _, _):
        with pytest.raises(Unreached):
            get(fetcher, "a")
        assert get(fetcher).body == b"home"


def test_a_site_that_fails_once_is_asked_again() -> None:
    with asking({"a": busy(1, {}, 500), "b": busy(2, {}, 502)}) as (fetcher, _, _):
        assert (get(fetcher, "a").body, get(fetcher, "b").body) == (b"words", b"words")


def test_a_host_that_is_gone_ends_the_import_and_not_each_of_its_pages() -> None:
    with asking({}, tries=1) as (fetcher, site, _):
        get(fetcher)
        site.answers = {f"{HOME}{n}": Reply(b"x" * 100, cut=10) for n in range(9)}
        for number in range(2):
            with pytest.raises(Unreached):
                get(fetcher, str(number))
        with pytest.raises(Parked, match="connection"):
            get(fetcher, "2")


def test_a_header_of_70_kilobytes_is_survived() -> None:
    with asking({"a": Reply(b"words", headers={"X-Much": "y" * 70_000})}) as (fetcher, _, _):
        assert get(fetcher, "a").body == b"words"


# ---- what is read


@pytest.mark.parametrize("packed", ["gzip", "deflate"])
def test_packed_answers_are_unpacked(packed: str) -> None:
    data = gzip.compress(b"words") if packed == "gzip" else zlib.compress(b"words")
    with asking({"a": Reply(data, headers={"Content-Encoding": packed})}) as (fetcher, _, _):
        assert get(fetcher, "a").body == b"words"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("„Grüße“".encode(), "text/html; charset=iso-8859-1"),
        ("„Grüße“".encode(), "text/html"),
        ("„Grüße“".encode("cp1252"), "text/html; charset=windows-1252"),
        ("„Grüße“".encode("cp1252"), "text/html; charset=nonsense"),
        ("„Grüße“".encode("cp1252"), "text/html; charset=hex"),
        ('<meta charset="utf-16">„Grüße“'.encode(), "text/html"),
        (b'<meta charset="windows-1252">' + "„Grüße“".encode("cp1252"), "text/html"),
        ("„Grüße“".encode("utf-8-sig"), "text/html; charset=us-ascii"),
        ("„Grüße“".encode("utf-16"), "text/html"),
    ],
)
def test_letters_are_what_they_were_meant_to_be(body: bytes, kind: str) -> None:
    assert Page(HOME, body, {"content-type": kind}).text.rpartition(">")[2] == "„Grüße“"


# ---- what was answered before


def test_the_next_import_asks_only_for_what_has_changed(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        is_known = asked.headers.get("If-None-Match") == '"1"'
        return Reply(b"" if is_known else b"words", 304 if is_known else 200, {"ETag": '"1"'})

    for number in range(2):
        with asking({"a": answer, "b": "no mark"}, tmp_path / "web") as (fetcher, site, _):
            fetcher._answers.begin(HOME)
            assert get(fetcher, "a").body == b"words"
            assert get(fetcher, "b").body == b"no mark"
            fetcher._answers.finish(HOME)
            marks = [one.headers.get("If-None-Match") for one in site.asked if one.url == HOME + "a"]
            assert marks == [None if number == 0 else '"1"']


def test_an_import_that_was_killed_goes_on_without_asking_again(tmp_path: Path) -> None:
    for expected in ([HOME + "a"], [], [HOME + "a"]):
        with asking({"a": "words"}, tmp_path / "web") as (fetcher, site, _):
            fetcher._answers.begin(HOME)
            assert get(fetcher, "a").body == b"words"
            assert site.urls == expected
            if not expected:
                fetcher._answers.finish(HOME)


def test_what_a_portal_shows_instead_is_not_kept(tmp_path: Path) -> None:
    portal = "https://portal.example/"
    answers: dict[str, Answer] = {"a": Reply(b"", 302, {"Location": portal}), portal: "Welcome to the hotel"}
    for _ in range(2):
        with asking(answers, tmp_path / "web") as (fetcher, site, _):
            fetcher._answers.begin(HOME)
            assert get(fetcher, "a").url == portal
            assert HOME + "a" in site.urls


def test_a_store_that_is_damaged_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "web").write_bytes(b"this is no database" * 100)
    with asking({"a": "words"}, tmp_path / "web") as (fetcher, _, _):
        assert get(fetcher, "a").body == b"words"
