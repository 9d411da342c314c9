"""Whether a training that is stopped or killed ten times learns the same, bit for bit, by every method and precision.

Each way trains a model of two layers three times: undisturbed, asked to stop ten times at steps of chance, and in
processes that are killed ten times. Every loss on the way and the weights at the end must have the same bits. The
bases are made here, of chance: what they know is not the question.
"""

import os
import random
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from typing import Any, Final

import torch

from core import journal, weights
from core.bench import adapting, crash
from core.bench.reports import ResumeRow
from core.events import Progress, Stop, Work, drain, never
from core.families import gpt2
from core.journal import Evaluated, Finished, Stepped
from core.models.decoder import Decoder
from core.paths import Project
from core.recipe import Base
from core.runs import Run
from core.shape import Shape
from core.train import loop
from core.weights import Source

STEPS: Final = 24
BREAKS: Final = 10
WIDE: Final[Mapping[str, Any]] = {"width": 64, "inner": 128}  # some matrices are large enough for eight and four bits
LATEST: Final = 0.02  # seconds behind a step at which a process dies: a step, or a save, is under way
KILL: Final = 9  # Windows ends a process by it too
METHODS: Final[Mapping[str, Mapping[str, Any]]] = {
    "from nothing, AdamW": {},
    "from nothing, Muon": {"optimizer": "muon"},
    "all of a base": {"method": "full"},
    "all of a base, moments in 8 bits": {"method": "full", "optimizer": "adamw8"},
    "adapters": {"method": "lora", "rank": 4},
    "adapters, blocks twice": {"method": "lora", "rank": 4, "checkpointing": True},
    "adapters on 4 bits": {"method": "qlora", "rank": 4},
}
PRECISIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "fp32": {},
    "fp32 by oneDNN": {"products": "onednn"},
    "bf16": {"precision": "bf16"},
    "fp16": {"precision": "fp16"},
}
WAYS: Final = {
    f"{method}, {precision}": {**how, **digits}
    for method, how in METHODS.items()
    for precision, digits in PRECISIONS.items()
}


@dataclass(frozen=True, slots=True)
class End:
    """What a run came to: its weights, and every number that its journal tells, however often, by its step."""

    weights: str
    told: frozenset[tuple[str, int, str]]


def resumes(
    ways: Mapping[str, Mapping[str, Any]], seed: int, stop: Stop, breaks: int = BREAKS
) -> Work[list[ResumeRow]]:
    """One row a way, of so many stops and as many kills."""
    rows: list[ResumeRow] = []
    with tempfile.TemporaryDirectory(prefix="mynah-resumes-") as folder:
        for name, changes in ways.items():
            if stop():
                break
            yield Progress(len(rows), len(ways), name)
            luck = random.Random(f"{seed} {name}")
            rows.append(row(name, changes, Path(folder) / str(len(rows)), luck, breaks))
    return rows


def row(name: str, changes: Mapping[str, Any], root: Path, luck: random.Random, breaks: int) -> ResumeRow:
    calm, stopped, killed = (prepared(root / each, changes) for each in ("calm", "stopped", "killed"))
    drain(loop.resume(calm[0], calm[1], never))
    for step in chosen(luck, breaks):
        stopped_at(*stopped, step)
    drain(loop.resume(*stopped, never))
    kills = sum(is_killed(killed[1], step, luck.uniform(0, LATEST)) for step in chosen(luck, breaks))
    if not killed[1].is_finished:
        drain(loop.resume(*killed, never))
    expected = end(calm[1])
    ends = [end(run) for _, run in (stopped, killed)]
    return ResumeRow(
        training=name,
        stops=breaks,
        kills=kills,
        other_losses=sum(found.told != expected.told for found in ends),
        other_weights=sum(found.weights != expected.weights for found in ends),
    )


def chosen(luck: random.Random, breaks: int) -> list[int]:
    """The steps at which it is disturbed; a few are left to the end, so that a killer that comes late finds some."""
    return sorted(luck.sample(range(1, STEPS - 3), breaks))


def stopped_at(project: Project, run: Run, step: int) -> None:
    reached: list[object] = []
    for event in loop.resume(project, run, lambda: bool(reached)):
        if isinstance(event, Stepped) and event.step >= step:
            reached.append(event)


def is_killed(run: Run, step: int, delay: float) -> bool:
    """Let a process train that dies so many seconds behind that step; False when it had made them all by then."""
    if run.is_finished:
        return False
    life = crash.started(live, run.root, step, delay)
    life.join()
    return life.exitcode != 0


def live(root: Path, step: int, delay: float) -> None:
    torch.set_num_threads(1)
    for event in loop.resume(Project(root.parent.parent), Run(root), never):
        if isinstance(event, Stepped) and event.step == step:
            Timer(delay, os.kill, (os.getpid(), KILL)).start()


def told(run: Run) -> list[journal.Fact]:
    return journal.read(run.journal_file)


def end(run: Run) -> End:
    facts = told(run)
    losses = {("loss", fact.step, fact.loss.hex()) for fact in facts if isinstance(fact, Stepped)}
    looks = {("look", fact.step, fact.bits_per_byte.hex()) for fact in facts if isinstance(fact, Evaluated)}
    last = next(fact for fact in facts if isinstance(fact, Finished))
    return End(last.weights_sha256, frozenset(losses | looks))


def prepared(root: Path, changes: Mapping[str, Any]) -> tuple[Project, Run]:
    """A run of this way, not begun; with a base beside it where it starts from one."""
    project = Project(root)
    run = crash.new_run(project, STEPS)
    recipe = run.recipe()
    shape = replace(recipe.shape, **WIDE)
    base = None
    if "method" in changes:
        shape = replace(shape, norm="layer", position="learned", activation="gelu_tanh", bias=True)
        base = base_model(root / "base", shape)
    recipe = replace(recipe, shape=shape, base=base, **changes)
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    return project, run


def base_model(folder: Path, shape: Shape) -> Base:
    """A GPT-2 of chance, as other programs write it. Its tokens are those of the run."""
    model = Decoder(shape)
    model.initialise(1)
    source = Source(Path(), adapting.config(shape, 0), gpt2.FAMILY, shape, gpt2.entries(shape), {})
    (tokenizer := folder.with_suffix(".json")).write_text("{}", "utf-8")
    weights.save(model, source, tokenizer, folder)
    sha256 = drain(weights.fingerprint(weights.look(folder), never))[1]
    if sha256 is None:
        raise AssertionError("nobody stopped it")
    return Base(name="base", folder=str(folder), sha256=sha256)
