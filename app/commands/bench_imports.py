"""mynah bench import and fuzz: what it takes to import, and what importers bear. A part of `mynah bench`."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.commands.options import Subparsers, command, count, positive, seed
from app.terminal import Terminal, follow, in_words, table
from app.work import gathering
from core.events import Note, Progress


def add_kinds(kinds: Subparsers) -> None:
    text = "How fast exports are read and imported, and with how much memory."
    speed = command(kinds, "import", run_import, text)
    speed.add_argument("--megabytes", type=count, default=50, metavar="N", help="of each kind (%(default)s)")
    speed.add_argument("--only", choices=gathering.BENCHED, help="one kind of export")
    text = "Harm exports in every way and read them, each kind for some minutes."
    fuzz = command(kinds, "fuzz", run_fuzz, text)
    fuzz.add_argument("--minutes", type=positive, default=5.0, metavar="N", help="of each kind (%(default)s)")
    fuzz.add_argument("--only", metavar="KIND", help="one kind, by the name of its folder of seeds")
    fuzz.add_argument("--seeds", type=Path, metavar="FOLDER", help="what to begin with (tests/fixtures of a checkout)")
    fuzz.add_argument("--seed", type=seed, default=1, metavar="N", help="of the chances (%(default)s)")


def run_fuzz(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))
        elif isinstance(event, Note):
            terminal.say(event.text)
            terminal.fact(event)

    outcomes = follow(gathering.bench_fuzz(args.seeds, args.only, args.minutes, args.seed), listen)
    terminal.say(table([asdict(one) for one in outcomes]))
    for one in outcomes:
        terminal.fact(one)
    return 1 if any(one.broke for one in outcomes) else 0


def run_import(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    speeds = follow(gathering.bench_import(args.megabytes, args.only), listen)
    terminal.say(table([asdict(speed) for speed in speeds]))
    for speed in speeds:
        terminal.fact(speed)
    return 0
