"""The whole way of a chat model, in small: plays, a base, one author's voice, meters."""

from pathlib import Path

import pytest

from core.bench import chat
from core.bench.chat import Plan
from core.errors import Unsupported
from core.events import drain, never
from core.judge import ability, measure
from tests.fakes import tiny

COLD = "It is cold. "
PLAYS = "".join(
    f"{'ANN' if n % 2 else 'BOB'}:\nWhat does the kettle do in house {n}? It hums and sings. {COLD * (n % 30)}\n\n"
    for n in range(200)
)


def test_a_model_is_made_adapted_and_measured_beside_its_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = ability.tasks()[:2]
    monkeypatch.setattr(ability, "tasks", lambda: few)
    monkeypatch.setattr(measure, "QUESTIONS", 2)
    monkeypatch.setattr(measure, "NEVER_WRITTEN", measure.NEVER_WRITTEN[:2])
    monkeypatch.setattr(measure, "LENGTH", 8)
    monkeypatch.setattr(measure, "REFERENCES", 15)
    project = tiny.project(tmp_path / "me", tiny.documents(40, sentences=40))
    plan = Plan(base_steps=2, adapter_steps=2, layers=1, width=64, replies=6, asking=1.0)
    _, meters = drain(chat.chat(project, PLAYS, plan, never))
    assert meters is not None
    keys = {meter.key for meter in meters.meters}
    assert {"language", "style", "canary_1", "canary_4", "canary_16", "ability", "facts", "refused"} <= keys
    language = next(meter for meter in meters.meters if meter.key == "language")
    assert [base.name for base in language.baselines] == ["base model", "base model told who you are"]


def test_a_speech_answers_the_one_before_it_and_some_are_held_back() -> None:
    sides = chat.talks(chat.speeches_of(PLAYS))
    assert sides.train[0].turns[0].text == "What does the kettle do in house 0? It hums and sings."
    assert {example.kind for example in sides.train} == {"dialogue", "continuation"}
    assert len(sides.held_out) >= 5


def test_a_text_that_is_no_play_is_refused() -> None:
    with pytest.raises(Unsupported, match="no talk"):
        chat.speeches_of("Once upon a time there was a king.")
