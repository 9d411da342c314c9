"""Several candidates in one night, from the simplest to the largest that the time allows, measured on the same text.

ladders/<name>.json      what each of them reached; the best one is what the chat opens (runs.py)

The yardsticks come first: they take seconds, and say what a number of bits is worth.
"""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from core import checkpoints, ladders, shards, yardsticks
from core.assemble import trained
from core.device import processor
from core.events import Note, Progress, Stop, Work
from core.forecast import WAYS
from core.generate.templates import PLAIN, suiting
from core.ladders import Ladder, Rung
from core.paths import Project
from core.plan import TIERS, Wish
from core.recipe import Method
from core.runs import Run, find
from core.shards import Shard
from core.tokenizers import files
from core.tokenizers.pretrained import PretrainedTokenizer
from core.train import loop, prepare
from core.train.evaluate import MOST, Passages, bits_per_byte
from core.train.workers import workers

SHARES: Final = (0.12, 0.25, 1.0)  # of the time that is left, for the small, the middle and the large one from nothing
LEAST: Final = 0.04  # of the time: with less it is not worth to begin
DEFAULT_MINUTES: Final = 20.0
STEP: Final = 2  # sizes between two of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What is tried: a size from nothing, or a base model in a folder."""

    what: str
    share: float  # of the time that is left
    tier: int | None = None
    base: Path | None = None
    method: Method = "scratch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A base model to try, and how."""

    title: str
    folder: Path
    method: Method


def candidates(characters: int, bases: Sequence[Start]) -> list[Candidate]:
    """From the smallest size to the largest that so much writing deserves, then the base models, as they are given."""
    largest = max(number for number, tier in enumerate(TIERS) if tier.characters <= characters)
    sizes = sorted({max(0, largest - 2 * STEP), max(0, largest - STEP), largest})
    chosen = [
        Candidate(what=f"from nothing, {TIERS[size].layers} layers of {TIERS[size].width}", share=share, tier=size)
        for size, share in zip(sizes, SHARES[-len(sizes) :], strict=True)
    ]
    if not bases:
        return chosen
    tried = [
        Candidate(what=f"{each.title} with {WAYS[each.method]}", share=1.0, base=each.folder, method=each.method)
        for each in bases
    ]
    every = [*(replace(each, share=0.0) for each in chosen), *tried]
    return [replace(each, share=1 / (len(every) - place)) for place, each in enumerate(every)]


def climb(project: Project, wish: Wish, characters: int, bases: Sequence[Start], stop: Stop) -> Work[Ladder]:
    """Train each candidate within the time of the wish, and write down how they compare."""
    name = f"{datetime.now(UTC):%Y-%m-%d %H.%M.%S}"
    started, seconds = time.monotonic(), 60 * (wish.minutes or DEFAULT_MINUTES)
    rungs: list[Rung] = []
    stopped = False
    beside = 0.0  # seconds that a candidate took at most beside its training: to be prepared, to be measured
    tried = candidates(characters, bases)
    for place, candidate in enumerate(tried):
        begun = time.monotonic()
        left = seconds - (begun - started) - beside * (len(tried) - place)
        if rungs and left < LEAST * seconds:
            yield Note(f"No time is left for {candidate.what}.")
            continue
        yield Note(f"Next: {candidate.what}.")
        asked = replace(
            wish,
            minutes=max(0.2, left * candidate.share / 60),
            ladder=name,
            candidate=candidate.what,
            tier=candidate.tier,
            base=candidate.base,
            method=candidate.method,
        )
        outcome = yield from loop.train(project, asked, stop)
        if outcome.best_bits_per_byte is not None:
            run = find(project.runs, outcome.run)
            if not rungs:
                rungs.extend((yield from measured(run)))
            if (bits := (yield from scored(project, run, stop))) is not None:
                rungs.append(Rung(what=candidate.what, bits=bits, seconds=outcome.seconds, run=outcome.run))
        if outcome.stopped:
            stopped = True
            break
        beside = max(beside, time.monotonic() - begun - outcome.seconds)
    made = sorted((each for each in rungs if each.run), key=lambda each: each.bits)
    ladder = Ladder(
        name=name,
        rungs=tuple(sorted(rungs, key=lambda each: each.bits)),
        best=made[0].run if made else "",
        stopped=stopped,
    )
    ladders.write(project, ladder)
    return ladder


def scored(project: Project, run: Run, stop: Stop) -> Work[float | None]:
    """Bits per byte of a run's best weights on all of the held-out text, up to a limit that is the same for all. The
    looks during training were at passages of each run's own. A model that was taught to talk is measured on the same
    running text as the others, not on its talks."""
    recipe, tokenizer = run.recipe(), files.load(run.tokenizer_file)
    with tempfile.TemporaryDirectory(prefix="mynah-held-out-") as folder:
        tokens = run.tokens
        if isinstance(tokenizer, PretrainedTokenizer) and suiting(tokenizer) is not PLAIN:
            view = yield from prepare.read(project, stop)
            if view is None:
                return None
            tokens = Path(folder) / "tokens"
            if (yield from shards.build_sections(prepare.sections_of(view), tokenizer, tokens, stop)) is None:
                return None
        passages = Passages.choose(Shard.open(tokens, "held_out", tokenizer), tokenizer, recipe.length, MOST)
        model = trained(recipe, checkpoints.best(run).weights)
        with closing_workers(1, processor().cores) as pool:
            return (yield from bits_per_byte(model, passages, pool, stop))


@contextlib.contextmanager
def closing_workers(count: int, threads: int) -> Iterator[Executor]:
    pool = workers(count, threads)
    try:
        yield pool
    finally:
        pool.shutdown()


def measured(run: Run) -> Work[list[Rung]]:
    """The yardsticks, on the text of a run: what it learnt from, and what was held out for it."""
    tokenizer = files.load(run.tokenizer_file)
    learnt, unseen = Shard.open(run.tokens, "train", tokenizer), Shard.open(run.tokens, "held_out", tokenizer)
    ids = learnt.ids[:].astype(np.int64)
    asked = unseen.ids[unseen.targets_mask[:]].astype(np.int64)
    text, other = tokenizer.decode_bytes(ids.tolist()), tokenizer.decode_bytes(asked.tolist())
    found: list[Rung] = []
    yardstick: tuple[tuple[str, Callable[[], float]], ...] = (
        ("gzip, for scale", lambda: yardsticks.packed_gzip(text, other)),
        ("xz, for scale", lambda: yardsticks.packed_xz(text, other)),
        ("pairs of tokens (bigram)", lambda: yardsticks.pairs_of_tokens(ids, asked, tokenizer.vocab, len(other))),
        (f"contexts of {yardsticks.ORDER} bytes", lambda: yardsticks.context_model(text, other)),
    )
    for what, measure in yardstick:
        yield Progress(len(found), 4, f"Measuring {what}")
        started = time.monotonic()
        bits = measure()
        found.append(Rung(what=what, bits=bits, seconds=time.monotonic() - started))
    return found
