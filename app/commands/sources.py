"""mynah sources: what can be imported, and how a person gets it."""

import argparse

from app import work
from app.commands.options import Subparsers, command
from app.terminal import Terminal


def add(subparsers: Subparsers) -> None:
    command(subparsers, "sources", run, "List what can be imported, with three steps how to get each.")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    terminal.say("files  Folders and files, zipped or not: Markdown, plain text, HTML")
    for guide in work.guides():
        terminal.say(f"\n{guide.source}  {guide.title}")
        for number, step in enumerate(guide.steps, start=1):
            terminal.say(f"  {number}. {step}")
        terminal.fact(guide)
    terminal.say("\nThen: mynah import PATH")
    return 0
