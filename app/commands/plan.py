"""mynah plan: what a training would take and give on this computer, before it begins."""

import argparse
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from app.commands.details import add_details, with_details
from app.commands.options import Subparsers, add_project, command, positive, project_option
from app.sitting import as_options
from app.terminal import Terminal, follow, in_words
from app.work.planning import outlook
from core.events import Progress
from core.forecast import USUAL_SECONDS, Choice, Option, Outlook, size_of
from core.paths import Project
from core.plan import Wish, duration

METHODS: Final = ("full", "lora", "qlora")


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "plan", run, "Say what a training would take and give, measured on this computer.")
    add_project(parser)
    add_time(parser)
    parser.add_argument(
        "--size", choices=tuple(USUAL_SECONDS), default="balanced", help="how large a model (%(default)s)"
    )
    parser.add_argument("--base", metavar="ID", help="this base model, by its name in `mynah models`; or nothing")
    parser.add_argument("--method", choices=METHODS, help="how to train it: all of it, or additions to it")
    add_details(parser)


def add_time(parser: argparse.ArgumentParser) -> None:
    """--until, --hours and --minutes."""
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--until", type=hour, metavar="HH:MM", help="be done by this hour, today or tomorrow")
    when.add_argument("--hours", type=positive, metavar="N", help="how long it may take")
    when.add_argument("--minutes", type=positive, metavar="N", help="the same in minutes, as `mynah train` has it")


def hour(text: str) -> datetime:
    """The next moment at which a clock on the wall shows this hour."""
    try:
        hours, minutes = (int(part) for part in text.split(":"))
        now = datetime.now().astimezone()
        then = now.replace(hour=hours, minute=minutes, second=0, microsecond=0)
    except ValueError as error:
        raise argparse.ArgumentTypeError("it has to be an hour such as 07:00") from error
    return then if then > now else then + timedelta(days=1)


def seconds_of(args: argparse.Namespace) -> float | None:
    """How long from now on, if that was said."""
    if args.until is not None:
        until: datetime = args.until
        return max(60.0, (until - datetime.now().astimezone()).total_seconds())
    return None if args.hours is None else 3600 * float(args.hours)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    wish = with_details(args, Wish())
    choice = Choice(wish=wish, base="" if args.base == "nothing" else args.base, method=args.method)
    seconds = seconds_of(args) if args.minutes is None else 60 * float(args.minutes)
    found = follow(outlook(args.project, size_of(args.size), seconds, choice), listen)
    if found is None:
        return 0
    now = datetime.now().astimezone()
    for line in lines(found, now):
        terminal.say(line)
    for step in begin(found, wish, args.project):
        terminal.say(step)
    done = (now + timedelta(seconds=found.chosen.seconds)).isoformat(timespec="minutes")
    terminal.fact(found, done=done, others_that_fit=[asdict(each) for each in found.others if not each.why_not])
    return 0


def begin(found: Outlook, wish: Wish, project: Project) -> list[str]:
    """The commands that make of this plan a training: a base model that is not here has to be fetched first."""
    chosen = found.chosen
    train = [f"mynah train --minutes {max(1.0, found.seconds / 60):.0f}"]
    if chosen.base:
        train += ["--base", chosen.base, "--method", chosen.method]
    command = " ".join([*train, *as_options(wish)]) + project_option(project)
    if not chosen.base or chosen.base in found.shelf:
        return [f"Begin: {command}"]
    return [f"First: mynah models download {chosen.base}", f"Then: {command}"]


def lines(found: Outlook, now: datetime) -> list[str]:
    """The outlook for a person."""
    chosen = found.chosen
    done = now + timedelta(seconds=chosen.seconds)
    return [
        *found.words,
        f"It takes {duration(chosen.seconds)}: done {done:%H:%M} if you begin now.",
        f"Memory {chosen.memory / 1e9:.1f} GB at most, disk {megabytes(chosen.disk)}, electricity about"
        f" {chosen.kwh:.2f} kWh.",
        *found.warnings,
        "Details: " + details(chosen),
        *(f"  not {each.title}: {each.why_not}" for each in found.others if each.why_not),
    ]


def megabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def details(option: Option) -> str:
    """The numbers of the recipe, for those who want them."""
    rank = f", rank {option.rank}" if option.rank else ""
    return (
        f"{option.steps:,} steps of {option.batch} x {option.length} tokens, {option.passes:.1f} passes, rate"
        f" {option.learning_rate:g}, dropout {option.dropout:g}{rank}; a look every {option.look_every:,} steps, a"
        f" save every {option.save_every:,}."
    )
