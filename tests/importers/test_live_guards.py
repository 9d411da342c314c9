"""Every way of reading the web against what guards it: rules of the site, its cache, sizes, private computers, death.

The rows are those of test_live_faults.py; the guards themselves are in test_fetch.py and test_peers.py.
"""

import gzip
import hashlib
import socket
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from core.sources import AS_IT_IS
from importers import wires
from importers.members import Watch
from importers.peers import Peers
from importers.wires import Limit
from tests.fakes.seven import ALL
from tests.fakes.seven_talks import WAYS
from tests.fakes.site import Asked, Reply
from tests.importers import faults
from tests.importers.faults import Killed, Server, there

PROGRAMS: Final = {  # interfaces that are made for programs: robots.txt is for pages
    "blog: Wayback", "blog: Wayback, unasked", "Bluesky", "Bluesky, post by post", "Mastodon", "Hacker News", "YouTube",
}  # fmt: skip
KEPT_OUT: Final = "The site asks programs not to read this page (robots.txt)."
PRIVATE: Final = "This address leads to a private computer, which nobody chose to read."
LARGE: Final = "This page is larger than 20 MB, which no writing is."
BOMB: Final = gzip.compress(bytes(21_000_000), 1)


@pytest.fixture(autouse=True)
def answers_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importers.live.hacker_news.TOGETHER", 2)
    monkeypatch.setattr("importers.live.bluesky.LARGEST", 20_000_000)


def is_rules(asked: Asked) -> bool:
    return asked.url.endswith("/robots.txt")


# ---- the rules of the site


def shut(asked: Asked, good: Reply) -> Reply:
    named = good.body if good.status == 200 else b""
    return Reply(b"User-agent: *\nDisallow: /\n" + named) if is_rules(asked) else good


@pytest.mark.parametrize("name", WAYS)
def test_rules_of_a_site_are_kept_and_its_owner_may_pass_over_them(name: str, tmp_path: Path) -> None:
    server = Server(WAYS[name])
    server.spoil = shut
    found = server.run(tmp_path)
    if name in PROGRAMS:
        assert (found.came, found.said) == (ALL, [])
        return
    assert (found.came, found.said) == ((), [KEPT_OUT, "If it is your own site, say so."])
    assert [one for one in server.asked if "robots.txt" not in one] == []
    found = server.run(tmp_path, choice=replace(AS_IT_IS, own_site=True))
    assert (found.came, found.said, found.skipped) == (ALL, [], {})


# ---- what has not changed


@pytest.mark.parametrize("name", WAYS)
def test_what_has_not_changed_is_not_sent_again(name: str, tmp_path: Path) -> None:
    """But for what is posted, which has no mark; a list that says the same of a page spares even the question."""
    whole = Counter[str]()

    def spoil(asked: Asked, good: Reply) -> Reply:
        mark = f'"{hashlib.sha256(good.body).hexdigest()[:8]}"'
        if asked.headers.get("If-None-Match") == mark:
            return Reply(b"", 304, {"ETag": mark})
        whole[asked.url] += good.status == 200 and not asked.body and not is_rules(asked)
        return replace(good, headers={**good.headers, "ETag": mark}) if good.status == 200 else good

    server = Server(WAYS[name])
    server.spoil = spoil
    assert server.run(tmp_path).came == ALL
    once = Counter(whole)
    found = server.run(tmp_path)
    assert (found.came, found.said, found.skipped, found.stopped) == ((), [], {}, False)
    assert whole == once
    assert there(tmp_path) == sorted(ALL)


# ---- answers without a measure


@pytest.mark.parametrize("name", WAYS)
def test_an_answer_that_is_larger_than_writing_costs_itself_alone(name: str, tmp_path: Path) -> None:
    way = WAYS[name]

    def spoil(asked: Asked, good: Reply) -> Reply:
        is_bad = asked.url == way.breaks
        return replace(good, body=BOMB, headers={**good.headers, "Content-Encoding": "gzip"}) if is_bad else good

    server = Server(way)
    server.spoil = spoil
    found = server.run(tmp_path)
    said = [*found.said, *found.skipped.values()]
    if way.asking == "one by one":
        assert (found.came, said) == (tuple(n for n in ALL if n != 5), [LARGE])
    elif way.asking == "a list":
        assert (found.came, said) == (way.before, [f"{LARGE} What was read until then stays."])
    else:
        assert (found.came, said[:1]) == ((), [LARGE])
    server.spoil = faults.well
    server.run(tmp_path)
    assert there(tmp_path) == sorted(ALL)


# ---- private computers


@pytest.mark.parametrize("place", ["http://169.254.169.254/latest/", "http://[::ffff:192.168.1.1]/"])
@pytest.mark.parametrize("name", WAYS)
def test_nobody_is_led_to_a_private_computer(
    name: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, real = set[str](), wires.connected

    def connected(address: str, port: int, limit: Limit) -> socket.socket:
        tried.add(address)
        return real(address, port, limit)

    def look_up(host: str, port: int) -> list[str]:
        if not host.strip("[]").replace(".", "").replace(":", "").isalnum() or host.endswith(".example"):
            raise OSError("no such name")
        return [host.strip("[]")]

    monkeypatch.setattr(wires, "connected", connected)
    server = Server(WAYS[name])
    server.spoil = lambda asked, good: good if is_rules(asked) else Reply(b"", 302, {"Location": place})
    found = server.run(tmp_path, peers=Peers(look_up))
    assert (found.came, found.said[:1]) == ((), [PRIVATE])
    assert tried == {"127.0.0.1"}  # where the server of this test is


# ---- death in the middle


class Dying:
    """Told of every page before it is read; dies at one of them."""

    def __init__(self, at: int) -> None:
        self.left = at

    def opened(self, address: str, size: int) -> None:
        self.left -= 1
        if not self.left:
            raise Killed


@pytest.mark.parametrize("name", WAYS)
def test_an_import_that_dies_over_its_pages_asks_for_none_of_them_twice(name: str, tmp_path: Path) -> None:
    server, deaths = Server(WAYS[name]), 0
    for at in range(1, 200, 3):
        try:
            server.run(tmp_path, watch=Watch(Dying(at).opened))
        except Killed:
            deaths += 1
        else:
            break
    assert deaths
    assert server.asked_twice() == {}
    assert there(tmp_path) == sorted(ALL)
