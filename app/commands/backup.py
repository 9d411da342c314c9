"""mynah backup and mynah restore: a project as one zip, and back with every byte checked."""

import argparse
from pathlib import Path

from app.commands.models import worked
from app.commands.options import Subparsers, add_project, command
from app.terminal import Terminal
from app.work import take as work
from core.paths import home


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "backup", run, "Put everything of a project into one zip.")
    add_project(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="the zip to write; it must be new, its folder is made")
    again = command(subparsers, "restore", restore, "Make a project of a backup; every byte is checked first.")
    again.add_argument("file", type=Path, metavar="FILE")
    again.add_argument(
        "--name", "--as", default="", metavar="NAME", help="make the project under another name than it had"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    done = worked(work.back_up(args.project, args.file), terminal)
    if done is None:
        terminal.say("Stopped; nothing was written.")
        return 0
    terminal.say(f'{args.file} holds project "{done.project}": {counted(done.files)}, {done.bytes / 1e6:,.1f} MB.')
    terminal.fact(done)
    return 0


def restore(args: argparse.Namespace, terminal: Terminal) -> int:
    done = worked(work.restore(args.file, home(), args.name), terminal)
    if done is None:
        terminal.say("Stopped; nothing was changed.")
        return 0
    terminal.say(f'Project "{done.project}" is back: {counted(done.files)}, every byte as it was.')
    terminal.fact(done)
    return 0


def counted(files: int) -> str:
    return "1 file" if files == 1 else f"{files:,} files"
