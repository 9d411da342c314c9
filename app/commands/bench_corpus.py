"""mynah bench corpus and mynah bench library: how fast a corpus is cleaned, and how fast a large one answers."""

import argparse
from dataclasses import asdict

from app.beats import Beats, Wait
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
    text = "How fast a large library answers in the window, and how smooth it stays, in milliseconds."
    window = command(kinds, "library", run_library, text)
    window.add_argument("--documents", type=count, default=200_000, metavar="N", help="in it (%(default)s)")
    window.add_argument("--rounds", type=count, default=5, help="of each wish (%(default)s)")


def run_library(args: argparse.Namespace, terminal: Terminal) -> int:
    terminal.progress("Inventing a library…")
    found = library.bench_library(args.documents, args.rounds)
    for kind in (Wait, Beats):
        rows = [row for row in found if isinstance(row, kind)]
        terminal.say(table([asdict(row) for row in rows]))
        for row in rows:
            terminal.fact(row)
    return 0


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    row = follow(library.bench_corpus(args.tokens), listen)
    if row is not None:
        terminal.say(table([asdict(row)]))
        terminal.fact(row)
    return 0
