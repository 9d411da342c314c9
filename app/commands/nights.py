"""What `mynah train` can be asked for a night: an hour to be done by, several candidates, care of the computer,
somebody who sits up, and what happens in the morning. No command of its own."""

import argparse
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

from app import morning, sitting
from app.commands.options import positive, project_option
from app.commands.plan import hour, seconds_of
from app.interrupt import stop_on_signal
from app.sitting import morning_of, night, options_of
from app.terminal import Terminal, follow, table
from app.work import nights
from core import runs
from core.errors import Trouble
from core.ladders import Ladder
from core.paths import Project
from core.plan import Wish
from core.runs import Outcome, Run


def add_options(parser: argparse.ArgumentParser, much: "argparse._MutuallyExclusiveGroup") -> None:
    much.add_argument("--until", type=hour, metavar="HH:MM", help="be done by this hour, today or tomorrow")
    much.add_argument("--hours", type=positive, metavar="N", help="about how many hours it may take")
    parser.add_argument("--ladder", action="store_true", help="train several candidates in this time, keep the best")
    parser.add_argument("--keep-going", action="store_true", help="begin again by itself when the process dies")
    parser.add_argument("--hottest", type=positive, metavar="C", help="wait while the computer is hotter than this")
    parser.add_argument("--emptiest", type=positive, metavar="P", help="wait while the battery has less than this")
    parser.add_argument("--tensorboard", type=Path, metavar="FOLDER", help="write curves for TensorBoard there")
    parser.add_argument("--wandb", type=Path, metavar="FOLDER", help="write curves for W&B there, offline")
    parser.add_argument("--tell", metavar="ADDRESS", help="send a message there at the end: ntfy, Slack, your own")
    parser.add_argument(
        "--then", choices=get_args(morning.Then), default="nothing", help="what the computer does at the end"
    )


def wished(args: argparse.Namespace, wish: Wish) -> Wish:
    """The wish with the night's part of the options."""
    seconds = seconds_of(args)
    return replace(
        wish,
        minutes=wish.minutes if seconds is None else seconds / 60,
        until=None if args.until is None else args.until.timestamp(),
        hottest=args.hottest,
        emptiest=args.emptiest,
    )


def show_ladder(found: Ladder, terminal: Terminal, project: Project) -> None:
    """The candidates, the best first."""
    rows = [{"candidate": each.what, "bits per byte": f"{each.bits:.3f}", "run": each.run} for each in found.rungs]
    terminal.say(table([dict(row) for row in rows]))
    terminal.fact(found)
    if found.best:
        terminal.say(f"The best is what the chat opens: mynah chat{project_option(project)}")


def sit_up(args: argparse.Namespace, terminal: Terminal, wish: Wish) -> int:
    """Train in a process of its own, and begin it again when it dies; also after a restart of the computer."""
    run = "" if args.resume is None else unfinished(args.project, args.resume).name
    asked = night(args.project, options(args, wish), run, besides(args))
    with stop_on_signal() as stop:
        return sitting.sit_up(asked, stop, _liner(terminal), terminal.say)


def options(args: argparse.Namespace, wish: Wish) -> list[str]:
    """How the child begins a new run; with nothing where one goes on."""
    if args.resume is not None:
        return []
    return ["--from-votes"] if args.from_votes else options_of(wish)


def besides(args: argparse.Namespace) -> list[str]:
    """What a child is told each time it begins or goes on: where curves go, and the morning."""
    curves = [("--tensorboard", args.tensorboard), ("--wandb", args.wandb)]
    told = [word for name, folder in curves if folder for word in (name, str(folder.absolute()))]
    return [*told, *morning_of(args.tell, args.then)]


def unfinished(project: Project, name: str) -> Run:
    """The run of this name that can go on; the newest one where there is no name."""
    for run in reversed(runs.all_runs(project.runs)):
        if not run.is_finished and name in ("", run.name, run.title):
            return run
    raise Trouble(
        f"There is no unfinished run{f' called “{name}”' if name else ''} in this project.",
        fix=f"Start a new one: mynah train{project_option(project)}",
    )


def _liner(terminal: Terminal) -> Callable[[str], None]:
    """Passes on what a child tells: to a program as it is, to a person the sentences."""

    def tell(line: str) -> None:
        fields = Terminal.parsed(line)
        if terminal.as_json:
            terminal.record(**fields)
        elif "text" in fields and fields.get("kind") in ("Note", "Happened"):
            terminal.say(str(fields["text"]))
        elif "error" in fields:
            terminal.trouble(str(fields["error"]), str(fields.get("fix", "")))

    return tell


def end(args: argparse.Namespace, terminal: Terminal, text: str, *, stopped: bool) -> None:
    """The morning: a notification, a message, and sleep after two minutes in which Ctrl+C keeps the computer awake."""
    if stopped:
        return
    morning.notify("Mynah", text)
    if args.tell:
        try:
            follow(nights.tell(args.tell, "Mynah", text), lambda _: None)
        except Trouble as trouble:
            terminal.say(str(trouble))
    command = morning.power(args.then)
    if not command:
        return
    terminal.say(f"The computer will {args.then} in two minutes. Press Ctrl+C to keep it on.")
    with stop_on_signal() as stop:
        until = time.monotonic() + morning.SECONDS
        while time.monotonic() < until and not stop():
            time.sleep(0.2)
        if stop():
            terminal.say("It stays on.")
            return
    subprocess.run(command, check=False)


def in_words(outcome: Outcome | Ladder) -> str:
    """What a notification says."""
    if isinstance(outcome, Ladder):
        best = min((each for each in outcome.rungs if each.run), key=lambda each: each.bits, default=None)
        return (
            "Nothing was trained."
            if best is None
            else f"Your bot is ready: {best.what}, {best.bits:.2f} bits per byte."
        )
    bits = outcome.best_bits_per_byte
    return "Your bot is ready." if bits is None else f"Your bot is ready: {bits:.2f} bits per byte."
