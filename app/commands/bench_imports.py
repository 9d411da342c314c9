"""mynah bench import: what it takes to import, measured. A part of `mynah bench`; knows no format."""

import argparse
from dataclasses import asdict

from app.commands.options import Subparsers, command, count
from app.terminal import Terminal, follow, in_words, table
from app.work import gathering
from core.events import Progress


def add_kinds(kinds: Subparsers) -> None:
    text = "How fast exports are read and imported, and with how much memory."
    speed = command(kinds, "import", run_import, text)
    speed.add_argument("--megabytes", type=count, default=50, metavar="N", help="of each kind (%(default)s)")
    speed.add_argument("--only", choices=gathering.BENCHED, help="one kind of export")


def run_import(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    speeds = follow(gathering.bench_import(args.megabytes, args.only), listen)
    terminal.say(table([asdict(speed) for speed in speeds]))
    for speed in speeds:
        terminal.fact(speed)
    return 0
