"""mynah bench: how fast this machine is, and how fast we are on it."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from app import work
from app.beats import Beats
from app.commands import (
    bench_adapt,
    bench_chat,
    bench_corpus,
    bench_imports,
    bench_mistakes,
    bench_resumes,
    bench_serve,
    crashes,
)
from app.commands.options import Subparsers, command, count, positive
from app.terminal import Terminal, follow, in_words, table
from app.work import Task, inside, measuring
from core.bench.reports import CutRow, Limit, MemoryRow, ReplyRow, Row, Setup
from core.bench.task import REPLYING, TASKS
from core.errors import Trouble
from core.events import Note, Progress

Rows: TypeAlias = list[Row] | list[Limit] | list[ReplyRow] | list[CutRow] | list[MemoryRow]
Bench: TypeAlias = Callable[[Setup], Task[Any]]


def add(subparsers: Subparsers) -> None:
    text = "Measure this machine, and Mynah on it."
    kinds = subparsers.add_parser("bench", help=text, description=text).add_subparsers(metavar="what", required=True)
    train = _kind(
        kinds, "train", work.bench_train, "Training, in tokens a second and as a share of the matrix-product peak."
    )
    train.add_argument("--task", choices=TASKS, default=Setup().task, help="what is trained (%(default)s)")
    _beside(train)
    _kind(kinds, "share", work.bench_share, "Training beside a busy program, as a share of our speed with one thread.")
    _kind(kinds, "limits", work.bench_limits, "The machine's matrix-product peak, and how fast it reads memory.")
    decode = _kind(kinds, "decode", measuring.decode, "Replies, in tokens a second, and how fast a prompt is read.")
    decode.add_argument("--shape", choices=REPLYING, default=Setup().shape, help="which model (%(default)s)")
    _beside(decode)
    cut = _kind(kinds, "tokenize", measuring.tokenize, "Learning pieces of words and cutting text, in MB a second.")
    cut.add_argument("--megabytes", type=positive, default=Setup().megabytes, help="of text (%(default)s)")
    _beside(cut)
    _kind(kinds, "memory", measuring.memory, "What trainings take in memory, beside what is predicted.")
    bench_imports.add_kinds(kinds)
    crashes.add_to(kinds)
    bench_resumes.add_to(kinds)
    bench_chat.add_to(kinds)
    bench_adapt.add_to(kinds)
    bench_mistakes.add_to(kinds)
    bench_serve.add_to(kinds)
    bench_corpus.add_to(kinds)
    looks = command(
        kinds, "inside", run_inside, "How fast Look inside shows its views, and what a training loses by it."
    )
    looks.add_argument("--rounds", type=count, default=5, help="of each view (%(default)s)")
    looks.add_argument("--seconds", type=positive, default=10.0, help="of training for each view (%(default)s)")
    gui = command(kinds, "gui", run_gui, "How smooth the window stays from import to chat, in milliseconds.")
    gui.add_argument("--seconds", type=positive, default=30.0, help="of training in the middle (%(default)s)")


def _kind(kinds: Subparsers, name: str, bench: Bench, text: str) -> argparse.ArgumentParser:
    parser = command(kinds, name, run, text)
    parser.add_argument("--rounds", type=count, default=Setup().rounds, help="turns of each (%(default)s)")
    parser.add_argument("--seconds", type=positive, default=Setup().seconds, help="of a turn, at least (%(default)s)")
    usual = Setup()
    rest = {"python": usual.python, "shape": usual.shape, "megabytes": usual.megabytes, "task": usual.task}
    parser.set_defaults(bench=bench, beside=None, **rest)
    return parser


def _beside(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--beside", type=Path, metavar="SCRIPT", help="also the peers that this script runs")
    parser.add_argument("--python", default=sys.executable, metavar="FILE", help="the Python that runs the script")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.beside is not None and not args.beside.is_file():
        raise Trouble("There is no script at the place that --beside names.", fix="Check its name and start again.")

    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))
        elif isinstance(event, Note):
            terminal.say(event.text)
            terminal.fact(event)

    setup = Setup(
        rounds=args.rounds,
        seconds=args.seconds,
        beside=args.beside,
        python=args.python,
        task=args.task,
        shape=args.shape,
        megabytes=args.megabytes,
    )
    found: Rows = follow(args.bench(setup), listen)
    return show(found, terminal)


def run_inside(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    rows = follow(inside.bench(args.rounds, args.seconds), listen)
    terminal.say(table([asdict(row) for row in rows]))
    for row in rows:
        terminal.fact(row)
    return 0


def run_gui(args: argparse.Namespace, terminal: Terminal) -> int:
    return show(work.bench_gui(args.seconds), terminal)


def show(rows: Sequence[Row | Limit | ReplyRow | CutRow | MemoryRow | Beats], terminal: Terminal) -> int:
    terminal.say(table([asdict(row) for row in rows]))
    for row in rows:
        terminal.fact(row)
    return 0
