"""Training, as a generator of what happens. Prints nothing and knows no window.

A run is a pure function of its recipe and of what was decided on its way, which its journal tells: stopped or killed at
any moment and resumed, it ends with the same weights, bit for bit on the CPU, as if nothing had happened.
"""

import contextlib
import time
from contextlib import closing
from dataclasses import replace
from typing import Final, TypeVar

from core import checkpoints, journal, wishes
from core.assemble import begin
from core.atomic import disk_errors
from core.checkpoints import Checkpoint, Standing
from core.device import best_device
from core.errors import DiskFull, DiskTrouble, Trouble, Unsupported
from core.events import Note, Progress, Stop, Work, never
from core.generate.stream import opening, write
from core.inside import milestones
from core.journal import (
    Evaluated,
    Fact,
    Finished,
    Happened,
    Journal,
    Refitted,
    Resumed,
    Sampled,
    Saved,
    Stepped,
    StepSkipped,
    TurnedBack,
)
from core.lock import writing
from core.manifest import read_manifest
from core.paths import Project
from core.plan import DEFAULT_MINUTES, Wish, most_passes
from core.runs import NOTHING, Outcome, Run
from core.train.care import Care, Senses
from core.train.deadline import Deadline
from core.train.evaluate import bits_per_byte
from core.train.material import Material
from core.train.on_base import prepare_on_base
from core.train.pace import Pace
from core.train.prepare import prepare
from core.train.samples import HOW
from core.train.sharded import ShardedStepper
from core.train.steering import Steering
from core.train.stepper import NotFinite, Stepper
from core.train.together import agreed, any_of, is_alone
from core.train.waiting import Waiter
from core.train.workers import one_thread
from core.wishes import Night

R = TypeVar("R")

MILESTONES: Final = 8  # looks at samples in a run, and weights that are kept to talk to
LEAST_PATIENCE: Final = 3  # looks without progress: one or two may be chance


def train(project: Project, wish: Wish, stop: Stop) -> Work[Outcome]:
    """Plan and train a new run on the project's corpus. Stopped before it has a recipe, it leaves nothing."""
    began, started = time.time(), time.monotonic()
    with writing(project):
        if wish.base is None:
            run = yield from prepare(project, wish, best_device(), stop)
        else:
            run = yield from prepare_on_base(project, wish, wish.base, best_device(), stop)
        if run is not None:
            wishes.write(run.wish_file, night_of(run, wish, began, time.monotonic() - started))
        return NOTHING if run is None else (yield from go_on(run, stop))


def night_of(run: Run, wish: Wish, began: float, prepared: float) -> Night:
    """What is written down of a wish: `prepared` seconds of it are gone when training begins. Who asked for a number of
    steps gets exactly those, whatever the clock and the curve say."""
    recipe, tokens = run.recipe(), read_manifest(run.tokens).train.tokens
    passes = wish.passes or most_passes(recipe.method, tokens)
    asked = Night(
        begun=began,
        hottest=wish.hottest,
        emptiest=wish.emptiest,
        ladder=wish.ladder,
        candidate=wish.candidate,
    )
    if wish.steps is not None:
        return asked
    return replace(
        asked,
        seconds=max(1.0, 60 * (wish.minutes or DEFAULT_MINUTES) - prepared),
        until=wish.until,
        most_steps=max(recipe.steps, round(passes * tokens / recipe.tokens_per_step)),
        patience=max(LEAST_PATIENCE, round(recipe.steps / recipe.evaluate_every / 8)),
    )


def resume(project: Project, run: Run, stop: Stop) -> Work[Outcome]:
    """Go on with a run from its newest whole checkpoint."""
    with writing(project):
        if run.is_finished:
            raise Unsupported(
                "This training has made all its steps already.", fix="Talk to it, or start a new training."
            )
        return (yield from go_on(run, stop))


def go_on(run: Run, stop: Stop, senses: Senses | None = None, *, shares: bool = False) -> Work[Outcome]:
    """Train a prepared run to its end, or until it is stopped. The caller holds the project. With `shares` each process
    of a team holds a share of the weights only."""
    yield Progress(0, 0, "Opening the run")
    material = Material.open(run)
    if not run.is_usable:  # an earlier life ended before its first checkpoint, so nothing it wrote down holds
        with disk_errors("opening the journal of the run"):
            run.journal_file.unlink(missing_ok=True)
    outcome, spent = None, 0.0
    while outcome is None:  # once, unless the precision of the numbers has to change half-way
        precise = Steering(material.recipe, journal.read(run.journal_file), Deadline(run.night, 0.0, 0.0), None)
        recipe = replace(material.recipe, precision="fp32") if precise.full_precision else material.recipe
        model = begin(recipe)
        kind = ShardedStepper if shares else Stepper
        with closing(Journal(run.journal_file)) as log, kind(model, recipe, best_device()) as stepper:
            training = Training(material, stepper, log, senses or Senses())
            yield from training.restore(spent)
            outcome = yield from training.work(stop)
            spent = training.seconds
    return outcome


