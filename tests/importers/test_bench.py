"""Made-up exports are what their importers take them for, and the bench measures what it says."""

import random
from pathlib import Path

import pytest

from core.documents import Document
from core.events import Note, drain, never
from core.sources import Choice
from importers.base import Step
from importers.bench import fuzzer, fuzzing
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


@pytest.mark.parametrize("name", fuzzing.kinds(fuzzing.SEEDS))
def test_a_short_fuzz_breaks_nothing(name: str) -> None:
    """The long one is `mynah bench fuzz`; this is its trials, in this process."""
    folder = fuzzing.SEEDS / name / "given"
    given = {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    for number in range(8):
        fuzzer.trial(given, random.Random(f"{name} short {number}"))


def test_what_breaks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted bug is found: a fuzz that never went red is decoration."""
    (tmp_path / "startup").mkdir()
    (tmp_path / "startup" / "sitecustomize.py").write_text(
        "from importers import files\n\ndef understood(path, data):\n    raise AssertionError('planted')\n\n"
        "files.understood = understood\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "startup"))
    told, (outcome,) = drain(fuzzing.fuzz(fuzzing.SEEDS, "plain", 30.0, 1, never))
    assert outcome.broke == fuzzer.MOST
    assert any("planted" in note.text for note in told if isinstance(note, Note))
