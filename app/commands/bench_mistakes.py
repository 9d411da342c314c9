"""mynah bench mistakes: what it costs to refuse a broken model. A part of `mynah bench`."""

import argparse

from app.commands.options import Subparsers, command
from app.terminal import Terminal, follow, in_words, table
from app.work import measuring
from core.events import Note, Progress


def add_to(kinds: Subparsers) -> None:
    command(kinds, "mistakes", run, "What it costs to refuse models with one thing wrong each: seconds and memory.")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    wrong = 0

    def listen(event: object) -> None:
        nonlocal wrong
        if isinstance(event, Progress):
            terminal.progress(in_words(event))
        elif isinstance(event, Note):
            wrong += 1
            terminal.say(event.text)
            terminal.fact(event)

    rows = follow(measuring.mistakes(), listen)
    shown = [
        {
            "mistake": row.mistake,
            "seconds": f"{row.seconds:.2f}",
            "MB": f"{row.megabytes:.0f}",
            "refused": bool(row.said),
        }
        for row in rows
    ]
    terminal.say(table([dict(each) for each in shown]))
    for row in rows:
        terminal.fact(row)
    return 1 if wrong else 0
