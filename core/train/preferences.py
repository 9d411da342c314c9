"""Learning from choices between replies, after a training with adapters: DPO (2305.18290), a run of its own.

For each pair the reply that the writer wanted shall gain on the one that was not wanted, compared with how the bot
stood at the beginning; a share of plain likelihood keeps the wanted one from sinking along (2404.19733). How the bot
stood is computed once, before the first step, and kept: so no second model is held, and a run that was stopped goes on
with the same bits. Knows no window.

preferences.json    the pairs, and the run that it went on from; reference.json: nats of both replies of each at first
"""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from typing import Final, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core import assemble, checkpoints, feedback, persona, runs
from core.atomic import disk_errors, write_file
from core.checkpoints import Standing
from core.corpus import Corpus
from core.curate.clean import hide
from core.curate.names import Names
from core.curate.of_project import people
from core.device import best_device
from core.errors import DiskTrouble, Unsupported
from core.events import Progress, Stop, Work, never
from core.examples.example import Example
from core.examples.tokens import Tokens, in_template
from core.feedback import PAIRS_FILE, Preference
from core.generate.templates import suiting
from core.journal import Evaluated, Finished, Happened, Journal, Resumed, Saved, Stepped
from core.lock import writing
from core.models.decoder import IGNORE
from core.paths import Project
from core.recipe import Recipe
from core.replies import Turn
from core.runs import NOTHING, Outcome, Run
from core.selection import load
from core.tokenizers import files
from core.tokenizers.pretrained import PretrainedTokenizer
from core.train.evaluate import bits_per_byte
from core.train.material import Material
from core.train.prepare import new_run
from core.train.stepper import Stepper

VERSION: Final = 1
REFERENCE: Final = "reference.json"
LEAST: Final = feedback.LEAST_PAIRS
BETA: Final = 0.1  # how far the bot may go from where it stood: the paper's
LIKELIHOOD: Final = 0.2  # of nats a token of the wanted reply, added to the loss
RATE: Final = 2e-5  # of adapters; whole models take 5e-7 to 5e-6
BATCH: Final = 8  # pairs
ROUNDS: Final = 2  # over all pairs
HARDER: Final = 1.02  # times as many bits on unseen text, above which it is said that this cost something


Told = TypeVar("Told", Stepped, Saved, Resumed, Happened, Evaluated, Finished)


@dataclass(frozen=True, slots=True)
class Pair:
    """Ids and targets of both replies to one talk, a row each, on the device that learns."""

    chosen: tuple[Tensor, Tensor]
    rejected: tuple[Tensor, Tensor]


def loss_of(chosen: Tensor, rejected: Tensor, at_first: tuple[float, float], tokens: int) -> Tensor:
    """-log s(beta (log p/p0 of the chosen - log p/p0 of the rejected)) + a share of the chosen one's nats a token.

    All are nats, minus log p: of both replies now, and of both `at_first`.
    """
    gained = (rejected - at_first[1]) - (chosen - at_first[0])
    return -F.logsigmoid(BETA * gained) + LIKELIHOOD * chosen / max(1, tokens)


class PreferenceStepper(Stepper):
    """Steps on pairs instead of sequences."""

    def prefer(self, pairs: Sequence[Pair], at_first: Sequence[tuple[float, float]], learning_rate: float) -> float:
        """One optimizer step; returns the mean loss before it. Raises NotFinite."""
        self._sum.clear()
        for place, (pair, stood) in enumerate(zip(pairs, at_first, strict=True)):
            chosen, rejected = self.working.loss(*pair.chosen), self.working.loss(*pair.rejected)
            loss = loss_of(chosen, rejected, stood, int((pair.chosen[1] != IGNORE).sum()))
            self._sum.add(place, loss.item(), torch.autograd.grad(loss, self._weights))
        mean = self._sum.loss / len(pairs)
        self._move(self._prepare(len(pairs), learning_rate))
        return mean

    @torch.no_grad()
    def nats(self, pair: Pair) -> tuple[float, float]:
        """Of the chosen and of the rejected reply, as the bot stands."""
        return float(self.working.loss(*pair.chosen)), float(self.working.loss(*pair.rejected))


def train(project: Project, stop: Stop) -> Work[Outcome]:
    """A new run that goes on from the bot that speaks, on all pairs there are. Raises Unsupported without enough."""
    with writing(project):
        run = yield from prepare(project, stop)
        if run is None:
            return NOTHING
        return (yield from go_on(run, stop))


def resume(project: Project, run: Run, stop: Stop) -> Work[Outcome]:
    with writing(project):
        return (yield from go_on(run, stop))


