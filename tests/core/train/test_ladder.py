"""A night of several candidates leaves a table, and the best of them to talk to."""

from pathlib import Path

from core import ladders, runs
from core.events import drain, never
from core.plan import TIERS, Wish
from core.report.story import tell
from core.train.ladder import candidates, climb
from tests.fakes import tiny


def test_sizes_from_nothing_come_before_bases_and_share_the_time() -> None:
    three = candidates(3_000_000, [])
    assert [each.tier for each in three] == [1, 3, 5]
    assert three[-1].share == 1.0
    five = candidates(3_000_000, [("GPT-2", Path("a")), ("Qwen3 0.6B", Path("b"))])
    assert [each.what for each in five[3:]] == ["GPT-2 with LoRA", "Qwen3 0.6B with LoRA"]
    assert [round(each.share, 2) for each in five] == [0.2, 0.25, 0.33, 0.5, 1.0]
    assert len(candidates(30_000, [])) == 1
    assert TIERS[three[-1].tier or 0].characters <= 3_000_000


def test_a_night_leaves_a_table_and_the_best_to_talk_to(tmp_path: Path) -> None:
    project = tiny.project(tmp_path / "project", tiny.documents(count=100))
    characters = sum(len(each.text) for each in tiny.documents(count=100))
    ladder = drain(climb(project, Wish(steps=2), characters, [], never))[1]
    bits = [each.bits for each in ladder.rungs]
    assert bits == sorted(bits)
    scale = {each.what for each in ladder.rungs if not each.run}
    assert scale == {"gzip, for scale", "xz, for scale", "pairs of tokens (bigram)", "contexts of 5 bytes"}
    trained = [each for each in ladder.rungs if each.run]
    assert len(trained) == len(candidates(characters, []))
    assert ladders.read(project, ladder.name) == ladder
    speaker = runs.speaker(project.runs)
    assert speaker is not None
    assert speaker.night.ladder == ladder.name
    assert len(tell(speaker).candidates) == len(ladder.rungs)
