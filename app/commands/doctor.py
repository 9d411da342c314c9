"""mynah doctor: what may stand in the way on this computer, and what to do about it."""

import argparse

from app.commands.models import worked
from app.commands.options import Subparsers, command
from app.terminal import Terminal
from app.work import doctor as work
from core.doctor import Finding
from core.paths import home

MARKS = {"fine": "ok", "note": "note", "trouble": "TROUBLE"}


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "doctor", run, "Look what may stand in the way on this computer.")
    parser.add_argument("--network", action="store_true", help="also ask whether the model hub can be reached")
    parser.add_argument(
        "--newer", action="store_true", help="only ask whether there is a newer Mynah; installs nothing"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Ends with 1 when there is trouble, so that a program can ask."""
    looked = work.examine(home(), args.network)
    found = [worked(work.newer(), terminal)] if args.newer else worked(looked, terminal)
    for finding in found:
        terminal.say(line(finding))
        terminal.fact(finding)
    return 1 if any(finding.level == "trouble" for finding in found) else 0


def line(finding: Finding) -> str:
    fix = f"\n         {finding.fix}" if finding.fix else ""
    return f"{MARKS[finding.level]:<8} {finding.about}: {finding.what}{fix}"
