"""mynah bench serve: what a flood of strangers at the local API costs a training."""

import argparse
from dataclasses import asdict

from app.commands.options import Subparsers, command, count, positive
from app.terminal import Terminal, follow, in_words, table
from app.work.measuring import flood
from core.events import Progress


def add_to(kinds: Subparsers) -> None:
    text = "How much 500 silent connections and a body of a gigabyte at the local API slow a training."
    parser = command(kinds, "serve", run, text)
    parser.add_argument("--rounds", type=count, default=5, help="turns of each (%(default)s)")
    parser.add_argument("--seconds", type=positive, default=6.0, help="of a turn (%(default)s)")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    rows = follow(flood(args.rounds, args.seconds), listen)
    terminal.say(table([asdict(row) for row in rows]))
    for row in rows:
        terminal.fact(row)
    return 0
