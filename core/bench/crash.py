"""Whether anything is lost when a training dies at any moment: killed at random, and at each of its file operations.

Each trial is a training of a second, in a process of its own; it is begun again until it has made all its steps, and
must end with the weights of one that nobody disturbed. A saver that writes over what is there goes through the same, to
show that the search finds what it is to find.
"""

import itertools
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

import torch

from core import checkpoints, journal, shards
from core.bench.faults import Disk, Fault
from core.bench.naive import naive_save
from core.bench.reports import Crash
from core.documents import Document
from core.errors import DiskTrouble
from core.events import Progress, Stop, Work, drain, never
from core.journal import Finished
from core.paths import Project
from core.recipe import Recipe
from core.runs import Run
from core.shape import Shape
from core.tokenizers.chars import CharacterTokenizer
from core.train import loop
from core.train.samples import HOW

if sys.platform == "win32":
    from multiprocessing.context import SpawnProcess as Life
else:
    from multiprocessing.context import ForkServerProcess as Life

    # Importing torch, and what its optimizers import at their first use, takes seconds: once for all lives.
    multiprocessing.set_forkserver_preload(["core.bench.crash", "torch._dynamo"])

WORDS: Final = ("the", "a", "kettle", "moss", "slowly", "under", "drifts", "hums", "again", "we", "and", "of", "sings")
LONG: Final = 60  # steps of a run that is killed at random
SHORT: Final = 9  # and of one whose every operation fails
PATIENCE: Final = 120.0  # seconds for one life
MOST: Final = 5_000  # file operations: a run has a hundred or two
FAULTS: Final[tuple[Fault, ...]] = ("killed before", "killed after", "disk full", "disk failing")


def random_kills(trials: int, seed: int, *, naive: bool, stop: Stop) -> Work[Crash]:
    """Kill trainings at random moments, so many times in all."""
    luck = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="mynah-crash-") as folder:
        root = Path(folder)
        template = new_run(Project(root / "template"), LONG)
        expected, reach = undisturbed(root, template)
        report = Crash(saver=name_of(naive), fault="killed at random")
        for number in itertools.count():
            run = copy_of(template, root / str(number))
            while report.trials < trials and not run.is_finished and not stop():
                life = begin(run, naive)
                life.join(luck.uniform(0, reach))
                killed = life.is_alive()
                life.kill()
                life.join()
                reach *= 1.05 if killed else 0.8  # so that most are killed, and some get on, on any machine
                report = count(report, run, killed=killed)
                yield Progress(report.trials, trials, f"Killing a training ({report.saver})")
            if stop():
                return report
            report = end(report, run, expected, naive=naive)
            shutil.rmtree(root / str(number), ignore_errors=True)
            if report.trials >= trials:
                return report
    return report


def every_operation(fault: Fault, *, naive: bool, stride: int, stop: Stop) -> Work[Crash]:
    """Let each file operation of a short run go wrong in turn, every `stride`-th of them."""
    with tempfile.TemporaryDirectory(prefix="mynah-crash-") as folder:
        root = Path(folder)
        template = new_run(Project(root / "template"), SHORT)
        expected, _ = undisturbed(root, template)
        report = Crash(saver=name_of(naive), fault=fault)
        for at in range(1, MOST, stride):
            if stop():
                break
            run = copy_of(template, root / str(at))
            life = begin(run, naive, at, fault)
            life.join(PATIENCE)
            life.kill()
            life.join()
            if life.exitcode == UNTOUCHED:
                break
            report = end(count(report, run, killed=True), run, expected, naive=naive)
            shutil.rmtree(root / str(at), ignore_errors=True)
            yield Progress(report.trials, 0, f"{fault} ({report.saver})")
    return report


# ---- one life

UNTOUCHED: Final = 77  # how a life ends in which the fault found no operation to strike


def begin(run: Run, naive: bool, at: int = 0, fault: Fault = "killed before") -> BaseProcess:
    """Train in a process of its own."""
    return started(live, run.root, naive, at, fault)


