"""mynah bench corpus: how fast a corpus is cleaned, compared and split. A part of `mynah bench`."""

import argparse
from dataclasses import asdict

from app.commands.options import Subparsers, command, count
from app.terminal import Terminal, follow, in_words, table
from app.work import library
from core.events import Progress


def add_to(kinds: Subparsers) -> None:
    text = "How fast a corpus is cleaned, compared and split, and with how much memory."
    parser = command(kinds, "corpus", run, text)
    parser.add_argument(
        "--tokens", type=count, default=1_000_000, metavar="N", help="of invented writing (%(default)s)"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    row = follow(library.bench_corpus(args.tokens), listen)
    if row is not None:
        terminal.say(table([asdict(row)]))
        terminal.fact(row)
    return 0
