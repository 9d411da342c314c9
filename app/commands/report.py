"""mynah report: what a training reached, wrote and went through, as a page to open in a browser."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.commands.options import Subparsers, add_project, command, project_option, refuse_unknown
from app.terminal import Terminal
from core import runs
from core.atomic import check_target, disk_errors, write_file
from core.errors import Trouble
from core.report.page import page
from core.report.story import Story, spoken, tell
from core.runs import Run


def add(subparsers: Subparsers) -> None:
    parser = command(
        subparsers, "report", run, "Write the report of a training: one HTML file that needs nothing else."
    )
    add_project(parser)
    parser.add_argument("--run", dest="name", metavar="NAME", help="which training (the newest)")
    parser.add_argument("--to", type=Path, metavar="FILE", help="where to write it (report.html beside the run)")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    chosen = which(args)
    if args.to is not None:
        check_target(args.to)
    story = tell(chosen)
    target = args.to or chosen.root / "report.html"
    with disk_errors("writing the report"):
        write_file(target, page(story).encode("utf-8"))
    for line in in_words(story):
        terminal.say(line)
    terminal.say(f"The whole report: {target}")
    terminal.record(kind="Report", file=str(target), **asdict(story))
    return 0


def which(args: argparse.Namespace) -> Run:
    """The run that was named, or the newest."""
    refuse_unknown(args.project)
    if args.name is not None:
        return runs.find(args.project.runs, args.name)
    newest = runs.latest(args.project.runs)
    if newest is None:
        raise Trouble(
            "There is no training in this project yet.", fix=f"Start one: mynah train{project_option(args.project)}"
        )
    return newest


def in_words(story: Story) -> list[str]:
    """The report in a few lines."""
    best = (
        "not measured yet" if story.best is None else f"{story.best.bits:.3f} bits per byte at step {story.best.step:,}"
    )
    return [
        f"{story.title}: {story.model}.",
        f"{story.steps:,} steps in {spoken(story.seconds)}, best {best}.",
        story.health.sentence,
        story.used,
        *(f"- {sentence}" for sentence in story.advice),
    ]
