"""Every live source on a small web of real shapes, compared in full."""

import json
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


def test_nothing_is_expected_of_what_is_no_source() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(NAMES)
