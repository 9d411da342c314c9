"""Training, as a generator of what happens. Prints nothing and knows no window.

A run is a pure function of its recipe: stopped or killed at any moment and resumed, it ends with the same weights,
bit for bit on the CPU, as if nothing had happened.
"""

import time
from contextlib import closing
from dataclasses import replace
from typing import Final, TypeVar

from core import checkpoints
from core.atomic import disk_errors
from core.checkpoints import Standing
from core.device import best_device
from core.errors import Trouble, Unsupported
from core.events import Note, Progress, Stop, Work
from core.generate.stream import opening, write
from core.journal import Evaluated, Fact, Finished, Journal, Resumed, Sampled, Saved, Stepped
from core.lock import writing
from core.models.decoder import Decoder
from core.paths import Project
from core.plan import Wish
from core.runs import Outcome, Run
from core.train.evaluate import bits_per_byte
from core.train.material import Material
from core.train.pace import Pace
from core.train.prepare import prepare
from core.train.samples import HOW
from core.train.schedule import learning_rate
from core.train.stepper import NotFinite, Stepper
from core.train.workers import one_thread

R = TypeVar("R")

NOTHING: Final = Outcome(
    run="", steps=0, best_bits_per_byte=None, tokens_per_second=0.0, seconds=0.0, weights_sha256="", stopped=True
)


def train(project: Project, wish: Wish, stop: Stop) -> Work[Outcome]:
    """Plan and train a new run on the project's corpus. Stopped before it has a recipe, it leaves nothing."""
    with writing(project):
        run = yield from prepare(project, wish, best_device(), stop)
        return NOTHING if run is None else (yield from go_on(run, stop))


def resume(project: Project, run: Run, stop: Stop) -> Work[Outcome]:
    """Go on with a run from its newest whole checkpoint."""
    with writing(project):
        if run.is_finished:
            raise Unsupported(
                "This training has made all its steps already.", fix="Talk to it, or start a new training."
            )
        return (yield from go_on(run, stop))


def go_on(run: Run, stop: Stop) -> Work[Outcome]:
    """Train a prepared run to its end, or until it is stopped. The caller holds the project."""
    yield Progress(0, 0, "Opening the run")
    material = Material.open(run)
    if not run.is_usable:  # an earlier life ended before its first checkpoint, so nothing it wrote down holds
        with disk_errors("opening the journal of the run"):
            run.journal_file.unlink(missing_ok=True)
    model = Decoder(material.recipe.shape)
    model.initialise(material.recipe.seed)
    with closing(Journal(run.journal_file)) as journal, Stepper(model, material.recipe, best_device()) as stepper:
        training = Training(material, stepper, journal)
        yield from training.restore()
        return (yield from training.work(stop))


