"""Every live source against servers that are busy, slow, broken, shut or killed: the same comes out, or a sentence."""

import gzip
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from core.corpus import Corpus
from core.documents import Document
from core.errors import NetworkTrouble
from core.events import drain, never
from core.paths import Project
from core.sources import Choice
from importers.pull_web import import_address
from tests.fakes.site import Asked, FakeClock, Reply, Site, connection, of_folder, serving
from tests.importers.fixture import told
from tests.importers.test_live_fixtures import FIXTURES, NAMES

Spoil: TypeAlias = Callable[[Asked, Reply], Reply]


class Spoilt:
    """A web of a fixture whose answers go through `spoil`; the real ones are counted by address."""

    def __init__(self, name: str, spoil: Spoil) -> None:
        self.ask = json.loads((FIXTURES / name / "ask.json").read_text(encoding="utf-8"))
        self.choice = Choice(me=tuple(self.ask.get("me", ())))
        self.given = of_folder(FIXTURES / name / "given")
        self.spoil = spoil
        self.times = Counter[str]()

    def answer(self, asked: Asked) -> Reply:
        found = self.given.get(asked.url, Reply(b"nothing here", 404))
        assert isinstance(found, Reply)
        self.times[asked.url] += 1
        return self.spoil(asked, found)

    def run(self, home: Path, clock: FakeClock | None = None, **rules: float) -> tuple[dict[str, object], Site]:
        with serving(dict.fromkeys(self.given, self.answer)) as site:
            through = connection(site, clock, **rules)
            work = import_address(self.ask["address"], Project(home), never, self.choice, through)
            return told(*drain(work)), site


def expected(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((FIXTURES / name / "expected.json").read_text(encoding="utf-8"))
    return found


def plain(found: dict[str, object]) -> dict[str, object]:
    made: dict[str, object] = json.loads(json.dumps(found))
    return made


def first_time(bad: Reply) -> Spoil:
    """Every address answers badly once."""
    seen = set[str]()

    def spoil(asked: Asked, good: Reply) -> Reply:
        is_first = asked.url not in seen
        seen.add(asked.url)
        return bad if is_first else good

    return spoil


def packed(_: Asked, good: Reply) -> Reply:
    return replace(good, body=gzip.compress(good.body), headers={**good.headers, "Content-Encoding": "gzip"})


def in_wrong_letters(_: Asked, good: Reply) -> Reply:
    kind = good.headers.get("Content-Type", "text/html").partition(";")[0]
    return replace(good, headers={**good.headers, "Content-Type": f"{kind}; charset=iso-8859-1"})


def broken_off_once() -> Spoil:
    seen = set[str]()

    def spoil(asked: Asked, good: Reply) -> Reply:
        is_first = asked.url not in seen
        seen.add(asked.url)
        return replace(good, cut=len(good.body) // 2) if is_first and good.body else good

    return spoil


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "spoil",
    [
        first_time(Reply(b"", 429, {"Retry-After": "2"})),
        first_time(Reply(b"", 503)),
        first_time(Reply(b"", 502)),
        packed,
        in_wrong_letters,
        broken_off_once(),
    ],
    ids=["busy", "down", "bad gateway", "packed", "wrong letters", "broken off"],
)
def test_the_same_comes_out_of_a_server_in_trouble(name: str, spoil: Spoil, tmp_path: Path) -> None:
    found, _ = Spoilt(name, spoil).run(tmp_path)
    assert plain(found) == expected(name)


def shut(_: Asked, good: Reply) -> Reply:
    return Reply(b"Forbidden", 403)


def login(asked: Asked, good: Reply) -> Reply:
    return good if "/login" in asked.url else Reply(b"", 302, {"Location": "/login?next=here"})


def portal(_: Asked, good: Reply) -> Reply:
    return Reply(b"<html><body><h1>Welcome to the hotel</h1><form>Room number</form></body></html>")


def drip(_: Asked, good: Reply) -> Reply:
    return replace(good, drip=0.05) if len(good.body) > 20 else good


def wants_to_be_left_alone(_: Asked, good: Reply) -> Reply:
    return Reply(b"", 429, {"Retry-After": "9999999"})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spoil", [shut, login, portal, drip, wants_to_be_left_alone])
def test_a_server_that_gives_nothing_is_a_sentence_and_leaves_nothing(name: str, spoil: Spoil, tmp_path: Path) -> None:
    rules = {"deadline": 0.15, "tries": 1} if spoil is drip else {}
    said = sentences(Spoilt(name, spoil), tmp_path, rules)
    assert said
    assert [one for one in said if not one.endswith((".", ")."))] == []
    with Corpus(Project(tmp_path).corpus) as corpus:
        assert list(corpus.documents()) == []


def sentences(web: Spoilt, home: Path, rules: dict[str, float]) -> list[str]:
    """What the user reads when nothing comes of an import."""
    try:
        found, _ = web.run(home, None, **rules)
    except NetworkTrouble as error:
        return [error.what, error.fix]
    assert found["documents"] == []
    skipped, notes = found["skipped"], found["notes"]
    assert isinstance(skipped, dict)
    assert isinstance(notes, list)
    return [*skipped.values(), *notes]


class Killed(BaseException):
    """What happens to a process at any moment."""


class Killing(FakeClock):
    """Kills at the nth pause."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def sleep(self, seconds: float) -> None:
        if len(self.slept) == self.after:
            raise Killed
        super().sleep(seconds)


@pytest.mark.parametrize("name", NAMES)
def test_an_import_that_is_killed_goes_on_and_asks_nothing_twice(name: str, tmp_path: Path) -> None:
    web = Spoilt(name, lambda _, good: good)
    kills = 0
    for after in range(0, 400, 4):
        try:
            web.run(tmp_path, Killing(after))
        except Killed:
            kills += 1
            continue
        break
    assert kills > 0 or len(web.times) < 3
    good = [url for url, reply in web.given.items() if isinstance(reply, Reply) and reply.status == 200]
    assert {url: web.times[url] for url in good} == dict.fromkeys(good, 1)
    with Corpus(Project(tmp_path).corpus) as corpus:
        there = sorted(one.key for one in corpus.documents())
    documents = expected(name)["documents"]
    assert isinstance(documents, list)
    assert there == sorted(one["key"] for one in documents)


ITEM = {"id": "1", "content_text": "The same again, and again, for as long as you ask."}


def test_a_feed_without_an_end_is_read_once(tmp_path: Path) -> None:
    address, version = "https://a.example/feed.json", "https://jsonfeed.org/version/1.1"

    def page(number: int) -> str:
        return json.dumps({"version": version, "items": [ITEM], "next_url": f"{address}?page={number + 1}"})

    pages = {f"{address}?page={number}": page(number) for number in range(1, 9)}
    with serving({address: page(0), **pages}) as site:
        events, _ = drain(import_address(address, Project(tmp_path), never, Choice(), connection(site)))
        assert len([one for one in events if isinstance(one, Document)]) == 1
        assert len(site.urls) == 2
