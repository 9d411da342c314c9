"""mynah import PATH: read somebody's writing into a project."""

import argparse
from pathlib import Path

from app import work
from app.commands.options import Subparsers, add_project, command, project_option
from app.terminal import Terminal, follow, in_words
from core.documents import Document, ImportReport, Skipped
from core.events import Note, Progress
from core.paths import Project


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "import", run, "Read a folder or file of writing; the same again adds nothing twice.")
    parser.add_argument("path", type=Path, metavar="PATH", help="a folder or a file: Markdown, text or HTML")
    add_project(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    report = read_in(args.project, args.path, terminal)
    terminal.say(sentence(report))
    if not report.stopped:
        terminal.say(f"Next: mynah train{project_option(args.project)}")
    terminal.fact(report)
    return 0


def read_in(project: Project, path: Path, terminal: Terminal) -> ImportReport:
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
            case Note():
                terminal.say(event.text)
                terminal.fact(event)

    terminal.progress("Looking at your files…")
    return follow(work.import_path(project, path), listen)


def sentence(report: ImportReport) -> str:
    """The report in words."""
    counts = f"{report.added:,} added, {report.already:,} already there, {report.changed:,} changed"
    said = f"{counts}, {report.skipped:,} skipped, in {report.seconds:.1f} seconds."
    return f"Stopped; what was read stays. {said} The same command goes on." if report.stopped else said
