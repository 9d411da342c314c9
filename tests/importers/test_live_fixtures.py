"""Every live source on a small web of real shapes, compared in full."""

import json
import re
from pathlib import Path

import pytest

from importers.live import LIVE
from tests.importers.live import of_fixture

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "live"
NAMES = [type(importer).__module__.rpartition(".")[2] for importer in LIVE]
HOUSE = Path(__file__).resolve().parents[2] / "importers" / "live"


@pytest.mark.parametrize("name", NAMES)
def test_an_address_gives_exactly_what_is_expected(name: str, tmp_path: Path) -> None:
    expected = json.loads((FIXTURES / name / "expected.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(of_fixture(FIXTURES / name, tmp_path))) == expected


def test_every_live_source_is_in_the_list_once() -> None:
    written = {path.stem for path in HOUSE.glob("*.py") if "guide = Guide(" in path.read_text(encoding="utf-8")}
    assert written == set(NAMES)
    sources = [importer.guide.source for importer in LIVE]
    assert len(set(sources)) == len(sources)


def test_every_live_source_says_how_in_three_steps() -> None:
    assert [one.guide.title for one in LIVE if len(one.guide.steps) != 3 or not all(one.guide.steps)] == []


def test_only_the_fetcher_opens_connections() -> None:
    """Whoever else needs a page asks it, and what others wrote is given it; httpx2 only reads addresses."""
    ways_out = re.compile(
        r"^\s*(?:import|from) (?:socket|ssl|http|urllib\.request|requests|httpcore2|urllib3|aiohttp|ftplib)\b", re.M
    )
    code = {path.name: path.read_text("utf-8") for path in HOUSE.parent.rglob("*.py")}
    openers = {name for name, text in code.items() if ways_out.search(text)}
    assert openers == {"wires.py", "peers.py", "fetch.py", "borrowed.py"}
    assert {one for text in code.values() for one in re.findall(r"httpx2\.(\w+)", text)} == {"URL", "InvalidURL"}


def test_nothing_is_expected_of_what_is_no_source() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(NAMES)
