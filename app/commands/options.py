"""What the commands' options have in common. Knows no command."""

import argparse
import math
from collections.abc import Callable
from typing import Final, TypeAlias

from app.terminal import Terminal
from core.errors import Trouble
from core.paths import DEFAULT_PROJECT, Project, home

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = Callable[[argparse.Namespace, Terminal], int]

SEEDS: Final = 2**63  # what a generator takes


def command(subparsers: Subparsers, name: str, run: Run, text: str) -> argparse.ArgumentParser:
    """A new command that is done by `run`; `text` says what it does."""
    parser = subparsers.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    parser.set_defaults(run=run, parser=parser)
    return parser


def add_project(parser: argparse.ArgumentParser) -> None:
    """--project NAME."""
    parser.add_argument(
        "--project", type=project, default=DEFAULT_PROJECT, metavar="NAME", help="the project to use (%(default)s)"
    )


def project(name: str) -> Project:
    """A project by its name."""
    try:
        return home().project(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            "a project's name has letters, digits, spaces, dots, dashes and underscores, 64 at most"
        ) from error


def project_option(project: Project) -> str:
    """What to add to a command to mean this project."""
    return "" if project.name == DEFAULT_PROJECT else f' --project "{project.name}"'


def refuse_unknown(project: Project) -> None:
    """Raise Trouble for a project that nobody has made, where there are others: its name is written wrongly."""
    if project.name == DEFAULT_PROJECT or project.root.is_dir() or not project.root.parent.is_dir():
        return
    there = sorted(each.name for each in project.root.parent.iterdir() if each.is_dir())
    if there:
        begin = f"To begin it: mynah import PATH{project_option(project)}"
        raise Trouble(f"There is no project called “{project.name}”.", fix=f"There are: {', '.join(there)}. {begin}")


def number(text: str) -> float:
    """A finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError("it has to be an ordinary number")
    return value


def positive(text: str) -> float:
    """A number above 0."""
    value = number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("it has to be more than 0")
    return value


def whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("it has to be a whole number") from error


def count(text: str) -> int:
    """A whole number from 1 on."""
    value = whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError("it has to be at least 1")
    return value


def seed(text: str) -> int:
    """A whole number that a generator takes."""
    value = whole(text)
    if not 0 <= value < SEEDS:
        raise argparse.ArgumentTypeError("it has to be a whole number from 0 on")
    return value