class Training:
    """A run while it trains: where it stands, and what comes next."""

    def __init__(self, material: Material, stepper: Stepper, journal: Journal) -> None:
        self._material, self._recipe = material, material.recipe
        self._stepper, self._journal = stepper, journal
        self._standing = Standing(step=0)
        self._on_disk: Standing | None = None
        self._pace = Pace(self._recipe.tokens_per_step, before=0.0)

    def restore(self) -> Work[None]:
        """Go back to the newest whole checkpoint, if there is one, and say so."""
        found = checkpoints.newest_good(self._material.run)
        if found is None:
            return
        self._stepper.load(found.tensors)
        self._standing = self._on_disk = found.standing
        self._pace = Pace(self._recipe.tokens_per_step, before=found.standing.seconds)
        checkpoints.forget_after(self._material.run, found.standing.step)
        if found.passed_over:
            yield Note(
                f"The newest checkpoint (step {found.passed_over[0]:,}) was damaged; "
                f"going on from step {found.standing.step:,}."
            )
        yield self._tell(Resumed(found.standing.step))

    def work(self, stop: Stop) -> Work[Outcome]:
        """Step, measure, save, until all steps are made or `stop` says so; either way the last step is saved."""
        yield self._progress("Training")
        while True:
            stopped = (yield from self._measure(stop)) if self._is_due(self._recipe.evaluate_every) else False
            finished = self._is_last and not stopped
            stopped = not finished and (stopped or stop())
            if self._is_best or self._is_due(self._recipe.save_every) or stopped:
                yield from self._save()
            if finished or stopped:
                return (yield from self._end(stopped=stopped))
            yield self._step()

    @property
    def _is_last(self) -> bool:
        return self._standing.step == self._recipe.steps

    @property
    def _is_best(self) -> bool:
        bits = self._standing.bits_per_byte
        return bits is not None and bits == self._standing.best_bits_per_byte

    def _is_due(self, every: int) -> bool:
        return self._standing.step % every == 0 or self._is_last

    def _step(self) -> Fact:
        step = self._standing.step + 1
        rate = learning_rate(self._recipe, step)
        started = time.monotonic()
        try:
            loss = self._stepper.step(*self._material.batches.batch(step - 1), number=step, learning_rate=rate)
        except NotFinite as error:
            raise Trouble(
                f"Training lost its way at step {step:,}: a number grew beyond all bounds.",
                fix="The bot of the best step before is safe, talk to that one. Or start a new training.",
            ) from error
        self._pace.add(time.monotonic() - started)
        self._standing = replace(self._standing, step=step, seconds=self._pace.seconds, bits_per_byte=None)
        return self._tell(Stepped(step, loss, rate, self._pace.recent, self._pace.seconds))

    def _measure(self, stop: Stop) -> Work[bool]:
        """Measure on both sides and write samples, unless this step was measured before. True when stopped."""
        if self._standing.bits_per_byte is not None:
            return False
        model, pool, material = self._stepper.working, self._stepper.pool, self._material
        learnt = yield from self._during("Measuring", bits_per_byte(model, material.train, pool, stop))
        unseen = yield from self._during("Measuring", bits_per_byte(model, material.held_out, pool, stop))
        if learnt is None or unseen is None:
            return True
        best = self._standing.best_bits_per_byte
        is_best = best is None or unseen < best
        self._standing = replace(self._standing, bits_per_byte=unseen, best_bits_per_byte=unseen if is_best else best)
        yield self._tell(Evaluated(self._standing.step, learnt, unseen, is_best, self._pace.seconds))
        yield from self._sample(stop)
        return False

    def _sample(self, stop: Stop) -> Work[None]:
        how = replace(HOW, seed=self._recipe.seed)
        for prompt in self._material.prompts:
            ids = opening(self._material.tokenizer, prompt)
            work = write(self._stepper.model, self._material.tokenizer, ids, how, stop)
            reply = yield from self._during("Writing a sample", work)
            if not reply.stopped:
                yield self._tell(Sampled(self._standing.step, prompt, reply.text))

    def _save(self) -> Work[None]:
        """Put the present step on disk, unless it is there. What was told before it, is there first."""
        if self._standing == self._on_disk:
            return
        yield self._progress("Saving")
        self._journal.sync()
        checkpoints.save(self._material.run, self._standing, self._stepper.tensors())
        self._on_disk = self._standing
        yield self._tell(Saved(self._standing.step))

    def _tell(self, fact: Fact) -> Fact:
        """Write a fact down, so that it may be yielded."""
        self._journal.write(fact)
        return fact

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
        return Progress(self._standing.step, self._recipe.steps, note)

    def _end(self, *, stopped: bool) -> Work[Outcome]:
        step, best, seconds = self._standing.step, self._standing.best_bits_per_byte, self._pace.seconds
        weights_sha256 = checkpoints.weights_sha256(self._stepper.tensors())
        if not stopped:
            yield self._tell(Finished(step, best or 0.0, seconds, weights_sha256))
        return Outcome(
            run=self._material.run.name,
            steps=step,
            best_bits_per_byte=best,
            tokens_per_second=self._pace.overall,
            seconds=seconds,
            weights_sha256=weights_sha256,
            stopped=stopped,
        )
