"""Every live source, with all that its fixture has, against servers that fail once, and against a portal.

What else may happen on the way is in test_live_faults.py, cell by cell.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from core.corpus import Corpus
from core.errors import NetworkTrouble
from core.events import drain, never
from core.paths import Project
from core.sources import Choice
from importers.pull_web import import_address
from tests.fakes.site import Asked, Reply, connection, of_folder, serving
from tests.importers.fixture import told
from tests.importers.test_live_fixtures import FIXTURES, NAMES

Spoil: TypeAlias = Callable[[Asked, Reply], Reply]


class Spoilt:
    """A web of a fixture whose answers go through `spoil`."""

    def __init__(self, name: str, spoil: Spoil) -> None:
        self.ask = json.loads((FIXTURES / name / "ask.json").read_text(encoding="utf-8"))
        self.choice = Choice(me=tuple(self.ask.get("me", ())))
        self.given = of_folder(FIXTURES / name / "given")
        self.spoil = spoil

    def answer(self, asked: Asked) -> Reply:
        found = self.given.get(asked.url, Reply(b"nothing here", 404))
        assert isinstance(found, Reply)
        return self.spoil(asked, found)

    def run(self, home: Path) -> dict[str, object]:
        with serving(dict.fromkeys(self.given, self.answer)) as site:
            work = import_address(self.ask["address"], Project(home), never, self.choice, connection(site))
            return told(*drain(work))


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


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "spoil",
    [
        first_time(Reply(b"", 503)),
        first_time(Reply(b"", 502)),
    ],
    ids=["down", "bad gateway"],
)
def test_the_same_comes_out_of_a_server_in_trouble(name: str, spoil: Spoil, tmp_path: Path) -> None:
    assert plain(Spoilt(name, spoil).run(tmp_path)) == expected(name)


def portal(_: Asked, good: Reply) -> Reply:
    return Reply(b"<html><body><h1>Welcome to the hotel</h1><form>Room number</form></body></html>")


@pytest.mark.parametrize("name", NAMES)
def test_a_portal_before_every_page_is_a_sentence_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    said = sentences(Spoilt(name, portal), tmp_path)
    assert said
    assert [one for one in said if not one.endswith((".", ")."))] == []
    with Corpus(Project(tmp_path).corpus) as corpus:
        assert list(corpus.documents()) == []


def sentences(web: Spoilt, home: Path) -> list[str]:
    """What the user reads when nothing comes of an import."""
    try:
        found = web.run(home)
    except NetworkTrouble as error:
        return [error.what, error.fix]
    assert found["documents"] == []
    skipped, notes = found["skipped"], found["notes"]
    assert isinstance(skipped, dict)
    assert isinstance(notes, list)
    return [*skipped.values(), *notes]