class Training:
    """A run while it trains: where it stands, and what comes next."""

    def __init__(self, material: Material, stepper: Stepper | ShardedStepper, log: Journal, senses: Senses) -> None:
        self._material, self._recipe = material, material.recipe
        self._stepper, self._journal = stepper, log
        self._standing = Standing(step=0)
        self._on_disk: Standing | None = None
        self._unwritten: list[Fact] = []
        self._pace = Pace(self._recipe.tokens_per_step, before=0.0)
        self._care = Care(material.run.night, senses)
        self._waiter = Waiter(material.run.root, senses, self._say, self._on_paused)
        self._steering = self._steer([])
        self._sampled = -1  # the step of the newest samples
        self._said_cooling = False

    def _steer(self, facts: list[Fact]) -> Steering:
        night = self._material.run.night
        return Steering(self._recipe, facts, Deadline(night, self._pace.seconds, time.time()), patience=night.patience)

    @property
    def seconds(self) -> float:
        """Training time so far."""
        return self._pace.seconds

    def restore(self, spent: float) -> Work[None]:
        """Go back to the newest whole checkpoint, if there is one, and say so. `spent` seconds were trained already,
        whatever the checkpoint says: steps that are made again take time as well."""
        found = checkpoints.newest_good(self._material.run)
        if found is None:
            yield self._say("began", f"Began: {self._steering.steps:,} steps are planned.")
            return
        step = found.standing.step
        self._stepper.load(found.tensors)
        self._standing = self._on_disk = found.standing
        self._pace = Pace(self._recipe.tokens_per_step, before=max(spent, found.standing.seconds))
        checkpoints.forget_after(self._material.run, step)
        milestones.forget_after(self._material.run, step)
        if found.passed_over:
            yield Note(
                f"The newest checkpoint (step {found.passed_over[0]:,}) was damaged; going on from step {step:,}."
            )
        told = journal.read(self._material.run.journal_file)
        self._steering = self._steer([f for f in told if f.step <= step or isinstance(f, Refitted | TurnedBack)])
        self._sampled = max((f.step for f in told if isinstance(f, Sampled) and f.step <= step), default=-1)
        self._said_cooling = self._steering.is_cooling(step)
        yield self._tell(Resumed(step))
        yield self._say("continued", f"Went on from step {step:,}.")

    def work(self, stop: Stop) -> Work[Outcome | None]:
        """Step, measure, save, until all steps are made or `stop` says so; either way the last step is saved. None
        when the numbers have to be computed more precisely: then a new stepper goes on."""
        yield self._progress("Training")
        while True:
            stopped = (yield from self._measure(stop)) if self._is_due(self._recipe.evaluate_every) else False
            turned = None if stopped else self._steering.lost_patience(self._standing.step)
            if turned is not None and (yield from self._settle(*turned)):
                continue
            finished = self._is_last and not stopped
            stopped = not finished and any_of(stopped or stop())
            if milestones.is_due(self._standing.step, self._recipe.evaluate_every):
                self._remember()
            if self._is_best or self._is_due(self._recipe.save_every) or stopped or self._is_milestone:
                yield from self._save(stop)
            if finished or stopped:
                return (yield from self._end(stopped=stopped))
            yield from self._wait_for_the_journal(stop)
            yield from self._waiter.for_care(self._care, self._progress("Waiting"), stop)
            yield from self._look_at_the_clock()
            fact = self._step()
            if fact is not None:
                yield fact
            elif (yield from self._turn_back()):
                return None

    @property
    def _is_last(self) -> bool:
        return self._standing.step >= self._steering.steps

    @property
    def _is_best(self) -> bool:
        bits = self._standing.bits_per_byte
        return bits is not None and bits == self._standing.best_bits_per_byte

    @property
    def _is_milestone(self) -> bool:
        """Whether this step is one to talk to later."""
        return self._standing.step == self._sampled and self._standing.bits_per_byte is not None

    def _is_due(self, every: int) -> bool:
        return self._standing.step % every == 0 or self._is_last

    def _step(self) -> Fact | None:
        """Make the next step. None when numbers that are none came too often in a row: then it has to turn back."""
        step = self._standing.step + 1
        rate = self._steering.schedule.rate(step)
        started, rung = time.monotonic(), self._stepper.rung
        try:
            loss = self._stepper.step(*self._material.batches.batch(step - 1), number=step, learning_rate=rate)
        except NotFinite as error:  # raised before the optimizer: the weights are those of the step before
            return self._failed(step, error)
        self._steering.strikes.went_well()
        if self._stepper.rung != rung:
            self._say("memory", "Memory ran short: each step is computed in smaller parts now. What is learnt stays.")
        seconds = time.monotonic() - started
        self._pace.add(seconds)
        self._steering.deadline.tempo.add(seconds)
        self._move_to(step)
        return self._tell(Stepped(step, loss, rate, self._pace.recent, self._pace.seconds))

    def _failed(self, step: int, error: NotFinite) -> Fact | None:
        match self._steering.failed():
            case "skip":
                self._move_to(step)
                return self._tell(StepSkipped(step))
            case "turn back":
                return None
        raise Trouble(
            f"Training lost its way at step {step:,}: a number grew beyond all bounds, and turning back did not help.",
            fix="The bot of the best step before is safe, talk to that one. Or start a new training.",
        ) from error

    def _move_to(self, step: int) -> None:
        self._standing = replace(self._standing, step=step, seconds=self._pace.seconds, bits_per_byte=None)

    def _turn_back(self) -> Work[bool]:
        """To the newest checkpoint, at a lower rate; whether the numbers must be more precise from now on."""
        found = checkpoints.newest_good(self._material.run)
        if found is None:
            raise AssertionError("the first step is saved before the second is made")
        decision = self._steering.turn(found.standing.step)
        was_precise = self._steering.full_precision or not decision.full_precision
        yield self._say(
            "turned_back",
            f"Three steps gave no usable number. Back to step {decision.step:,}, with half the learning rate"
            + ("." if was_precise else " and more precise numbers."),
        )
        self._decide(decision)
        yield decision
        self._return_to(found)
        return not was_precise

    def _settle(self, turned: TurnedBack, fitted: Refitted) -> Work[bool]:
        """Back to the best step, and cool down from there. False, and on as before, when that one is damaged."""
        found = checkpoints.resumable(self._material.run, turned.step)
        if found is None:
            return False
        yield self._say(
            "cools",
            f"Unseen text has not got easier since step {turned.step:,}: back to that step, and"
            f" {fitted.steps - fitted.step:,} steps to settle.",
        )
        checkpoints.forget_after(self._material.run, turned.step)
        for decision in (turned, fitted):
            self._decide(decision)
            yield decision
        self._return_to(found)
        self._said_cooling = True
        return True

    def _return_to(self, found: Checkpoint) -> None:
        self._stepper.load(found.tensors)
        self._standing = self._on_disk = found.standing
        self._sampled = min(self._sampled, found.standing.step)

    def _decide(self, decision: Refitted | TurnedBack) -> None:
        self._tell(decision)
        self._steering.decide(decision)

    def _look_at_the_clock(self) -> Work[None]:
        """Fit the number of steps to the time that is left."""
        step = self._standing.step
        wanted = self._steering.refit(step, self._pace.seconds)
        (steps,) = agreed(wanted.steps if wanted else 0)  # each process of a team has a clock of its own
        if steps:
            fitted = Refitted(step, int(steps))
            self._decide(fitted)
            yield fitted
            yield self._progress("Training")
        if (
            not self._said_cooling
            and self._steering.is_cooling(step)
            and self._steering.steps > self._recipe.warmup_steps
        ):
            self._said_cooling = True
            yield self._say("cools", "The last part begins: its steps become smaller and smaller, so that it settles.")

    def _measure(self, stop: Stop) -> Work[bool]:
        """Measure on both sides, and now and then write samples, unless this step was measured before. True when
        stopped."""
        if self._standing.bits_per_byte is not None:
            return False
        model, pool, material = self._stepper.working, self._stepper.pool, self._material
        stop = stop if is_alone() else never  # in a team all stop at the same place: behind a step
        started = time.monotonic()
        learnt = yield from self._during("Measuring", bits_per_byte(model, material.train, pool, stop))
        unseen = yield from self._during("Measuring", bits_per_byte(model, material.held_out, pool, stop))
        if learnt is None or unseen is None:
            return True
        learnt, unseen = agreed(learnt, unseen)
        took = time.monotonic() - started
        best = self._standing.best_bits_per_byte
        is_best = best is None or unseen < best
        self._standing = replace(self._standing, bits_per_byte=unseen, best_bits_per_byte=unseen if is_best else best)
        self._steering.looked(self._standing.step, unseen)
        yield self._tell(Evaluated(self._standing.step, learnt, unseen, is_best, self._pace.seconds))
        since = self._standing.step - self._sampled
        if self._is_last or self._sampled < 0 or since >= self._steering.steps // MILESTONES:
            yield from self._sample(stop)
        self._steering.deadline.looked(took, closing=time.monotonic() - started)
        self._remember()
        return False

    def _remember(self) -> None:
        """Leave something of this step for looking inside, when its weights are gone. What a full disk does not take is
        missed by nobody: the training goes on. No process of a team that shares its weights can look."""
        if not isinstance(self._stepper, Stepper):
            return
        with one_thread():
            found = milestones.measure(self._stepper.working, self._material.yardstick)
        with contextlib.suppress(DiskTrouble):
            milestones.write(self._material.run, self._standing.step, found)

    def _sample(self, stop: Stop) -> Work[None]:
        how, alone = replace(HOW, seed=self._recipe.seed), isinstance(self._stepper, Stepper)
        for prompt in self._material.prompts if alone else ():  # each token would borrow every weight
            ids = opening(self._material.tokenizer, prompt)
            work = write(self._stepper.model, self._material.tokenizer, ids, how, stop)
            reply = yield from self._during("Writing a sample", work)
            if not reply.stopped:
                yield self._tell(Sampled(self._standing.step, prompt, reply.text))
        self._sampled = self._standing.step

    def _save(self, stop: Stop) -> Work[None]:
        """Put the present step on disk, unless it is there. What was told before it, is there first. A disk that is
        full is waited for, except for the very first save, which shows whether there is room at all."""
        if self._standing == self._on_disk:
            return
        yield self._progress("Saving")
        tensors = self._stepper.tensors()
        needed = sum(tensor.nbytes for tensor in tensors.values())
        started = time.monotonic()

        def deed() -> None:
            self._flush()
            self._journal.sync()
            checkpoints.save(self._material.run, self._standing, tensors)

        if self._on_disk is None:
            deed()
        elif not (yield from self._waiter.for_room(deed, needed, self._progress("Waiting"), stop)):
            deed()  # the user gave up waiting: what the disk says now is the last word
        self._on_disk = self._standing
        self._steering.deadline.saved(time.monotonic() - started)
        if self._is_milestone:
            checkpoints.keep_milestone(self._material.run, self._standing.step)
        yield self._tell(Saved(self._standing.step))

    def _tell(self, fact: Fact) -> Fact:
        """Write a fact down, so that it may be yielded. Where the disk is full it waits in memory, and so will we."""
        self._unwritten.append(fact)
        with contextlib.suppress(DiskFull):
            self._flush()
        return fact

    def _say(self, what: str, text: str) -> Fact:
        """A sentence for the log of the night."""
        return self._tell(Happened(self._standing.step, what, text, time.time()))

    def _flush(self) -> None:
        """Write down all that was told. Raises DiskFull, and keeps the rest."""
        while self._unwritten:
            self._journal.write(self._unwritten[0])
            del self._unwritten[0]

    def _wait_for_the_journal(self, stop: Stop) -> Work[None]:
        if self._unwritten and not (yield from self._waiter.for_room(self._flush, 0, self._progress("Waiting"), stop)):
            self._flush()

    def _on_paused(self, seconds: float) -> None:
        self._pace.pause(seconds)

    def _during(self, note: str, work: Work[R]) -> Work[R]:
        """Do `work`; whatever it yields is shown as progress of the training, whose unit is steps."""
        while True:
            try:
                with one_thread():
                    next(work)
            except StopIteration as end:
                result: R = end.value
                return result
            yield self._progress(note)

    def _progress(self, note: str) -> Progress:
        return Progress(self._standing.step, self._steering.steps, note)

    def _end(self, *, stopped: bool) -> Work[Outcome]:
        step, best, seconds = self._standing.step, self._standing.best_bits_per_byte, self._pace.seconds
        weights_sha256 = checkpoints.weights_sha256(self._stepper.tensors())
        if stopped:
            yield self._say("stopped", f"Stopped and saved at step {step:,}.")
        else:
            yield self._say("finished", f"Finished after {step:,} steps, at {best or 0.0:.3f} bits per byte at best.")
            yield self._tell(Finished(step, best or 0.0, seconds, weights_sha256, self._pace.overall))
        with contextlib.suppress(DiskFull):
            self._flush()
        return Outcome(
            run=self._material.run.name,
            steps=step,
            best_bits_per_byte=best,
            tokens_per_second=self._pace.overall,
            seconds=seconds,
            weights_sha256=weights_sha256,
            stopped=stopped,
        )
