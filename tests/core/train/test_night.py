"""A night's training ends in time, stops when it learns no more, turns back when numbers break, waits when it must;
and is, after all of that, a pure function of its recipe and its journal."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from torch import Tensor

from core import checkpoints, journal, wishes
from core.device import best_device
from core.errors import Trouble
from core.events import Stop, Work, drain, never
from core.journal import Evaluated, Fact, Finished, Happened, Journal, Refitted, Stepped, StepSkipped, TurnedBack
from core.machine import Battery
from core.models.decoder import Decoder
from core.paths import Project
from core.recipe import Precision, Recipe
from core.runs import Outcome, Run
from core.train import care, loop
from core.train.care import Senses
from core.train.stepper import NotFinite, Stepper
from core.wishes import Night
from tests.fakes import tiny
from tests.fakes.stopping import stopped_at

STEPS = 40
CALM = Senses(hottest=lambda: None, battery=lambda: None)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


def a_run(project: Project, night: Night, **changes: object) -> Run:
    run = tiny.run(project, STEPS)
    recipe = replace(run.recipe(), **{"evaluate_every": 4, "save_every": 4, **changes})  # type: ignore[arg-type]  # names
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    wishes.write(run.wish_file, night)
    return run


def train(run: Run, senses: Senses = CALM, stop: Stop = never) -> tuple[list[Fact], Outcome]:
    events, outcome = drain(loop.go_on(run, stop, senses))
    return [event for event in events if isinstance(event, Fact)], outcome


def steps_of(facts: list[Fact]) -> list[int]:
    return [fact.step for fact in facts if isinstance(fact, Stepped)]


def said(facts: list[Fact], what: str) -> list[str]:
    return [fact.text for fact in facts if isinstance(fact, Happened) and fact.what == what]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A clock in whose time a step takes as long as the test says, and nothing else takes any."""
    now, step = [1000.0], Stepper.step
    takes = [1.0]

    def timed(self: Stepper, *batch: object, number: int, learning_rate: float) -> float:
        now[0] += takes[0]
        return step(self, *batch, number=number, learning_rate=learning_rate)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Stepper, "step", timed)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def set_pace(seconds: float) -> None:
        takes[0] = seconds

    return set_pace


@pytest.mark.parametrize(("pace", "steps"), [(1.0, 97), (2.0, 48), (0.5, 194)])
def test_it_ends_in_time_however_fast_the_computer_turns_out(
    project: Project, clock: Callable[[float], None], pace: float, steps: int
) -> None:
    clock(pace)
    run = a_run(project, Night(seconds=100.0))
    facts, outcome = train(run)
    assert 90 <= outcome.seconds <= 100
    assert outcome.steps == pytest.approx(steps, rel=0.03)
    last = [fact for fact in facts if isinstance(fact, Stepped)][-1]
    assert last.learning_rate < 0.07 * run.recipe().learning_rate  # the cool-down was finished


def test_a_computer_that_becomes_busy_in_the_cool_down_still_ends_in_time(
    project: Project, clock: Callable[[float], None]
) -> None:
    run = a_run(project, Night(seconds=100.0))
    work = loop.go_on(run, never, CALM)
    rates: list[float] = []
    for event in work:
        if isinstance(event, Stepped):
            rates.append(event.learning_rate)
            clock(3.0 if event.seconds > 75 else 1.0)
    finished = next(fact for fact in journal.read(run.journal_file) if isinstance(fact, Finished))
    assert 88 <= finished.seconds <= 103
    assert rates[-1] < 0.2 * run.recipe().learning_rate
    assert all(after <= before for before, after in itertools.pairwise(rates[10:]))


def test_what_was_fitted_is_written_down_and_makes_the_same_weights_again(
    project: Project, clock: Callable[[float], None], tmp_path: Path
) -> None:
    clock(0.7)
    run = a_run(project, Night(seconds=60.0))
    facts, outcome = train(run)
    fitted = [fact for fact in facts if isinstance(fact, Refitted)]
    assert fitted
    again = a_run(Project(tmp_path / "again"), Night())
    log = Journal(again.journal_file)
    for fact in fitted:
        log.write(fact)
    log.close()
    (again.checkpoints / "step-00000000").mkdir(parents=True)  # what makes the journal hold; it is damaged, so it is 0
    checkpoints.save(again, checkpoints.Standing(step=0), start_of(again))
    assert train(again)[1].weights_sha256 == outcome.weights_sha256


def start_of(run: Run) -> dict[str, Tensor]:

    model = Decoder(run.recipe().shape)
    model.initialise(run.recipe().seed)
    with Stepper(model, run.recipe(), best_device()) as stepper:
        return {name: tensor.clone() for name, tensor in stepper.tensors().items()}


def test_stopped_anywhere_a_fitted_run_makes_the_steps_that_it_had_planned(
    project: Project, clock: Callable[[float], None]
) -> None:
    clock(0.9)
    run = a_run(project, Night(seconds=60.0))
    stopped_at(lambda stop: loop.resume(project, run, stop), lambda e: isinstance(e, Stepped) and e.step == 30)
    planned = [fact for fact in journal.read(run.journal_file) if isinstance(fact, Refitted)]
    facts, outcome = train(run)
    assert planned
    assert [fact for fact in journal.read(run.journal_file) if isinstance(fact, Refitted)][: len(planned)] == planned
    assert steps_of(facts)[0] == 31
    assert 54 <= outcome.seconds <= 60


