"""Learning from choices: the paper's loss, what was chosen gains, stopped and resumed it ends with the same bits."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core import checkpoints, feedback, persona, runs
from core.bot import Bot
from core.corpus import Corpus
from core.documents import Document
from core.documents import Turn as Said
from core.errors import Unsupported
from core.events import drain, never
from core.feedback import Judgement, Preference
from core.journal import Finished, Stepped, read
from core.paths import Project
from core.replies import Turn
from core.runs import Run
from core.train import preferences
from tests.core.train.test_on_base import trained
from tests.fakes import tiny
from tests.fakes.base_model import base_model

CHOSEN, REJECTED = "The kettle hums under the moss again.", "We drift slowly and sing of the cold."


def choose(project: Project, count: int) -> None:
    for n in range(count):
        turns = (Turn("user", f"What of the kettle, number {n}?"),)
        judgement = Judgement(kind="kept", place=f"t/{n}", turns=turns, text=f"{CHOSEN} {n}", instead=f"{REJECTED} {n}")
        feedback.remember(project, judgement)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return base_model(tmp_path_factory.mktemp("bases") / "llama", "llama")


@pytest.fixture
def project(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a bot that has adapters, and twelve choices, which are enough here."""
    monkeypatch.setattr(preferences, "LEAST", 12)
    monkeypatch.setattr(preferences, "RATE", 5e-3)
    made = tiny.project(tmp_path / "project", tiny.documents(count=60))
    trained(made, base, "lora", steps=3)
    choose(made, 12)
    return made


def test_the_loss_is_the_one_worked_out_by_hand() -> None:
    chosen, rejected = torch.tensor(20.0, requires_grad=True), torch.tensor(30.0, requires_grad=True)
    loss = preferences.loss_of(chosen, rejected, at_first=(24.0, 28.0), tokens=10)
    gained = (30 - 28) - (20 - 24)  # nats that the chosen one won on the rejected one
    assert loss.item() == pytest.approx(-math.log(1 / (1 + math.exp(-0.1 * gained))) + 0.2 * 20 / 10)
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    slope = 0.1 * (1 - 1 / (1 + math.exp(-0.1 * gained)))
    assert chosen.grad is not None
    assert chosen.grad.item() == pytest.approx(slope + 0.2 / 10)
    assert rejected.grad is not None
    assert rejected.grad.item() == pytest.approx(-slope)
    even = preferences.loss_of(torch.tensor(5.0), torch.tensor(9.0), at_first=(5.0, 9.0), tokens=5)
    assert even.item() == pytest.approx(math.log(2) + 0.2)


def nats(bot: Bot, said: str) -> float:
    before = bot.fitting([persona.system(""), Turn("user", "What of the kettle, number 3?")], 40)
    return bot.surprise(before, said)


def test_what_was_chosen_gains_on_what_was_not(project: Project) -> None:
    before = Bot.open(runs.all_runs(project.runs)[0])
    outcome = drain(preferences.train(project, never))[1]
    run = runs.all_runs(project.runs)[-1]
    after = Bot.open(run)
    assert (outcome.run, outcome.steps) == (run.name, 4)
    assert nats(after, f"{CHOSEN} 3") < nats(before, f"{CHOSEN} 3")
    won = nats(before, f"{CHOSEN} 3") - nats(after, f"{CHOSEN} 3")
    assert won > nats(before, f"{REJECTED} 3") - nats(after, f"{REJECTED} 3")
    assert runs.speaker(project.runs) == run
    facts = read(run.journal_file)
    steps = [fact.loss for fact in facts if isinstance(fact, Stepped)]
    assert steps[0] > steps[-1]
    assert isinstance(facts[-1], Finished)


def test_of_what_was_chosen_private_details_and_names_are_not_learnt(project: Project) -> None:
    said = (Said("Henrike Vos", "Shall Henrike bring the kettle?"),)
    with Corpus(project.corpus) as corpus:
        corpus.add(Document(source="c", key="1", kind="message", text="Yes, Henrike, please bring it.", context=said))
    turns = (Turn("user", "Did Henrike ring +49 30 901820?"),)
    told = Judgement(kind="kept", place="t/99", turns=turns, text="Henrike did.", instead="mara@example.org did.")
    feedback.remember(project, told)
    drain(preferences.train(project, never))
    run = runs.all_runs(project.runs)[-1]
    pair = preferences.read(run)[1][-1]
    name = pair.chosen.removesuffix(" did.")
    assert pair == Preference((Turn("user", f"Did {name} ring [phone]?"),), f"{name} did.", "[e-mail] did.")
    assert "Henrike" not in (run.root / feedback.PAIRS_FILE).read_text("ascii")


def test_stopped_before_there_is_a_run_it_leaves_none(project: Project) -> None:
    assert drain(preferences.train(project, lambda: True))[1] == runs.NOTHING
    assert len(runs.all_runs(project.runs)) == 1


def test_stopped_and_resumed_it_ends_with_the_same_bits(project: Project) -> None:
    whole = drain(preferences.train(project, never))[1]
    runs.delete(runs.all_runs(project.runs)[-1])
    stopped = drain(preferences.train(project, after_steps(project, 2)))[1]
    assert (stopped.stopped, stopped.steps) == (True, 2)
    run = runs.all_runs(project.runs)[-1]
    choose(project, 20)  # more choices meanwhile change nothing of what has begun
    outcome = drain(preferences.resume(project, run, never))[1]
    assert outcome.weights_sha256 == whole.weights_sha256
    assert checkpoints.best(run).standing.step == 4


def after_steps(project: Project, count: int) -> Callable[[], bool]:
    """Stop when a second run has made so many."""

    def stop() -> bool:
        made = runs.all_runs(project.runs)
        return len(made) > 1 and steps_of(made[-1]) >= count

    return stop


def steps_of(run: Run) -> int:
    return sum(isinstance(fact, Stepped) for fact in read(run.journal_file)) if run.journal_file.is_file() else 0


def test_too_few_choices_or_another_kind_of_bot_cost_nothing(tmp_path: Path, project: Project) -> None:
    feedback.forget(project)
    choose(project, 11)
    with pytest.raises(Unsupported, match="11 times; 12 are needed"):
        drain(preferences.train(project, never))
    other = tiny.project(tmp_path / "other", tiny.documents(count=30))
    choose(other, 12)
    with pytest.raises(Unsupported, match="trained on a base model"):
        drain(preferences.train(other, never))
    assert (len(runs.all_runs(project.runs)), runs.all_runs(other.runs)) == (1, [])


def test_thumbs_make_pairs_and_replies_of_unlike_length_none() -> None:
    turns = (Turn("user", "Hi"),)
    up = Judgement(kind="up", place="1", turns=turns, text="Hello there.")
    down = replace(up, kind="down", place="2", text="Go away now.")
    assert feedback.preferences([up, down]) == [Preference(turns, "Hello there.", "Go away now.")]
    assert feedback.preferences([up, replace(down, turns=(Turn("user", "Ho"),))]) == []
    assert feedback.fitting([Preference(turns, "a", "bbb"), Preference(turns, "aa", "bbb")]) == [
        Preference(turns, "aa", "bbb")
    ]
