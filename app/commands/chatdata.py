"""mynah chatdata: questions to your posts, made on this computer, as examples for a bot that answers."""

import argparse
from dataclasses import asdict

from app.commands.options import Subparsers, add_project, command, count
from app.terminal import Terminal, follow, in_words
from app.work.chatdata import make
from core import chatrows as rows
from core import shelf
from core.chatrows import Row
from core.errors import Trouble
from core.events import Progress
from core.paths import home

SHOWN = 70  # letters of a row


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "chatdata", run, "Make examples of talk from your posts, with a base model, here.")
    add_project(parser)
    parser.add_argument("--model", metavar="ID", help="the base model that makes them; see: mynah models")
    parser.add_argument("--pieces", type=count, default=600, metavar="N", help="of your writing, at most (%(default)s)")
    deed = parser.add_mutually_exclusive_group()
    deed.add_argument("--list", action="store_true", help="show what there is, and make nothing")
    deed.add_argument("--drop", metavar="ROW", help="do not use a row")
    deed.add_argument("--edit", nargs=3, metavar=("ROW", "QUESTION", "ANSWER"), help="say a row in other words")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.drop or args.edit:
        change(args, terminal)
        return 0
    if not args.list:
        if not args.model:
            raise Trouble("Say which base model makes them.", fix="See which there are: mynah models")
        model = shelf.find(home(), args.model)

        def listen(event: object) -> None:
            if isinstance(event, Progress):
                terminal.progress(in_words(event))
            elif isinstance(event, Row):
                tell(event, terminal)

        follow(make(args.project, model.folder, model.id, args.pieces), listen)
    show(rows.load(args.project), terminal, as_list=args.list)
    return 0


def amount(made: int, used: int) -> str:
    if not made:
        return "There are no examples in this project yet. Make some: mynah chatdata --model ID"
    are = "1 example is" if made == 1 else f"{made:,} examples are"
    own = "Your own talks and texts are examples besides: the Examples page of the window lists both."
    return f"{are} kept, {used:,} to be learnt from. {own} A later call makes only new ones."


def change(args: argparse.Namespace, terminal: Terminal) -> None:
    wanted = args.drop or args.edit[0]
    found = next((row for row in rows.load(args.project) if row.id == wanted), None)
    if found is None:
        raise Trouble("There is no example of that name.", fix="See which there are: mynah chatdata --list")
    changed = rows.edited(found, *args.edit[1:]) if args.edit else rows.dropped(found)
    rows.save(args.project, changed)
    terminal.say("Changed.")
    tell(changed, terminal)


def tell(row: Row, terminal: Terminal, **more: object) -> None:
    """A row for a program: what it is of stands under "of", as "kind" says that it is a row."""
    fields = asdict(row)
    terminal.record(kind="Row", of=fields.pop("kind"), **fields, **more)


def show(made: list[Row], terminal: Terminal, *, as_list: bool) -> None:
    used = {row.id for row in rows.used(made)}
    if as_list:
        for row in made:
            mark = " " if row.id in used else "✗"
            terminal.say(f"{mark} {row.id}  {row.kind:<12}  {row.asked[:SHOWN]}")
            tell(row, terminal, used=row.id in used)
    terminal.say(amount(len(made), len(used)))
    terminal.record(kind="ChatData", rows=len(made), used=len(used))
