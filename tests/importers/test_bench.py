"""Made-up exports are what their importers take them for, and the bench measures what it says."""

from pathlib import Path

import pytest

from core.documents import Document
from core.events import drain, never
from core.sources import Choice
from importers.base import Step
from importers.bench.exports import MAKERS, ME
from importers.bench.measure import measure
from importers.pull import events


@pytest.mark.parametrize("name", MAKERS)
def test_a_made_up_export_is_read_as_what_it_is(name: str, tmp_path: Path) -> None:
    MAKERS[name](tmp_path / "a", 60_000)
    MAKERS[name](tmp_path / "b", 60_000)
    made = [{path.name: path.read_bytes() for path in (tmp_path / one).rglob("*") if path.is_file()} for one in "ab"]
    assert made[0] == made[1]
    assert 60_000 <= sum(map(len, made[0].values())) < 120_000
    steps, _ = drain(events(tmp_path / "a", Choice(me=ME.get(name, ()), private=True), never))
    items = [item for step in steps if isinstance(step, Step) for item in step.items]
    assert {type(item) for item in items} == {Document}
    assert {item.source for item in items if isinstance(item, Document)} == {name}
    assert len(items) > 5


def test_the_bench_tells_speed_and_memory() -> None:
    _, (speed,) = drain(measure(1, "whatsapp", never))
    assert (speed.source, speed.megabytes) == ("whatsapp", 1)
    assert speed.documents > 1_000
    assert speed.read_mb_per_second > 0
    assert speed.import_mb_per_second > 0
    assert 10 < speed.peak_megabytes < 700