def prepare(project: Project, stop: Stop) -> Work[Run | None]:
    """The folder of the run: what the bot that speaks was made with, and the pairs. None, and none, when stopped."""
    pairs = feedback.fitting(feedback.preferences(feedback.all_of(project)))
    if len(pairs) < LEAST:
        raise Unsupported(
            f"You chose between replies {len(pairs)} times; {LEAST} are needed to learn from.",
            fix="Talk on: ask again and go on from the reply you like better, or write what it should have said.",
        )
    parent = runs.speaker(project.runs)
    if parent is None or not parent.recipe().adapts:
        raise Unsupported(
            "Choices between replies are learnt by a bot that was trained on a base model, and yours was not.",
            fix="Train one on a base model first: see the Models page.",
        )
    pairs = yield from without_private(pairs, project, stop)
    if stop():
        return None  # what is hidden may lack names
    steps = -(-len(pairs) // BATCH) * ROUNDS
    known = parent.recipe()
    recipe = replace(known, steps=steps, batch=BATCH, learning_rate=RATE, warmup_steps=0, weight_decay=0.0, dropout=0.0,
                     precision="fp32" if known.precision == "fp16" else known.precision,
                     evaluate_every=steps, save_every=max(1, steps // 4))  # fmt: skip
    told = {"version": VERSION, "parent": parent.name, "pairs": [asdict(pair) for pair in pairs]}
    with new_run(project) as run, disk_errors("preparing the run"):
        shutil.copytree(parent.tokens, run.tokens, copy_function=_linked)
        shutil.copy2(parent.tokenizer_file, run.tokenizer_file)
        if (parent.root / "corpus.json").is_file():
            shutil.copy2(parent.root / "corpus.json", run.root / "corpus.json")
        write_file(run.root / PAIRS_FILE, json.dumps(told).encode("ascii"))
        write_file(run.recipe_file, recipe.to_json().encode("ascii"))
    return run


def without_private(pairs: Sequence[Preference], project: Project, stop: Stop) -> Work[list[Preference]]:
    """The pairs as they are learnt: numbers, addresses and keys hidden, and other people's names put for others."""
    selection, known = load(project.root), Names()
    if project.corpus.is_file():
        with Corpus(project.corpus, read_only=True) as corpus:
            known = (yield from people(corpus, stop)) or known

    def hidden(text: str) -> str:
        return hide(text, selection, known)

    return [
        Preference(
            tuple(replace(turn, text=hidden(turn.text)) for turn in pair.turns),
            hidden(pair.chosen),
            hidden(pair.rejected),
        )
        for pair in pairs
    ]


def go_on(run: Run, stop: Stop) -> Work[Outcome]:
    """To the end of all rounds, or until stopped. The caller holds the project."""
    yield Progress(0, 0, "Opening the run")
    material = Material.open(run)
    recipe = material.recipe
    parent, preferences = read(run)
    with (
        closing(Journal(run.journal_file)) as log,
        PreferenceStepper(assemble.begin(recipe), recipe, best_device()) as stepper,
    ):
        course = Course(material, stepper, log, encoded(preferences, material, stepper))
        yield from course.begin(parent)
        return (yield from course.work(stop))


class Course:
    """The run while it learns."""

    def __init__(self, material: Material, stepper: PreferenceStepper, log: Journal, pairs: Sequence[Pair]) -> None:
        self._material, self._run, self._recipe = material, material.run, material.recipe
        self._stepper, self._log, self._pairs = stepper, log, pairs
        self._at_first: list[tuple[float, float]] = []
        self._step, self._seconds, self._bits = 0, 0.0, 0.0

    def begin(self, parent: Run | None) -> Work[None]:
        """Where it was stopped, or where the bot stood that it goes on from."""
        found = checkpoints.newest_good(self._run) if self._run.is_usable else None
        if found is not None:
            self._stepper.load(found.tensors)
            self._step, self._seconds = found.standing.step, found.standing.seconds
            self._at_first = [(a, b) for a, b in json.loads((self._run.root / REFERENCE).read_text("ascii"))]
            yield self._tell(Resumed(self._step))
            return
        if parent is None:
            raise DiskTrouble("The bot that this training goes on from is gone.", fix="Begin a new one.")
        assemble.put(self._stepper.model, checkpoints.best(parent).weights)
        for n, pair in enumerate(self._pairs):
            self._at_first.append(self._stepper.nats(pair))
            yield Progress(n + 1, len(self._pairs), "Reading what you chose")
        with disk_errors("preparing the run"):
            write_file(self._run.root / REFERENCE, json.dumps(self._at_first).encode("ascii"))
        text = f"Began from {parent.title}, with {len(self._pairs)} choices between replies."
        yield self._tell(Happened(0, "began", text, time.time()))
        yield from self._look()
        yield self._save()

    def work(self, stop: Stop) -> Work[Outcome]:
        steps = self._recipe.steps
        while self._step < steps and not stop():
            yield self._make_step(self._recipe.learning_rate * (1 - self._step / steps))
            if self._step % self._recipe.save_every == 0 and self._step < steps:
                yield self._save()
        stopped = self._step < steps
        if not stopped:
            yield from self._look()
        yield self._save()
        weights = checkpoints.weights_sha256(self._stepper.tensors())
        if not stopped:
            yield self._tell(Finished(self._step, self._bits, self._seconds, weights))
        bits = None if stopped else self._bits
        return Outcome(run=self._run.name, steps=self._step, best_bits_per_byte=bits, tokens_per_second=0.0,
                       seconds=self._seconds, weights_sha256=weights, stopped=stopped)  # fmt: skip

    def _make_step(self, rate: float) -> Stepped:
        started = time.monotonic()
        chosen = batch(self._step, len(self._pairs), self._recipe)
        pairs, at_first = [self._pairs[n] for n in chosen], [self._at_first[n] for n in chosen]
        loss = self._stepper.prefer(pairs, at_first, rate)
        seconds = time.monotonic() - started
        self._step, self._seconds = self._step + 1, self._seconds + seconds
        tokens = sum(side[0].numel() for pair in pairs for side in (pair.chosen, pair.rejected))
        return self._tell(Stepped(self._step, loss, rate, tokens / max(seconds, 1e-9), self._seconds))

    def _look(self) -> Work[None]:
        """Unseen text, before and after: what was won must not cost the voice."""
        model, pool, before = self._stepper.working, self._stepper.pool, self._bits
        learnt = yield from bits_per_byte(model, self._material.train, pool, never)
        unseen = yield from bits_per_byte(model, self._material.held_out, pool, never)
        if learnt is None or unseen is None:
            raise AssertionError("nobody stops a look")
        self._bits = unseen
        yield self._tell(Evaluated(self._step, learnt, unseen, self._step > 0, self._seconds))
        if before and unseen > HARDER * before:
            text = "What you chose cost some of what it knew of your writing: compare both in the chat."
            yield self._tell(Happened(self._step, "cost", text, time.time()))

    def _save(self) -> Saved:
        """Only the last step is measured on disk: the bot speaks from there, though unseen text is seldom easier."""
        bits = self._bits if self._step >= self._recipe.steps else None
        standing = Standing(step=self._step, seconds=self._seconds, bits_per_byte=bits, best_bits_per_byte=bits)
        checkpoints.save(self._run, standing, self._stepper.tensors())
        return self._tell(Saved(self._step))

    def _tell(self, fact: Told) -> Told:
        self._log.write(fact)
        return fact


def read(run: Run) -> tuple[Run | None, list[Preference]]:
    """The run that it goes on from, where it is still there, and the pairs. Raises DiskTrouble for a damaged file."""
    try:
        told = json.loads((run.root / PAIRS_FILE).read_text("ascii"))
        pairs = [
            Preference(tuple(Turn(**turn) for turn in pair["turns"]), pair["chosen"], pair["rejected"])
            for pair in told["pairs"]
        ]
        parent = Run(run.root.parent / str(told["parent"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DiskTrouble("The choices of this training cannot be read.", fix="Begin a new one.") from error
    return (parent if parent.is_usable else None), pairs


def encoded(preferences: Sequence[Preference], material: Material, stepper: Stepper) -> list[Pair]:
    """Each pair as the bot is asked in a talk: the persona before it, what is learnt the reply and its end."""
    tokenizer = files.load(material.run.tokenizer_file)
    if not isinstance(tokenizer, PretrainedTokenizer):
        raise Unsupported("This bot takes no turns, so it cannot learn from replies.", fix="Train on a base model.")
    template, told = suiting(tokenizer), persona.system("").text
    context, device = material.recipe.shape.context, stepper.model.embedding.weight.device

    def row(turns: tuple[Turn, ...], said: str) -> tuple[Tensor, Tensor]:
        made: Tokens = in_template(Example(kind="dialogue", turns=turns, answer=said), tokenizer, template, told)
        ids, learnt = made.ids[-context - 1 :], made.learnt[-context - 1 :]
        targets = [id_ if own else IGNORE for id_, own in zip(ids[1:], learnt[1:], strict=True)]
        return torch.tensor([ids[:-1]], device=device), torch.tensor([targets], device=device)

    return [Pair(row(each.turns, each.chosen), row(each.turns, each.rejected)) for each in preferences]


def batch(step: int, count: int, recipe: Recipe) -> list[int]:
    """Which pairs a step learns from: a pure function of the step, each pair once a round."""
    in_round = -(-count // recipe.batch)
    order = np.random.default_rng((recipe.seed, step // in_round)).permutation(count)
    at = step % in_round * recipe.batch
    return [int(n) for n in order[at : at + recipe.batch]]


def _linked(source: str, target: str) -> str:
    """A second name for the same bytes where the disk can do that; token files are never written again."""
    with contextlib.suppress(OSError):
        os.link(source, target)
        return target
    return str(shutil.copy2(source, target))
