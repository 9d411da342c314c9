"""mynah sources: what can be imported, and how a person gets it."""

import argparse

from app.commands.options import Subparsers, command
from app.terminal import Terminal
from app.work import gathering, web
from core.sources import Guide


def add(subparsers: Subparsers) -> None:
    command(subparsers, "sources", run, "List what can be imported, with three steps how to get each.")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    terminal.say("From the web: paste an address or a name")
    for guide in web.live_guides():
        show(guide, terminal)
    terminal.say("\nFrom your disk: choose a file, a folder or an archive")
    terminal.say("\nfiles  Folders and files, zipped or not: Markdown, plain text, HTML, Word, PDF, e-books")
    for guide in gathering.export_guides():
        show(guide, terminal)
    terminal.say("\n“Here” is the window. In the terminal: mynah import, and the address, the file or the folder.")
    return 0


def show(guide: Guide, terminal: Terminal) -> None:
    terminal.say(f"\n{guide.source}  {guide.title}")
    for number, step in enumerate(guide.steps, start=1):
        terminal.say(f"  {number}. {step}")
    terminal.fact(guide)
