"""A run as a story: everything that the report shows, read from the files of the run. Knows no HTML and no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from core import health, journal, ladders, runs
from core.atomic import disk_errors
from core.errors import DiskTrouble
from core.health import Health
from core.journal import Evaluated, Fact, Finished, Happened, Resumed, Sampled, Stepped, StepSkipped, TurnedBack
from core.manifest import read_manifest
from core.meters import Meters, kept
from core.paths import Project
from core.recipe import Recipe
from core.report.advice import advice
from core.runs import Run
from core.wishes import Night

MOST_POINTS: Final = 600  # of a curve on the page: more are not seen
LOOKS: Final = 6  # at samples, from the first to the last


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a curve; `bits` a byte."""

    step: int
    seconds: float
    bits: float


@dataclass(frozen=True, slots=True)
class Look:
    """What the bot wrote at one step, from each of its prompts."""

    step: int
    bits: float | None
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the comparison. `bits` a byte on the same held-out text."""

    name: str
    what: str
    bits: float
    seconds: float
    is_this: bool
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """All of a report."""

    title: str
    name: str
    model: str
    health: Health
    steps: int
    planned: int
    tokens: int  # that it learnt from, counted as often as they were read
    passes: float
    seconds: float
    best: Point | None
    each: tuple[Point, ...]
    learnt: tuple[Point, ...]
    unseen: tuple[Point, ...]
    looks: tuple[Look, ...]  # some of them, for the page
    every_look: tuple[Look, ...]
    night: tuple[tuple[float | None, str], ...]  # when, what; without a clock where only the step is known
    candidates: tuple[Candidate, ...]
    used: str
    advice: tuple[str, ...]
    is_finished: bool
    meters: Meters | None = None


def tell(run: Run) -> Story:
    """The story of a run. Raises DiskTrouble when its recipe or journal cannot be read."""
    recipe, facts, night = run.recipe(), journal.read(run.journal_file), run.night
    tokens, per_nat = learnt_from(run)
    steps, seconds = journal.step_of(facts), seconds_of(facts)
    unseen = tuple(Point(f.step, f.seconds, f.bits_per_byte) for f in facts if isinstance(f, Evaluated))
    learnt = tuple(Point(f.step, f.seconds, f.train_bits_per_byte) for f in facts if isinstance(f, Evaluated))
    best = min(unseen, key=lambda point: point.bits, default=None)
    passes = steps * recipe.tokens_per_step / tokens if tokens else 0.0
    state = health.verdict(facts)
    return Story(
        title=run.title,
        name=run.name,
        model=model_of(recipe),
        health=state,
        steps=steps,
        planned=journal.planned(recipe.steps, facts),
        tokens=steps * recipe.tokens_per_step,
        passes=passes,
        seconds=seconds,
        best=best,
        each=thinned([Point(f.step, f.seconds, f.loss * per_nat) for f in facts if isinstance(f, Stepped)]),
        learnt=learnt,
        unseen=unseen,
        looks=some(looks_of(facts)),
        every_look=looks_of(facts),
        night=tuple(happenings(facts)),
        candidates=candidates(run),
        used=used(night, facts, seconds),
        advice=advice(facts, passes=passes, planned=journal.planned(recipe.steps, facts)),
        is_finished=journal.is_finished(facts),
        meters=kept(run.root),
    )


def learnt_from(run: Run) -> tuple[int, float]:
    """How many tokens one pass has, and what a loss in nats a token is worth in bits a byte."""
    with disk_errors("looking at a run"):
        part = read_manifest(run.tokens).train
    return part.targets, part.targets / part.bytes / log(2)


def seconds_of(facts: Sequence[Fact]) -> float:
    return max((f.seconds for f in facts if isinstance(f, Stepped | Evaluated | Finished)), default=0.0)


def model_of(recipe: Recipe) -> str:
    """The model in a few plain words."""
    shape = recipe.shape
    how = {"scratch": "started from nothing", "lora": "an adapter on a model that can read already"}
    words = how.get(recipe.method, "a model that could read already, trained on")
    return f"{shape.parameters / 1e6:.1f} million weights in {shape.layers} layers, {words}"


def thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    """Means of neighbours, so that no more than MOST_POINTS are left."""
    size = -(-len(points) // MOST_POINTS) if points else 1
    groups = [points[first : first + size] for first in range(0, len(points), size)]
    return tuple(
        Point(group[-1].step, group[-1].seconds, sum(point.bits for point in group) / len(group)) for group in groups
    )


def looks_of(facts: Sequence[Fact]) -> tuple[Look, ...]:
    """Every look at samples, in the order of their steps."""
    bits = {fact.step: fact.bits_per_byte for fact in facts if isinstance(fact, Evaluated)}
    texts: dict[int, dict[str, str]] = {}
    for fact in facts:
        if isinstance(fact, Sampled):
            texts.setdefault(fact.step, {})[fact.prompt] = fact.text
    return tuple(Look(step, bits.get(step), tuple(texts[step].items())) for step in sorted(texts))


def some(looks: tuple[Look, ...]) -> tuple[Look, ...]:
    """A few of them, spread evenly from the first to the last."""
    if len(looks) <= LOOKS:
        return looks
    return tuple(looks[round(n * (len(looks) - 1) / (LOOKS - 1))] for n in range(LOOKS))


def happenings(facts: Sequence[Fact]) -> list[tuple[float | None, str]]:
    """The night in sentences. Runs of before there was a log have only what the facts themselves say."""
    told: list[tuple[float | None, str]] = []
    has_log = any(isinstance(fact, Happened) for fact in facts)
    skipped = [fact.step for fact in facts if isinstance(fact, StepSkipped)]
    for fact in facts:
        match fact:
            case Happened():
                told.append((fact.at, fact.text))
            case Resumed() if not has_log:
                told.append((None, f"Went on from step {fact.step:,}."))
            case TurnedBack() if not has_log:
                told.append((None, f"Turned back to step {fact.step:,}."))
            case Finished() if not has_log:
                told.append((None, f"Finished after {fact.step:,} steps."))
    if skipped:
        told.append(
            (None, f"{len(skipped)} steps gave no usable number and were left out, the first at {skipped[0]:,}.")
        )
    return told


def candidates(run: Run) -> tuple[Candidate, ...]:
    """The runs to compare it with: those of the same night, or else all of the project. The best first."""
    ladder = run.night.ladder
    found = []
    for each in runs.all_runs(run.root.parent):
        night = each.night
        if ladder and night.ladder != ladder:
            continue
        try:
            facts, what = journal.read(each.journal_file), night.candidate or model_of(each.recipe())
        except DiskTrouble:
            continue  # a damaged run is no candidate
        bits = min((fact.bits_per_byte for fact in facts if isinstance(fact, Evaluated)), default=None)
        if bits is not None:
            found.append(Candidate(each.title, what, bits, seconds_of(facts), each.name == run.name))
    known = ladders.read(Project(run.root.parent.parent), ladder) if ladder else None
    scale = [] if known is None else [each for each in known.rungs if not each.run]
    found.extend(Candidate("–", each.what, each.bits, each.seconds, is_this=False) for each in scale)
    found.sort(key=lambda candidate: candidate.bits)
    return tuple(
        Candidate(c.name, c.what, c.bits, c.seconds, c.is_this, is_best=place == 0) for place, c in enumerate(found)
    )


def used(night: Night, facts: Sequence[Fact], seconds: float) -> str:
    """How much of the time that was given went into learning."""
    at = [fact.at for fact in facts if isinstance(fact, Happened)]
    passed = max(at) - min(at) if len(at) > 1 else seconds
    waited = max(0.0, passed - seconds)
    wait = (
        f" For {spoken(waited)} it was not training: stopped, or waiting." if waited > max(60.0, 0.02 * passed) else ""
    )
    if night.seconds is None:
        return f"It trained for {spoken(seconds)}.{wait}"
    if seconds > 1.05 * night.seconds:
        return f"It trained for {spoken(seconds)}, longer than the {spoken(night.seconds)} it was given.{wait}"
    share = seconds / night.seconds
    if share >= 0.995:
        return f"It trained for {spoken(seconds)}, all of the time it was given.{wait}"
    return f"It trained for {spoken(seconds)} of the {spoken(night.seconds)} it was given: {share:.0%} was used.{wait}"


def spoken(seconds: float) -> str:
    """A length of time as one would say it."""
    if seconds < 90:
        return f"{round(seconds)} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02} min"
