"""The command line. `mynah` opens the window; `mynah <command>` does one thing in the terminal.

Exit codes: 0 done, or stopped on request with everything saved; 1 trouble that the user can mend; 2 a command that
was written wrongly; 70 a bug of ours; 130 broken off with Ctrl-C; 141 nobody reads the output any more.
Loads neither torch nor Qt before it must.
"""

import argparse
import contextlib
import difflib
import logging
import os
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Final, NoReturn

from app import environment, work
from app.commands import COMMANDS
from app.terminal import Terminal, follow, in_words, replace_unknown
from app.work.upgrading import upgrade
from core.errors import Trouble
from core.events import Note, Progress
from core.paths import Project, home

log = logging.getLogger(__name__)

TROUBLE: Final = 1
BUG: Final = 70  # EX_SOFTWARE of sysexits.h
UNKNOWN: Final = re.compile(r"^argument command: invalid choice: '(.*?)' \(choose from (.*)\)$", re.DOTALL)
INTERRUPTED: Final = 130  # what a shell reports for a program that Ctrl-C ended
PIPE_CLOSED: Final = 141  # and for one that writes to a closed pipe


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit code."""
    environment.prepare()
    args = parsed(argv)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        replace_unknown(stream)
    terminal = Terminal(sys.stdout, sys.stderr, as_json=args.json)
    try:
        code: int = args.run(args, terminal) if is_up_to_date(args, terminal) else INTERRUPTED
    except Trouble as trouble:
        terminal.trouble(trouble.what, trouble.fix)
        return TROUBLE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains once more at its end
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # a bug: the one broad except of the command line; the window's is in Job
        with _log_file() as fix:
            log.exception("the command broke")
        terminal.trouble("Something went wrong that is not your fault: a mistake in Mynah.", fix)
        return BUG
    return code


def is_up_to_date(args: argparse.Namespace, terminal: Terminal) -> bool:
    """Before anything is done in a project, its library becomes one of this Mynah. Whether that was not broken off.

    What stands in its way is for the command to tell.
    """

    def listen(event: object) -> None:
        if isinstance(event, Note):
            terminal.say(event.text)
        elif isinstance(event, Progress):
            terminal.progress(in_words(event))

    project = getattr(args, "project", None)
    if isinstance(project, Project):
        with contextlib.suppress(Trouble):
            return follow(upgrade(project), listen)
    return True


class Parser(argparse.ArgumentParser):
    """Says what is wrong in a sentence, not below all options; and which command was meant, where none is called so."""

    def error(self, message: str) -> NoReturn:
        found = UNKNOWN.search(message)
        if found:
            word, names = found[1], re.findall(r"'([^']*)'", found[2])
            near = difflib.get_close_matches(word, names, 1)
            meant = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}."
            message = f"there is no command “{word}”. {meant}"
        help_ = f"Every option: {self.prog} --help"
        said = f"{self.prog}: {message.removeprefix('argument ').removesuffix(help_).rstrip()}"
        self.exit(2, f"{said}{'' if said.endswith(('.', '?')) else '.'}\n{help_}\n")


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command and its options. For a word too many the command's own help is named."""
    top = parser()
    args, more = top.parse_known_args(argv)
    if more:
        whose: argparse.ArgumentParser = getattr(args, "parser", top)
        whose.error(f"not understood: {' '.join(more)}. Every option: {whose.prog} --help")
    return args


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(
        prog="mynah",
        description="Train a language model on everything you have written, and talk to it.",
        epilog="Without a command, the window opens.",
    )
    top.set_defaults(run=open_window, json=False)
    subparsers = top.add_subparsers(metavar="command")
    for command in COMMANDS:
        command.add(subparsers)
    return top


def open_window(args: argparse.Namespace, terminal: Terminal) -> int:
    return work.window()


@contextlib.contextmanager
def _log_file() -> Iterator[str]:
    """Inside the block log lines go to a file and not to the screen. Gives the words that tell the user where."""
    path = home().logs / "command.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.FileHandler(path, encoding="utf-8", errors="replace")
        fix = f"Everything saved is safe. The details are in {path}, if you want to report it."
    except OSError:
        handler = logging.NullHandler()
        fix = "Try again; if it happens again, please tell us what you did."
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield fix
    finally:
        root.removeHandler(handler)
        handler.close()
