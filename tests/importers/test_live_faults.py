"""Every way of reading the web against every fault of it: what comes in, what is said, and that nothing is asked twice.

The rows are in tests/fakes/seven.py and seven_talks.py, each with the same seven posts; the columns are below. No cell
waits: time is a number. What makes no sense says so in `no_pages` of its row, or in NO_SENSE.
"""

import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from importers.live import LIVE
from importers.live.youtube import TOMORROW
from importers.web import TOO_MUCH
from tests.fakes.seven import ALL
from tests.fakes.seven_talks import WAYS, endless
from tests.importers import faults
from tests.importers.faults import Killed, Killing, Server, Spoil, once, there

ONE_TROUBLE: Final[dict[str, Callable[[], Spoil]]] = {  # after which all is there all the same
    "nothing wrong": lambda: faults.well,
    "429, come back in a minute": once(lambda _: faults.MINUTE),
    "gzip": lambda: faults.packed,
    "UTF-8 that is called Latin-1": lambda: faults.called_latin,
    "letters of Windows that are called UTF-8": lambda: faults.called_utf8,
    "broken off once": once(faults.half),
    "reset once": once(faults.reset),
}
FOR_NOW: Final[dict[str, Spoil]] = {  # from some answer on, until another day
    "429, leave me alone": lambda asked, good: faults.WEEKS,
    "403": faults.shut,
    "login": faults.login,
    "a byte a second": lambda asked, good: replace(good, drip=1.0),
    "reset": lambda asked, good: faults.reset(good),
}
NO_SENSE: Final = {
    ("YouTube", "letters of Windows that are called UTF-8"): "captions are XML, which says itself what its letters are",
    ("Bluesky", "killed"): "it asks three hosts, each once: there is nothing to go on with",
}
REASONS: Final = {
    "403": "The site does not let programs read this page.",
    "login": "The site wants a login before it shows this page.",
    "a byte a second": "The site did not answer in time.",
    "reset": "This address cannot be reached.",
}
LEFT: Final = "{} asks to be left alone. Import the same again another day: it goes on where it ended."
REFUSED: Final = "{} does not let us read any more. Go on tomorrow: what was read stays."
LOST: Final = "The connection to {} was lost. Import the same again later: what was read stays."
PARKED: Final = {
    "429, leave me alone": LEFT, "403": REFUSED, "login": REFUSED, "a byte a second": LOST, "reset": LOST,
}  # fmt: skip
EXPORT: Final = "Get the export of your account instead, and bring that in: the list of exports says how."
CONNECTION: Final = "Check the address and your connection, then try again."
ENOUGH: Final = 20  # items of an address without an end
LONGEST: Final = 3_600.0  # seconds, by the clock of the tests: nobody waits longer for a site that answers like this
PAGED: Final = [name for name, way in WAYS.items() if not way.no_pages]


@pytest.fixture(autouse=True)
def pages_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importers.live.hacker_news.TOGETHER", 2)
    monkeypatch.setattr("importers.live.bluesky.PATIENCE", 30.0)
    monkeypatch.setattr("httpcore2.default_ssl_context", lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))  # not used


def test_every_live_source_is_a_row() -> None:
    assert {way.source for way in WAYS.values()} == {one.guide.source for one in LIVE}


@pytest.mark.parametrize("fault", ONE_TROUBLE)
@pytest.mark.parametrize("name", WAYS)
def test_all_comes_in_of_a_server_that_is_in_trouble_once(name: str, fault: str, tmp_path: Path) -> None:
    server = Server(WAYS[name])
    server.spoil = ONE_TROUBLE[fault]() if (name, fault) not in NO_SENSE else faults.well
    found = server.run(tmp_path)
    assert (found.came, found.said, found.skipped, found.stopped) == (ALL, [], {}, False)
    assert found.sources == {WAYS[name].source}
    assert there(tmp_path) == sorted(ALL)
    assert server.asked_twice() == {}
    assert "a minute" not in fault or server.clock.passed > 60
    assert server.clock.passed < LONGEST


# ---- pages behind the last


@pytest.mark.parametrize("name", PAGED)
def test_a_page_behind_the_last_is_the_end(name: str, tmp_path: Path) -> None:
    """As the protocol says it: an error 400 or 404, or nothing."""
    server = Server(WAYS[name], WAYS[name].web(more=True))
    found = server.run(tmp_path)
    assert (found.came, found.said, found.skipped, found.stopped) == (ALL, [], {}, False)
    assert server.asked.count(WAYS[name].behind()) == 1


@pytest.mark.parametrize("name", PAGED)
def test_a_page_for_people_behind_the_last_is_the_end_too(name: str, tmp_path: Path) -> None:
    """Who lists for programs and then shows a page has perhaps not shown all, which is told."""
    way = WAYS[name]
    server = Server(way, {**way.web(more=True), way.behind(): faults.A_PAGE})
    found = server.run(tmp_path)
    assert (found.came, found.skipped, found.stopped) == (ALL, {}, False)
    assert len(found.said) == (b"json" in repr(way.end.headers).encode() or name == "blog: Tumblr")
    assert [one for one in found.said if not one.startswith("The site answered, but not in the way that")] == []
    assert server.asked.count(way.behind()) == 1


