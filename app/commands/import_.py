"""mynah import SOURCE: read somebody's writing, an export of it, or a site of theirs into a project."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from app.commands.options import Subparsers, add_project, command, project_option
from app.place import place_of
from app.terminal import Terminal, follow, in_words
from app.words import gathering as words
from app.work import gathering
from core.documents import Document, ImportReport, Skipped
from core.errors import Trouble
from core.events import Note, Progress
from core.paths import Project
from core.sources import AS_IT_IS, SOURCE, Choice, Columns, Found, People, Person, Place, Sheet

MOST_SHOWN: Final = 20  # people on the screen; the likeliest come first
ROWS: Final = 5  # of a table
PRIVATE: Final = "This is private"  # how the reason of what was left out for that begins


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "import", run, "Read writing, or an export; the same again adds nothing twice.")
    parser.add_argument(
        "source",
        metavar="SOURCE",
        nargs="?",
        help="a folder, a file or an archive, an address or a handle: writing, or what `mynah sources` lists",
    )
    parser.add_argument("--as", dest="kind", metavar="KIND", help="which kind of source it is (seen by itself)")
    parser.add_argument(
        "--me", action="append", default=[], metavar="NAME", help="your name in it, if it does not say; may be repeated"
    )
    parser.add_argument("--private", action="store_true", help="let your private conversations in too")
    parser.add_argument("--own-site", action="store_true", help="it is your own site: pass over its robots.txt")
    parser.add_argument("--look", action="store_true", help="only say what there is, and import nothing")
    for column in ("text", "author", "date"):
        parser.add_argument(
            f"--{column}", metavar="COLUMN", default="", help=f"of a table: which column holds the {column}"
        )
    parser.add_argument("--undo", action="store_true", help="take back what the last import added")
    add_project(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    try:
        return carry_out(args, terminal)
    except Trouble as trouble:
        if trouble.fix in words.IN_TERMINAL:
            trouble.fix = f"{trouble.fix} {words.IN_TERMINAL[trouble.fix]}"
        raise


def carry_out(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.undo:
        return undo(args.project, terminal)
    if args.source is None:
        args.parser.error("a source is needed: a folder, a file, an address or a handle")
    place, choice = place_of(args.source), wish(args)
    if args.look:
        return look(args.project, place, choice, terminal)
    private: list[Skipped] = []
    report = read_in(args.project, place, terminal, choice, private)
    terminal.say(sentence(report))
    if private:
        terminal.say("Private talks stayed out. To let them in, give the same command with --private.")
    if not report.stopped and report.added + report.changed + report.already:
        terminal.say(f"Next: mynah train{project_option(args.project)}")
    terminal.fact(report)
    return 0


def wish(args: argparse.Namespace) -> Choice:
    columns = Columns(args.text, args.author, args.date) if args.text else None
    return Choice(kind=kind(args), me=tuple(args.me), private=args.private, own_site=args.own_site, columns=columns)


def undo(project: Project, terminal: Terminal) -> int:
    """Take back the newest import of which anything is left."""
    imports = follow(gathering.imports(project), ignore)
    if not imports:
        raise Trouble("There is no import to take back in this project.", fix="mynah import SOURCE reads something in.")
    removed = follow(gathering.undo(project, (imports[0].number,)), ignore)
    terminal.say(words.undone(removed))
    terminal.record(kind="Undone", place=imports[0].origin, removed=removed)
    return 0


def ignore(event: object) -> None:
    """For work of which only the outcome counts."""


def look(project: Project, place: Place, choice: Choice, terminal: Terminal) -> int:
    """Say what an import would bring."""

    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))
        elif isinstance(event, Note):
            terminal.say(event.text)
            terminal.fact(event)

    terminal.progress("Looking…")
    for found in follow(gathering.survey(project, place, choice), listen):
        show(found, terminal)
        if found.private and not choice.private:
            terminal.say("  To let private talks in: --private.")
    return 0


def show(found: Found, terminal: Terminal) -> None:
    terminal.say(f"{found.title}: {words.what_was_found(found)}")
    if found.people and not any(person.is_me for person in found.people):
        terminal.say(f"  Who speaks in it: {in_a_row(found.people)}. Say which is you with --me NAME.")
    if found.columns is not None:
        terminal.say(f"  Its columns: {', '.join(found.all_columns)}. {words.taken_for(found.columns)}")
        for document in found.examples[:ROWS]:
            terminal.say(f"  {words.row(document)}")
    terminal.record(
        kind="Found",
        source=found.source,
        title=found.title,
        items=found.items,
        about=found.about,
        how=found.how,
        authors=list(found.authors),
        first=found.first.isoformat() if found.first else None,
        last=found.last.isoformat() if found.last else None,
        tokens=found.tokens,
        private=found.private,
        private_tokens=found.private_tokens,
        skipped=found.skipped,
        reasons=[{"key": one.key, "reason": one.reason} for one in found.reasons],
        people=[{"id": one.id, "name": one.name, "count": one.count, "is_me": one.is_me} for one in found.people],
        columns=list(found.all_columns),
        taken=asdict(found.columns) if found.columns else None,
        rows=[in_short(document) for document in found.examples[:ROWS]] if found.columns else [],
    )


def in_short(document: Document) -> dict[str, str | None]:
    """One row of a table as it was understood."""
    written = document.written.isoformat() if document.written else None
    return {"text": document.text, "author": document.author, "date": written}


def kind(args: argparse.Namespace) -> str | None:
    """The kind of export that was named, if one was."""
    kinds = (SOURCE, *(guide.source for guide in gathering.guides()))
    if args.kind is not None and args.kind not in kinds:
        args.parser.error(f"--as takes one of: {', '.join(kinds)}")
    named: str | None = args.kind
    return named


def read_in(
    project: Project,
    place: Place,
    terminal: Terminal,
    choice: Choice = AS_IT_IS,
    private: list[Skipped] | None = None,
) -> ImportReport:
    """Import, showing each item that was skipped and why; `private` gets those that were skipped as private."""

    def listen(event: object) -> None:
        match event:
            case Progress():
                terminal.progress(in_words(event))
            case Document():
                terminal.record(kind="Document", source=event.source, key=event.key, title=event.title)
            case Skipped():
                terminal.say(f"Skipped {event.key}: {event.reason}")
                terminal.fact(event)
                if private is not None and event.reason.startswith(PRIVATE):
                    private.append(event)
            case Sheet():
                terminal.fact(event)
            case People():
                terminal.fact(event)
                if event.people and not any(person.is_me for person in event.people):
                    terminal.say(f"Who speaks in it: {in_a_row(event.people)}")
            case Note():
                terminal.say(event.text)
                terminal.fact(event)

    terminal.progress("Looking at it…")
    return follow(gathering.import_path(project, place, choice), listen)


def in_a_row(people: Sequence[Person]) -> str:
    """The first people by name, with how much they wrote."""
    shown = ", ".join(f"{person.name} ({person.count:,})" for person in people[:MOST_SHOWN])
    return shown if len(people) <= MOST_SHOWN else f"{shown} and {len(people) - MOST_SHOWN:,} more"


def sentence(report: ImportReport) -> str:
    """The report in words."""
    counts = f"{report.added:,} added, {report.already:,} already there, {report.changed:,} changed"
    said = f"{counts}, {report.skipped:,} skipped, in {report.seconds:.1f} seconds."
    return f"Stopped; what was read stays. {said} The same command goes on." if report.stopped else said
