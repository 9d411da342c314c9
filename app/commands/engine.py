"""mynah engine: PyTorch, for set-ups that come without it: how it stands, get it, put it together anew."""

import argparse
from pathlib import Path

from app.commands.options import Subparsers, command
from app.terminal import Terminal, follow, in_words
from app.words import engine as words
from app.words.models import arriving
from app.work import engine as work
from core.engine.ready import Standing
from core.events import Note, Progress
from core.paths import home


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "engine", run, "The engine that trains and talks (PyTorch): is it here, and get it.")
    parser.add_argument("--get", action="store_true", help="get the one that suits this computer, or repair it")
    parser.add_argument(
        "--kit", action="append", type=Path, default=[], metavar="FOLDER", help="where it may lie already"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Ends with 1 when there is no engine, so that a program can ask."""

    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(arriving(event.done, event.total, 0.0, event.note) if event.total else in_words(event))
        elif isinstance(event, Note):
            terminal.say(event.text)

    if args.get or args.kit:
        found = follow(work.install(home(), tuple(args.kit)), listen)
        terminal.say(words.STOPPED if found is None else words.ready(found))
        if found is not None:
            terminal.fact(found)
        return 1 if found is None else 0
    standing = follow(work.standing(home()), listen)
    terminal.say(sentence(standing))
    terminal.fact(standing)
    return 0 if standing.is_there else 1


def sentence(standing: Standing) -> str:
    if standing.ready is not None:
        return words.ready(standing.ready)
    if standing.is_there:
        return "The engine came with this Mynah, and is here."
    return f"The engine is missing. {words.what_comes(standing)} Get it with: mynah engine --get"
