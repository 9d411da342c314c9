"""A night of several candidates leaves a table, and the best of them to talk to."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from core import ladders, runs
from core.events import Note, Stop, Work, drain, never
from core.ladders import Rung
from core.paths import Project
from core.plan import TIERS, Wish
from core.report.story import tell
from core.runs import NOTHING, Outcome
from core.train import ladder, loop
from core.train.ladder import Start, candidates, climb
from tests.fakes import tiny
from tests.fakes.base_model import base_model
from tests.fakes.instruct import instruct_model


def test_sizes_from_nothing_come_before_bases_and_share_the_time() -> None:
    three = candidates(3_000_000, [])
    assert [each.tier for each in three] == [1, 3, 5]
    assert three[-1].share == 1.0
    five = candidates(
        3_000_000,
        [
            Start(title="GPT-2", folder=Path("a"), method="full"),
            Start(title="Qwen3 0.6B", folder=Path("b"), method="lora"),
        ],
    )
    assert [each.what for each in five[3:]] == ["GPT-2 with all of it learning", "Qwen3 0.6B with LoRA"]
    assert [round(each.share, 2) for each in five] == [0.2, 0.25, 0.33, 0.5, 1.0]
    assert len(candidates(30_000, [])) == 1
    assert TIERS[three[-1].tier or 0].characters <= 3_000_000


def test_a_night_leaves_a_table_and_the_best_to_talk_to(tmp_path: Path) -> None:
    project = tiny.project(tmp_path / "project", tiny.documents(count=100))
    characters = sum(len(each.text) for each in tiny.documents(count=100))
    found = drain(climb(project, Wish(steps=2), characters, [], never))[1]
    bits = [each.bits for each in found.rungs]
    assert bits == sorted(bits)
    scale = {each.what for each in found.rungs if not each.run}
    assert scale == {"gzip, for scale", "xz, for scale", "pairs of tokens (bigram)", "contexts of 5 bytes"}
    trained = [each for each in found.rungs if each.run]
    assert len(trained) == len(candidates(characters, []))
    assert ladders.read(project, found.name) == found
    speaker = runs.speaker(project.runs)
    assert speaker is not None
    assert speaker.night.ladder == found.name
    assert len(tell(speaker).candidates) == len(found.rungs)


def test_base_models_are_candidates_measured_on_the_same_text(tmp_path: Path) -> None:
    """A GPT-2 that learns as a whole, and a Llama that talks, with adapters: its talks are not what is measured."""
    bases = [
        Start(title="GPT-2", folder=base_model(tmp_path / "gpt2"), method="full"),
        Start(title="Llama", folder=instruct_model(tmp_path / "llama"), method="lora"),
    ]
    project = tiny.project(tmp_path / "project", tiny.documents(count=100))
    found = drain(climb(project, Wish(steps=1), 10_000, bases, never))[1]
    tried = {each.what for each in found.rungs if each.run}
    assert tried == {"from nothing, 4 layers of 128", "GPT-2 with all of it learning", "Llama with LoRA"}
    methods = {run.night.candidate: run.recipe().method for run in runs.all_runs(project.runs)}
    assert methods["GPT-2 with all of it learning"] == "full"
    assert methods["Llama with LoRA"] == "lora"
    best = min((each for each in found.rungs if each.run), key=lambda each: each.bits)
    speaker = runs.speaker(project.runs)
    assert speaker is not None
    assert speaker.name == found.best == best.run


def test_what_is_measured_between_candidates_is_time_too_and_what_has_none_left_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute for three candidates, each of which takes 25 seconds beside its training: the third has none left."""
    now, asked = [0.0], list[float]()

    def train(project: Project, wish: Wish, stop: Stop) -> Work[Outcome]:
        yield from ()
        asked.append(60 * (wish.minutes or 0))
        now[0] += asked[-1]
        return replace(NOTHING, run=wish.candidate, best_bits_per_byte=2.0, seconds=asked[-1], stopped=False)

    def scored(*_: object) -> Work[float | None]:
        yield from ()
        now[0] += 25
        return 2.0

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(loop, "train", train)
    monkeypatch.setattr(ladder, "scored", scored)
    monkeypatch.setattr(ladder, "find", lambda *_: None)
    monkeypatch.setattr(ladder, "measured", lambda *_: scored_nothing())
    events, found = drain(climb(Project(tmp_path / "project"), Wish(minutes=1), 3_000_000, [], never))
    assert len([each for each in found.rungs if each.run]) == 1
    assert [each.text for each in events if isinstance(each, Note)][-1].startswith("No time is left for from nothing")
    assert now[0] <= 60


def scored_nothing() -> Work[list[Rung]]:
    yield from ()
    return []
