"""mynah bench adapt: a base that is adapted, beside a model from nothing. A part of `mynah bench`."""

import argparse
from pathlib import Path

from app.commands.options import Subparsers, command, positive
from app.commands.train import Listener
from app.terminal import Terminal, follow, table
from app.work.adapting import adapt
from core.bench.reports import AdaptRow
from core.documents import Document, Skipped


def add_to(kinds: Subparsers) -> None:
    text = "A model that learnt one author, adapted to another, beside one from nothing for the same time."
    parser = command(kinds, "adapt", run, text)
    parser.add_argument("first", type=Path, metavar="FIRST", help="a folder of one author's writing")
    parser.add_argument("second", type=Path, metavar="SECOND", help="a folder of another's")
    parser.add_argument("--base-minutes", type=positive, default=10.0, metavar="N", help="for the base (%(default)s)")
    parser.add_argument("--minutes", type=positive, default=5.0, metavar="N", help="for each after it (%(default)s)")


def in_words(row: AdaptRow) -> dict[str, str]:
    """With as many digits as tell two curves apart."""
    bits = {"adapted": f"{row.adapted:.3f}", "from nothing": f"{row.from_nothing:.3f}"}
    return {"seconds": f"{row.seconds:.0f}", **bits}


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    listener = Listener(terminal)

    def listen(event: object) -> None:
        if not isinstance(event, Document | Skipped):
            listener(event)

    rows = follow(adapt(args.first, args.second, (args.base_minutes, args.minutes)), listen)
    if not rows:
        terminal.say("Stopped before there was anything to compare.")
        return 0
    terminal.say(table([in_words(row) for row in rows]))
    for row in rows:
        terminal.fact(row)
    return 0