@pytest.mark.parametrize("name", [*PAGED, "YouTube"])
def test_the_same_page_for_ever_is_read_once(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importers.live.borrowed.MOST", ENOUGH)
    server = Server(WAYS[name], endless(name, lambda page: 1, 80))
    found = server.run(tmp_path)
    assert (sorted(found.came), found.said, found.skipped, found.stopped) == (sorted(ALL), [], {}, False)
    assert server.asked_twice() == {}
    assert len(server.asked) < 80


@pytest.mark.parametrize("name", [*PAGED, "YouTube"])
def test_ever_new_pages_end_where_nobody_has_written_so_much(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("web", "live.bluesky", "live.substack", "live.borrowed", "live.youtube"):
        monkeypatch.setattr(f"importers.{place}.MOST", ENOUGH)
    server = Server(WAYS[name], endless(name, lambda page: 1_000 + page, 80))
    found = server.run(tmp_path)
    assert found.said[:1] == [TOO_MUCH.format(ENOUGH)]
    assert ENOUGH <= len(set(found.came)) == len(found.came) < 2 * ENOUGH
    assert len(server.asked) < 130


# ---- servers that give no more for now


@pytest.mark.parametrize("fault", FOR_NOW)
@pytest.mark.parametrize("name", WAYS)
def test_a_server_that_gives_nothing_is_a_sentence(name: str, fault: str, tmp_path: Path) -> None:
    way = WAYS[name]
    server = Server(way)
    server.spoil = FOR_NOW[fault]
    found = server.run(tmp_path)
    assert (found.came, there(tmp_path)) == ((), [])
    assert found.said == refusal(name, fault)
    assert server.clock.passed < LONGEST


def refusal(name: str, fault: str) -> list[str]:
    """What is said, and what there is to do."""
    is_unknown = not (WAYS[name].told or any(one.can_read(WAYS[name].typed) for one in LIVE))
    if fault == "429, leave me alone" or (name == "YouTube" and fault in ("403", "login")):
        first = next(iter(WAYS[name].web()))
        return [PARKED[fault].format(urlsplit(first).hostname), "Nothing was lost."]
    if fault in ("403", "login"):
        return [REASONS[fault], EXPORT]
    return [REASONS["reset" if is_unknown else fault], CONNECTION]  # copies of it were looked for, and not reached


@pytest.mark.parametrize("fault", FOR_NOW)
@pytest.mark.parametrize("name", WAYS)
def test_what_was_read_before_stays_and_the_next_import_goes_on(name: str, fault: str, tmp_path: Path) -> None:
    way = WAYS[name]
    server = Server(way)
    server.spoil = faults.from_then_on(way.breaks, FOR_NOW[fault])
    found = server.run(tmp_path)
    assert (found.came, there(tmp_path)) == (way.before, sorted(way.before))
    assert found.said[:1] == [sentence(name, fault)]
    assert list(found.skipped.values()) == skips(name, fault)
    assert server.clock.passed < LONGEST
    is_done = way.asking != "one by one" and fault in ("403", "login")
    assert found.stopped != (is_done and way.asking == "a list")
    server.spoil = faults.well
    rest = server.run(tmp_path)
    assert (rest.came, rest.said, rest.skipped) == (tuple(n for n in ALL if n not in way.before), [], {})
    assert there(tmp_path) == sorted(ALL)
    assert is_done or server.asked_twice() == {}


def sentence(name: str, fault: str) -> str:
    way = WAYS[name]
    host = urlsplit(way.breaks).hostname
    if name == "YouTube" and PARKED[fault] is not LOST:
        return TOMORROW
    if fault == "429, leave me alone" or way.asking == "one by one":
        return PARKED[fault].format(host)
    return REASONS[fault] if way.asking == "at once" else f"{REASONS[fault]} What was read until then stays."


def skips(name: str, fault: str) -> list[str]:
    """Why single posts were left out before the whole host was."""
    if WAYS[name].asking != "one by one" or fault == "429, leave me alone":
        return []
    if fault not in ("403", "login"):
        return [REASONS[fault]] * 2
    said = "YouTube does not let programs read what is said in this video." if name == "YouTube" else REASONS[fault]
    return [said] * 4


# ---- imports that are killed


@pytest.mark.parametrize("name", [name for name in WAYS if (name, "killed") not in NO_SENSE])
def test_an_import_that_is_killed_again_and_again_asks_nothing_twice(name: str, tmp_path: Path) -> None:
    server, kills = Server(WAYS[name]), 0
    for after in range(1, 400, 11):
        try:
            server.run(tmp_path, Killing(after))
        except Killed:
            kills += 1
        else:
            break
    assert kills
    assert server.asked_twice() == {}
    assert there(tmp_path) == sorted(ALL)
