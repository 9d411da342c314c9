"""mynah demo: the whole way on a bundled sample: import, train, three replies."""

import argparse
import time
from dataclasses import replace
from importlib.resources import as_file
from pathlib import Path
from typing import Final

import resources
from app import work
from app.commands import import_, train
from app.commands.chat import answer
from app.commands.options import Subparsers, command, positive
from app.terminal import Terminal
from core import runs
from core.paths import SAMPLE_PROJECT, Project, home
from core.plan import Wish
from core.replies import FROM_SCRATCH, Sampling
from core.runs import Run

MINUTES: Final = 4.0  # of training: with everything else under six, on two cores
PROMPTS: Final = ("The truth is that", "I have often noticed that", "There is one thing which")
SAMPLING: Final = Sampling(length=200, seed=1)


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "demo", run, "Train on a bundled sample and hear it talk. A second call is quick.")
    parser.add_argument("--minutes", type=positive, default=MINUTES, metavar="N", help="of training (%(default)s)")
    parser.add_argument("--again", action="store_true", help="train anew, also when a trained model is there")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    started = time.monotonic()
    project = home().project(SAMPLE_PROJECT)
    trained = None if args.again else finished(project)
    if trained is not None:
        terminal.say("The sample has been trained already. Here is what it writes; --again trains anew.")
    else:
        trained = prepare(project, args.minutes, terminal)
    if trained is None:
        return 0
    replies = talk(trained, terminal)
    terminal.say(f"\nNow open the window: mynah\nOr write with it here: mynah chat --project {SAMPLE_PROJECT}")
    terminal.record(kind="Demo", run=trained.name, replies=replies, seconds=time.monotonic() - started)
    return 0


def finished(project: Project) -> Run | None:
    """The newest finished run."""
    return next((run for run in reversed(runs.all_runs(project.runs)) if run.is_finished), None)


def prepare(project: Project, minutes: float, terminal: Terminal) -> Run | None:
    """Import the sample and train on it; None when it was stopped."""
    terminal.say("1. Reading the sample: essays by G. K. Chesterton, in the public domain.")
    with as_file(resources.sample_corpus()) as folder:
        report = import_.read_in(project, Path(folder), terminal)
    terminal.say(import_.sentence(report))
    terminal.fact(report)
    if report.stopped:
        return None
    terminal.say(f"\n2. Training a small model on them, from nothing, for about {minutes:g} minutes.")
    outcome = train.learn(work.train(project, Wish(minutes=minutes)), terminal)
    terminal.say(train.sentence(outcome))
    terminal.fact(outcome)
    if outcome.stopped:
        terminal.say(f"Next: mynah {train.following(outcome)} --project {SAMPLE_PROJECT}")
        return None
    return Run(project.runs / outcome.run)


def talk(run: Run, terminal: Terminal) -> list[dict[str, str]]:
    """A reply to each prompt."""
    terminal.say(f"\n3. Three beginnings, and how it goes on. {FROM_SCRATCH}")
    replies = []
    for n, prompt in enumerate(PROMPTS):
        terminal.write(f"\n{prompt}|")
        reply = answer(run, prompt, replace(SAMPLING, seed=n), terminal)
        replies.append({"prompt": prompt, "text": reply.text})
    return replies