def scripted_looks(monkeypatch: pytest.MonkeyPatch, unseen: Callable[[int], float]) -> None:
    """Held-out text measures as the test says; the training text gets ever better."""
    count = itertools.count()

    def look(*_: object) -> Work[float]:
        number = next(count)
        yield from ()
        return unseen(number // 2) if number % 2 else 3.0 - number / 100

    monkeypatch.setattr(loop, "bits_per_byte", look)


def test_it_stops_within_its_patience_and_cools_down_from_the_best_step(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted_looks(monkeypatch, lambda look: 3.0 + abs(look - 3) / 10)  # the best is the look at step 12
    run = a_run(project, Night(patience=3))
    facts, outcome = train(run)
    turned = next(fact for fact in facts if isinstance(fact, TurnedBack))
    assert (turned.step, turned.cools) == (12, True)
    assert max(steps_of(facts)) == 24  # three looks after it, four steps apart
    again = steps_of(facts)[steps_of(facts).index(24) + 1 :]
    assert again == list(range(13, 13 + len(again)))
    assert outcome.steps == 12 + 10
    rates = [fact.learning_rate for fact in facts if isinstance(fact, Stepped)][-10:]
    assert all(after < before for before, after in itertools.pairwise(rates))
    assert said(facts, "cools") == [
        "Unseen text has not got easier since step 12: back to that step, and 10 steps to settle."
    ]
    assert checkpoints.best(run).standing.step == 12
    assert not any(isinstance(f, Evaluated) and 12 < f.step < 16 for f in journal.read(run.journal_file))


def test_who_asked_for_steps_gets_them(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted_looks(monkeypatch, lambda look: 3.0 + look)
    assert train(a_run(project, Night()))[1].steps == STEPS


def failing_at(monkeypatch: pytest.MonkeyPatch, *numbers: int, times: int = 1) -> None:
    """These steps give no finite number, the first so many times that they are made."""
    step, made = Stepper.step, dict.fromkeys(numbers, 0)

    def explode(self: Stepper, *batch: object, number: int, learning_rate: float) -> float:
        if number in made and made[number] < times:
            made[number] += 1
            raise NotFinite
        return step(self, *batch, number=number, learning_rate=learning_rate)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Stepper, "step", explode)


def test_t16_a_step_without_a_finite_number_is_left_out(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_at(monkeypatch, 6)
    run = a_run(project, Night())
    facts, outcome = train(run)
    assert [fact.step for fact in facts if isinstance(fact, StepSkipped)] == [6]
    assert 6 not in steps_of(facts)
    assert outcome.steps == STEPS


def test_t16_three_in_a_row_turn_back_and_go_on_more_slowly(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_at(monkeypatch, 10, 11, 12)
    run = a_run(project, Night())
    facts, outcome = train(run)
    assert outcome.steps == STEPS
    turned = next(fact for fact in facts if isinstance(fact, TurnedBack))
    assert (turned.step, turned.rate) == (8, 0.5)
    rates = {fact.step: fact.learning_rate for fact in facts if isinstance(fact, Stepped)}
    assert rates[9] == rates[8] / 2
    assert said(facts, "turned_back")[0].startswith("Three steps gave no usable number. Back to step 8,")
    assert not any(isinstance(fact, StepSkipped) for fact in journal.read(run.journal_file))


@pytest.mark.parametrize("narrow", ["bf16", "fp16"])
def test_t16_half_precision_that_breaks_falls_to_full(
    project: Project, monkeypatch: pytest.MonkeyPatch, narrow: Precision
) -> None:
    failing_at(monkeypatch, 10, 11, 12)
    used: list[str] = []
    made = Stepper.__init__

    def noting(self: Stepper, model: object, recipe: Recipe, device: object) -> None:
        used.append(recipe.precision)
        made(self, model, recipe, device)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Stepper, "__init__", noting)
    facts, outcome = train(a_run(project, Night(), precision=narrow))
    assert used == [narrow, "fp32"]
    assert outcome.steps == STEPS
    assert "more precise numbers" in said(facts, "turned_back")[0]


def test_t16_after_three_strikes_it_gives_up_and_the_best_is_safe(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_at(monkeypatch, 10, 11, 12, times=99)
    run = a_run(project, Night())
    with pytest.raises(Trouble, match="lost its way at step 12") as caught:
        train(run)
    assert "safe" in caught.value.fix
    assert checkpoints.best(run).standing.step <= 8


def test_it_waits_while_it_is_too_hot(project: Project) -> None:
    heat = itertools.chain([70.0, 96.0], itertools.repeat(60.0))
    run = a_run(project, Night(hottest=90.0))
    work = loop.go_on(run, never, Senses(hottest=lambda: next(heat), battery=lambda: None))
    events = waited_through(work)
    assert said(events, "waits") == [
        "The computer is at 96 °C. Training waits until it has cooled down, and goes on by itself."
    ]
    assert said(events, "goes_on") == ["Training goes on."]


def test_it_waits_while_the_battery_is_nearly_empty(project: Project) -> None:
    power = itertools.chain([Battery(80, False), Battery(9, False)], itertools.repeat(Battery(9, True)))
    run = a_run(project, Night(emptiest=10.0))
    events = waited_through(loop.go_on(run, never, Senses(hottest=lambda: None, battery=lambda: next(power))))
    assert said(events, "waits") == [
        "The battery is at 9 %. Training waits until it is plugged in, and goes on by itself."
    ]


def waited_through(work: Iterator[object]) -> list[Fact]:
    """All facts of a training that looks at its sensors at every step."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(care, "LOOK_EVERY", 0.0)
        return [event for event in work if isinstance(event, Fact)]


def test_weights_of_milestones_are_kept_to_talk_to(project: Project) -> None:
    run = a_run(project, Night())
    train(run)
    assert run.steps_to_talk_to[0] == 0
    assert len(run.steps_to_talk_to) > 5
    early, late = (checkpoints.at(run, step).weights for step in (run.steps_to_talk_to[1], STEPS))
    assert early.keys() == late.keys()
    assert any(not early[name].equal(late[name]) for name in early)
