"""Training from a corpus to a finished run: what is told, what is kept, what stops it and what does not."""

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import checkpoints, journal
from core.errors import Busy, DiskTrouble, Unsupported, WrongFile
from core.events import Note, Progress, drain, never
from core.journal import Evaluated, Fact, Finished, Happened, Resumed, Sampled, Saved, Stepped
from core.lock import writing
from core.paths import Project
from core.plan import Wish
from core.runs import NOTHING, Outcome, Run, all_runs
from core.train import loop
from tests.fakes import tiny
from tests.fakes.stopping import stopped_at

STEPS = 9


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture
def run(project: Project) -> Run:
    return tiny.run(project, STEPS)


def facts_in(events: list[object]) -> list[Fact]:
    return [event for event in events if isinstance(event, Fact)]


def stop_at(project: Project, run: Run, moment: Callable[[object], bool]) -> Outcome:
    """Train `run` until an event of which `moment` is true, then ask it to stop."""
    return stopped_at(lambda stop: loop.resume(project, run, stop), moment)


def at_step(step: int) -> Callable[[object], bool]:
    return lambda event: isinstance(event, Stepped) and event.step == step


def finish(project: Project, run: Run) -> Outcome:
    return drain(loop.resume(project, run, never))[1]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What comes of the same run when nothing happens to it."""
    project = Project(tmp_path_factory.mktemp("undisturbed"))
    return finish(project, tiny.run(project, STEPS))


def test_from_a_corpus_to_a_finished_run(tmp_path: Path) -> None:
    project = tiny.project(tmp_path / "project", tiny.documents(count=60))
    events, outcome = drain(loop.train(project, Wish(steps=3), never))
    (run,) = all_runs(project.runs)
    facts = facts_in(events)
    assert journal.read(run.journal_file) == facts
    finished = facts[-1]
    assert isinstance(finished, Finished)
    assert outcome == Outcome(
        run=run.name,
        steps=3,
        best_bits_per_byte=finished.best_bits_per_byte,
        tokens_per_second=outcome.tokens_per_second,
        seconds=finished.seconds,
        weights_sha256=finished.weights_sha256,
        stopped=False,
    )
    assert outcome.tokens_per_second > 0
    assert [type(event) for event in events if isinstance(event, Note)] == [Note] * 4  # the plan, in words
    assert run.is_finished
    assert checkpoints.weights_sha256(checkpoints.best(run).tensors) == outcome.weights_sha256


def test_what_a_run_tells_and_when(project: Project, run: Run) -> None:
    events, _ = drain(loop.resume(project, run, never))
    told = [(type(fact).__name__, fact.step) for fact in facts_in(events) if not isinstance(fact, Happened)]
    measured = [("Evaluated", 0), *[("Sampled", 0)] * 5, ("Saved", 0)]
    stepped = [("Stepped", step) for step in range(1, STEPS + 1)]
    last = [("Evaluated", 9), *[("Sampled", 9)] * 5, ("Saved", 9), ("Finished", 9)]
    assert told == [
        *measured, *stepped[:3], ("Saved", 3), *stepped[3:6], ("Saved", 6), *stepped[6:], *last
    ]  # fmt: skip
    assert {(event.total, event.note) for event in events if isinstance(event, Progress)} == {
        (0, "Opening the run"),
        *((STEPS, note) for note in ("Training", "Measuring", "Writing a sample", "Saving")),
    }


def test_the_loss_falls_and_the_best_is_remembered(project: Project) -> None:
    run = tiny.run(project, 60)
    facts = facts_in(drain(loop.resume(project, run, never))[0])
    losses = [fact.loss for fact in facts if isinstance(fact, Stepped)]
    assert losses[0] == pytest.approx(math.log(run.recipe().shape.vocab), rel=0.05)
    assert losses[-1] < 0.6 * losses[0]
    measured = [fact for fact in facts if isinstance(fact, Evaluated)]
    assert [fact.best for fact in measured] == [True] * 4
    assert checkpoints.best(run).standing.bits_per_byte == measured[-1].bits_per_byte


MOMENTS: dict[str, Callable[[object], bool]] = {
    "at once": lambda _: True,
    "while measuring": lambda event: isinstance(event, Progress) and event.note == "Measuring",
    "while writing a sample": lambda event: isinstance(event, Progress) and event.note == "Writing a sample",
    "after a sample": lambda event: isinstance(event, Sampled),
    "while saving": lambda event: isinstance(event, Progress) and event.note == "Saving",
    "after a save": lambda event: event == Saved(3),
    "between saves": at_step(5),
    "at the last step": at_step(STEPS),
    "while measuring the last step": lambda event: event == Progress(STEPS, STEPS, "Measuring"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_stopped_at_any_moment_a_run_is_saved_at_its_step_and_ends_the_same(
    project: Project, run: Run, undisturbed: Outcome, moment: str
) -> None:
    stopped = stop_at(project, run, MOMENTS[moment])
    assert stopped.stopped
    saved = checkpoints.newest_good(run)
    assert saved is not None
    assert saved.standing.step == stopped.steps
    assert checkpoints.weights_sha256(saved.tensors) == stopped.weights_sha256
    outcome = finish(project, run)
    assert (outcome.stopped, outcome.steps) == (False, STEPS)
    assert outcome.weights_sha256 == undisturbed.weights_sha256
    told = Counter((type(fact), fact.step) for fact in journal.read(run.journal_file))
    assert {told[Stepped, step] for step in range(1, STEPS + 1)} == {1}
    assert {told[Evaluated, step] for step in (0, STEPS)} == {1}


WIDE = {"width": 64, "inner": 128}  # some matrices are large enough for eight bits
VARIANTS: dict[str, dict[str, Any]] = {
    "bf16": {"precision": "bf16"},
    "oneDNN": {"products": "onednn"},
    "fp16": {"precision": "fp16"},
    "eight bits": {"optimizer": "adamw8"},
    "muon": {"optimizer": "muon"},
    "muon, untied": {"optimizer": "muon", "shape": {"tied": False}},
}


@pytest.mark.parametrize("name", list(VARIANTS))
def test_ten_resumes_in_a_row_end_with_the_same_bits(tmp_path: Path, name: str) -> None:
    ends: list[tuple[str, dict[int, float]]] = []
    stops = sorted(random.Random(name).sample(range(1, 18), 10))
    for chosen in ([], stops):
        project = Project(tmp_path / str(len(chosen)))
        run = tiny.run(project, 18)
        changes = dict(VARIANTS[name])
        shape = replace(run.recipe().shape, **{**WIDE, **changes.pop("shape", {})})
        run.recipe_file.write_text(replace(run.recipe(), shape=shape, **changes).to_json(), "utf-8")
        for step in chosen:
            assert stop_at(project, run, at_step(step)).steps == step
        weights = finish(project, run).weights_sha256
        told = journal.read(run.journal_file)
        ends.append((weights, {fact.step: fact.loss for fact in told if isinstance(fact, Stepped)}))
    assert ends[0] == ends[1]


def test_training_time_adds_up_over_resumes(project: Project, run: Run) -> None:
    first = stop_at(project, run, at_step(5))
    second = finish(project, run)
    assert 0 < first.seconds < second.seconds


def test_stopped_before_there_is_a_recipe_nothing_is_left(tmp_path: Path) -> None:
    project = tiny.project(tmp_path / "project", tiny.documents(count=60))
    _, outcome = drain(loop.train(project, Wish(steps=3), lambda: True))
    assert outcome == NOTHING
    assert not project.runs.exists()


def test_a_finished_run_is_not_trained_again(project: Project, run: Run) -> None:
    finish(project, run)
    with pytest.raises(Unsupported, match="made all its steps already"):
        drain(loop.resume(project, run, never))


def test_two_may_not_train_in_one_project(project: Project, run: Run) -> None:
    with writing(project), pytest.raises(Busy):
        drain(loop.resume(project, run, never))
    assert finish(project, run).steps == STEPS


def test_a_training_that_is_given_up_lets_go_of_the_project(project: Project, run: Run) -> None:
    work = loop.resume(project, run, never)
    next(work)
    with pytest.raises(Busy):
        drain(loop.resume(project, run, never))
    work.close()
    assert finish(project, run).steps == STEPS


def stopped_run(project: Project, run: Run) -> int:
    """Train `run` half of its way; the step it stopped at."""
    return stop_at(project, run, at_step(5)).steps


def test_a_damaged_checkpoint_is_passed_over_and_said_so(project: Project, run: Run, undisturbed: Outcome) -> None:
    (checkpoints.folder(run, stopped_run(project, run)) / "weights.safetensors").write_bytes(b"")
    events, outcome = drain(loop.resume(project, run, never))
    assert events[1:3] == [Note("The newest checkpoint (step 5) was damaged; going on from step 3."), Resumed(3)]
    assert outcome.weights_sha256 == undisturbed.weights_sha256


def test_without_one_whole_checkpoint_the_user_is_told(project: Project, run: Run) -> None:
    stopped_run(project, run)
    for file in run.checkpoints.rglob("weights.safetensors"):
        file.write_bytes(b"")
    with pytest.raises(DiskTrouble, match="Train again"):
        drain(loop.resume(project, run, never))


@pytest.mark.parametrize("name", ["recipe.json", "tokenizer.json", "tokens/manifest.json", "tokens/train.bin"])
@pytest.mark.parametrize("damage", [b"", b"{}"])
def test_a_run_with_a_damaged_file_is_refused(project: Project, run: Run, name: str, damage: bytes) -> None:
    stopped_run(project, run)
    (run.root / name).write_bytes(damage)
    with pytest.raises((DiskTrouble, WrongFile)):
        drain(loop.resume(project, run, never))


def test_a_recipe_that_was_changed_does_not_go_on_from_these_weights(project: Project, run: Run) -> None:
    stopped_run(project, run)
    run.recipe_file.write_text(replace(run.recipe(), seed=2).to_json(), "utf-8")
    with pytest.raises(DiskTrouble):
        drain(loop.resume(project, run, never))


def test_killed_before_the_first_checkpoint_it_begins_afresh(project: Project, run: Run) -> None:
    log = journal.Journal(run.journal_file)
    log.write(Evaluated(0, 5.0, 5.0, True, 1.0))
    log.close()
    finish(project, run)
    kinds = Counter(type(fact) for fact in journal.read(run.journal_file))
    assert (kinds[Evaluated], kinds[Sampled], kinds[Saved], kinds[Resumed]) == (2, 10, 4, 0)
