"""mynah bench resumes: whether a training that is stopped or killed learns the same, bit for bit, by every method.

Ends with 1 when it did not.
"""

import argparse
from dataclasses import asdict

from app.commands.options import Subparsers, command, seed
from app.terminal import Terminal, follow, in_words, table
from app.work.crashing import resumes
from core.bench.reports import ResumeRow
from core.events import Progress


def add_to(kinds: Subparsers) -> None:
    text = "Stop trainings ten times and kill them ten times, by every method, and compare every bit."
    parser = command(kinds, "resumes", run, text)
    parser.add_argument("--only", default="", metavar="WORDS", help="those whose name has these words, such as bf16")
    parser.add_argument("--seed", type=seed, default=20261126, help="what chance starts from (%(default)s)")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    rows = follow(resumes(args.only, args.seed), listen)
    terminal.say(table([asdict(row) for row in rows]))
    for row in rows:
        terminal.fact(row)
    terminal.say(verdict(rows))
    return 0 if rows and not others(rows) else 1


def others(rows: list[ResumeRow]) -> int:
    """Runs that did not learn what the undisturbed one did."""
    return sum(max(row.other_losses, row.other_weights) for row in rows)


def verdict(rows: list[ResumeRow]) -> str:
    stops, kills = sum(row.stops for row in rows), sum(row.kills for row in rows)
    return f"{len(rows)} trainings, {stops} stops, {kills} kills; {others(rows)} runs ended otherwise."
