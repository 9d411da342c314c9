"""mynah import SOURCE: read somebody's writing, or an export of it, into a project."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app import work
from app.commands.options import Subparsers, add_project, command, project_option
from app.terminal import Terminal, follow, in_words
from app.work import Task, web
from core.documents import Document, ImportReport, Skipped
from core.events import Note, Progress
from core.paths import Project
from core.sources import AS_IT_IS, SOURCE, Choice, People, Person

MOST_SHOWN: Final = 20  # people on the screen; the likeliest come first


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "import", run, "Read writing, or an export; the same again adds nothing twice.")
    parser.add_argument(
        "source", metavar="SOURCE", help="a folder, a file, an archive or an address: whatever `mynah sources` lists"
    )
    parser.add_argument("--as", dest="kind", metavar="KIND", help="which kind of export it is (seen by itself)")
    parser.add_argument(
        "--me", action="append", default=[], metavar="NAME", help="your name in it, if it does not say; may be repeated"
    )
    parser.add_argument("--private", action="store_true", help="let your private conversations in too")
    parser.add_argument("--own-site", action="store_true", help="it is your own site: pass over its robots.txt")
    add_project(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    choice = Choice(kind=kind(args), me=tuple(args.me), private=args.private, own_site=args.own_site)
    report = read_in(args.project, args.source, terminal, choice)
    terminal.say(sentence(report))
    if not report.stopped and report.added + report.changed + report.already:
        terminal.say(f"Next: mynah train{project_option(args.project)}")
    terminal.fact(report)
    return 0


def kind(args: argparse.Namespace) -> str | None:
    """The kind of export that was named, if one was."""
    kinds = (SOURCE, *(guide.source for guide in (*work.guides(), *web.live_guides())))
    if args.kind is not None and args.kind not in kinds:
        args.parser.error(f"--as takes one of: {', '.join(kinds)}")
    named: str | None = args.kind
    return named


def reading(project: Project, source: str, choice: Choice) -> Task[ImportReport]:
    """The import of a file, a folder or an address. What is there as a file is meant as one."""
    if not Path(source).exists() and web.is_address(source):
        return web.import_address(project, source, choice)
    return work.import_path(project, Path(source), choice)


def read_in(project: Project, source: str, terminal: Terminal, choice: Choice = AS_IT_IS) -> ImportReport:
    """Import, showing each item that was skipped and why."""

    def listen(event: object) -> None:
        match event:
            case Progress():
                terminal.progress(in_words(event))
            case Document():
                terminal.record(kind="Document", source=event.source, key=event.key, title=event.title)
            case Skipped():
                terminal.say(f"Skipped {event.key}: {event.reason}")
                terminal.fact(event)
            case People():
                terminal.fact(event)
                if event.people and not any(person.is_me for person in event.people):
                    terminal.say(f"Who speaks in it: {in_a_row(event.people)}")
            case Note():
                terminal.say(event.text)
                terminal.fact(event)

    terminal.progress("Looking at it…")
    return follow(reading(project, source, choice), listen)


def in_a_row(people: Sequence[Person]) -> str:
    """The first people by name, with how much they wrote."""
    shown = ", ".join(f"{person.name} ({person.count:,})" for person in people[:MOST_SHOWN])
    return shown if len(people) <= MOST_SHOWN else f"{shown} and {len(people) - MOST_SHOWN:,} more"


def sentence(report: ImportReport) -> str:
    """The report in words."""
    counts = f"{report.added:,} added, {report.already:,} already there, {report.changed:,} changed"
    said = f"{counts}, {report.skipped:,} skipped, in {report.seconds:.1f} seconds."
    return f"Stopped; what was read stays. {said} The same command goes on." if report.stopped else said
