"""mynah runs: the runs of a project, how far each came and what it takes on the disk; rename, delete, undo."""

import argparse
from dataclasses import dataclass

from app.commands.options import Subparsers, add_project, command, project_option, refuse_unknown
from app.commands.train import best
from app.terminal import Terminal
from core import journal, runs
from core.errors import Trouble
from core.journal import Evaluated
from core.lock import writing
from core.paths import Project
from core.runs import Run, all_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run. `best_bits_per_byte` is absent before the first evaluation."""

    run: str
    title: str
    steps: int
    best_bits_per_byte: float | None
    finished: bool
    megabytes: float


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "runs", run, "List the runs of a project, oldest first; rename or delete one.")
    add_project(parser)
    deed = parser.add_mutually_exclusive_group()
    deed.add_argument("--rename", nargs=2, metavar=("RUN", "TITLE"), help="call a run something else")
    deed.add_argument("--delete", metavar="RUN", help="put a run into the trash")
    deed.add_argument("--undo", action="store_true", help="bring back the run that was deleted last")
    deed.add_argument("--empty-trash", action="store_true", help="delete for good what is in the trash")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    refuse_unknown(args.project)
    folder = args.project.runs
    if args.rename:
        chosen = runs.find(folder, args.rename[0])
        chosen.rename(args.rename[1])
        return tell(terminal, f"It is called “{chosen.title}” now.", run=chosen.name, title=chosen.title)
    if args.delete:
        chosen = runs.find(folder, args.delete)
        delete(args.project, chosen)
        undo = f"mynah runs --undo{project_option(args.project)}"
        return tell(terminal, f"It is in the trash. To bring it back: {undo}", run=chosen.name, deleted=True)
    if args.undo:
        return undo_last(args, terminal)
    if args.empty_trash:
        freed = runs.empty_trash(folder)
        return tell(terminal, f"The trash is empty: {freed / 1e6:,.0f} MB are free again.", freed=freed)
    return show(args, terminal)


def delete(project: Project, chosen: Run) -> None:
    """Into the trash; an unfinished run only while nobody trains it. Raises Busy."""
    if chosen.is_finished:
        runs.delete(chosen)
        return
    with writing(project):
        runs.delete(chosen)


def undo_last(args: argparse.Namespace, terminal: Terminal) -> int:
    gone = runs.deleted(args.project.runs)
    if not gone:
        raise Trouble("There is nothing in the trash.", fix="See the runs there are: mynah runs")
    back = runs.restore(gone[-1])
    return tell(terminal, f"“{back.title}” is back.", run=back.name, restored=True)


def show(args: argparse.Namespace, terminal: Terminal) -> int:
    rows = [row_of(each) for each in all_runs(args.project.runs)]
    for row in rows:
        terminal.say(sentence(row))
        terminal.fact(row)
    if not rows:
        terminal.say(f"There is no run in this project yet. Start one: mynah train{project_option(args.project)}")
    elif len(rows) > 1:
        terminal.say(f"Together they take {sum(row.megabytes for row in rows):,.0f} MB on the disk.")
    return 0


def tell(terminal: Terminal, text: str, **fields: object) -> int:
    terminal.say(text)
    terminal.record(**fields)
    return 0


def row_of(run: Run) -> Row:
    facts = journal.read(run.journal_file)
    return Row(
        run=run.name,
        title=run.title,
        steps=journal.step_of(facts),
        best_bits_per_byte=min((fact.bits_per_byte for fact in facts if isinstance(fact, Evaluated)), default=None),
        finished=journal.is_finished(facts),
        megabytes=run.bytes_on_disk / 1e6,
    )


def sentence(row: Row) -> str:
    """A row in words."""
    reached = f"{row.steps:,} steps, {best(row.best_bits_per_byte)}"
    title = "" if row.title == row.run else f" “{row.title}”"
    return f"{row.run}{title}  {reached}, {'finished' if row.finished else 'not finished'}, {row.megabytes:,.0f} MB"