def started(deed: Callable[..., None], *arguments: object) -> BaseProcess:
    """A life that does `deed`, a function of a module."""
    life = Life(target=deed, args=arguments, daemon=True)
    life.start()
    return life


def live(root: Path, naive: bool, at: int, fault: Fault) -> None:
    """Train the run to its end, unless the end comes first."""
    torch.set_num_threads(1)
    vars(loop)["HOW"] = replace(HOW, length=4)  # what samples say is not tested here, and takes half of the time
    if naive:
        checkpoints.save = naive_save
    run = Run(root)
    project = Project(root.parent.parent)
    if not at:
        with_trouble(lambda: drain(loop.resume(project, run, never)))
        return
    disk = Disk(at, fault)
    with disk.installed():
        with_trouble(lambda: drain(loop.resume(project, run, never)))
    raise SystemExit(0 if disk.struck else UNTOUCHED)


def with_trouble(deed: Callable[[], object]) -> None:
    """Do it; trouble that was told in words is an end like another."""
    try:
        deed()
    except (DiskTrouble, OSError):  # the naive saver tells in no words at all
        return


# ---- what came of it


def count(report: Crash, run: Run, *, killed: bool) -> Crash:
    """After a life: can what is on the disk be read, and is what was once saved still there?"""
    unreadable = lost = False
    try:
        lost = checkpoints.newest_good(run) is None and any(
            isinstance(fact, journal.Saved) for fact in journal.read(run.journal_file)
        )
    except DiskTrouble:
        unreadable = True
    return replace(
        report,
        lives=report.lives + 1,
        trials=report.trials + killed,
        unreadable=report.unreadable + unreadable,
        from_zero=report.from_zero + lost,
    )


def end(report: Crash, run: Run, expected: str, *, naive: bool) -> Crash:
    """Let it train to its end in peace, and compare."""
    if not run.is_finished:
        life = begin(run, naive)
        life.join(PATIENCE)
        life.kill()
        life.join()
    last = [fact for fact in journal.read(run.journal_file) if isinstance(fact, Finished)]
    if not last:
        return replace(report, runs=report.runs + 1, unfinished=report.unfinished + 1)
    other = last[0].weights_sha256 != expected
    return replace(report, runs=report.runs + 1, other_weights=report.other_weights + other)


def name_of(naive: bool) -> str:
    return "naive saver" if naive else "Mynah"


def undisturbed(root: Path, template: Run) -> tuple[str, float]:
    """The hash of the weights that a run ends with when nothing happens to it, and how long that takes."""
    for name in ("first", "calm"):  # the first life also starts the server of lives, so it says nothing about time
        run = copy_of(template, root / name)
        started = time.monotonic()
        life = begin(run, naive=False)
        life.join()
        took = time.monotonic() - started
    last = next(fact for fact in journal.read(run.journal_file) if isinstance(fact, Finished))
    return last.weights_sha256, took


def copy_of(template: Run, place: Path) -> Run:
    shutil.copytree(template.root.parent.parent, place)
    return Run(place / "runs" / template.name)


def new_run(project: Project, steps: int) -> Run:
    """Invented writing and a character model of two layers, prepared and not yet begun."""
    luck = random.Random(1)
    texts = [" ".join(luck.choices(WORDS, k=90)) for _ in range(30)]
    writing = [Document(source="notes", key=f"{n:03}.txt", text=text) for n, text in enumerate(texts)]
    run = Run(project.runs / "2026-01-01 00.00.00")
    run.root.mkdir(parents=True)
    tokenizer = CharacterTokenizer.train(texts, 1000)
    tokenizer.save(run.tokenizer_file)
    drain(shards.build(writing, tokenizer, run.tokens, never))
    shape = Shape(vocab=tokenizer.vocab, context=32, layers=2, width=32, heads=2, kv_heads=2, inner=64)
    recipe = Recipe(
        shape=shape,
        tokenizer="characters",
        steps=steps,
        length=32,
        batch=4,
        learning_rate=3e-3,
        warmup_steps=5,
        evaluate_every=20,
        save_every=3,
    )
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    return run
