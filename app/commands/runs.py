"""mynah runs: the runs of a project and how far each came."""

import argparse
from dataclasses import dataclass

from app.commands.options import Subparsers, add_project, command, project_option
from app.commands.train import best
from app.terminal import Terminal
from core import journal
from core.journal import Evaluated
from core.runs import Run, all_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run. `best_bits_per_byte` is absent before the first evaluation."""

    run: str
    steps: int
    best_bits_per_byte: float | None
    finished: bool


def add(subparsers: Subparsers) -> None:
    add_project(command(subparsers, "runs", run, "List the runs of a project, oldest first."))


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    rows = [row_of(each) for each in all_runs(args.project.runs)]
    for row in rows:
        terminal.say(sentence(row))
        terminal.fact(row)
    if not rows:
        terminal.say(f"There is no run in this project yet. Start one: mynah train{project_option(args.project)}")
    return 0


def row_of(run: Run) -> Row:
    facts = journal.read(run.journal_file)
    return Row(
        run=run.name,
        steps=max((fact.step for fact in facts), default=0),
        best_bits_per_byte=min((fact.bits_per_byte for fact in facts if isinstance(fact, Evaluated)), default=None),
        finished=journal.is_finished(facts),
    )


def sentence(row: Row) -> str:
    """A row in words."""
    reached = f"{row.steps:,} steps, {best(row.best_bits_per_byte)}"
    return f"{row.run}  {reached}, {'finished' if row.finished else 'not finished'}"
