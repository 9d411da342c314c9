"""mynah pack-run and bring-home: train on a rented machine, and take the bot home. There: mynah train --run FOLDER."""

import argparse
from pathlib import Path

from app.commands.models import worked
from app.commands.options import Subparsers, add_project, command, count, positive, project_option
from app.commands.train import add_kind, add_shard, away, wished
from app.terminal import Terminal
from app.work import packed as work
from core import runs
from core.errors import Trouble
from core.plan import Wish


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "pack-run", pack, "Put a training into one folder for a rented machine.")
    add_project(parser)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder to write; it must be new")
    parser.add_argument("--run", dest="name", metavar="NAME", help="a training of this project (a new one is planned)")
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--steps", type=count, metavar="N", help="how many steps a new one makes")
    much.add_argument("--minutes", type=positive, metavar="N", help="about how long a new one would take here")
    add_kind(parser)
    parser.set_defaults(ladder=None)
    there = command(subparsers, "train-packed", away, "The same as `mynah train --run FOLDER`.")
    there.add_argument("there", type=Path, metavar="FOLDER")
    add_shard(there)
    home = command(subparsers, "bring-home", bring_home, "Take a training that was made elsewhere into this project.")
    add_project(home)
    home.add_argument("folder", type=Path, metavar="FOLDER")


def pack(args: argparse.Namespace, terminal: Terminal) -> int:
    chosen = runs.find(args.project.runs, args.name) if args.name else None
    wish = wished(args)
    if chosen is not None and wish != Wish():
        raise Trouble(f"{chosen.name} has its plan already.", fix="Leave --run out for a new one, or all else.")
    run = worked(work.pack(args.project, wish, chosen, args.folder), terminal)
    if run is None:
        terminal.say("Stopped; nothing was written.")
        return 0
    terminal.say(f"Packed. Copy {args.folder} to the rented machine, and there:")
    terminal.say("  pip install -r requirements.txt && sh train.sh     (or: sky launch sky.yaml)")
    terminal.say(
        f"Copy it back when it is done, and here: mynah bring-home {args.folder}{project_option(args.project)}"
    )
    terminal.say("The folder holds your writing, as tokens: delete it there when you are done.")
    terminal.record(kind="Packed", run=run.name, folder=str(args.folder))
    return 0


def bring_home(args: argparse.Namespace, terminal: Terminal) -> int:
    run = worked(work.bring_home(args.folder, args.project), terminal)
    terminal.say(f'{run.name} is home. Talk to it: mynah chat --run "{run.name}"{project_option(args.project)}')
    terminal.record(kind="Home", run=run.name)
    return 0
