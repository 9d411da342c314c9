"""mynah bench crash: whether anything is lost when a training dies.

Ends with 1 when something was, or when a saver that loses things was not found out.
"""

import argparse
from dataclasses import asdict

from app.commands.options import Subparsers, command, count, seed
from app.terminal import Terminal, follow, in_words, table
from app.work.crashing import crash
from core.bench.reports import Crash
from core.events import Progress


def add_to(kinds: Subparsers) -> None:
    text = "Kill trainings at random and at every file operation, and look whether anything was lost."
    parser = command(kinds, "crash", run, text)
    parser.add_argument("--trials", type=count, default=500, help="random kills (%(default)s)")
    parser.add_argument("--stride", type=count, default=1, help="try every so-manieth file operation (%(default)s)")
    parser.add_argument("--seed", type=seed, default=20261125, help="what chance starts from (%(default)s)")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    reports = follow(crash(args.trials, args.stride, args.seed), listen)
    terminal.say(table([asdict(report) for report in reports]))
    for report in reports:
        terminal.fact(report, faults=report.faults)
    terminal.say(verdict(reports))
    return 0 if is_proven(reports) else 1


def is_proven(reports: list[Crash]) -> bool:
    """Whether ours lost nothing and the control lost something: else the search proves nothing."""
    ours = sum(report.faults for report in reports if report.saver == "Mynah")
    control = sum(report.faults for report in reports if report.saver != "Mynah")
    return ours == 0 and control > 0


def verdict(reports: list[Crash]) -> str:
    ours = [report for report in reports if report.saver == "Mynah"]
    lost, deaths = sum(report.faults for report in ours), sum(report.trials for report in ours)
    found = sum(report.faults for report in reports if report.saver != "Mynah")
    return f"{deaths:,} deaths, {lost} of which lost something; the naive saver was found out {found} times."
