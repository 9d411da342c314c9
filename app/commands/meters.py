"""mynah meters: what a bot is worth, in figures, and the blind quiz as one file for a friend."""

import argparse
from pathlib import Path
from random import randrange

from app.commands.chat import choose_run
from app.commands.options import Subparsers, add_project, command, count
from app.terminal import Terminal, follow, in_words
from app.words import meters as words
from app.work import judging
from core.atomic import check_target, disk_errors, write_file
from core.errors import Trouble
from core.events import Progress
from core.judge import quiz
from core.meters import Meters, kept
from core.meters import in_words as in_figures

SEEDS = 2**31


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "meters", run, "Measure your bot: does it sound like you, does it copy you, and more.")
    add_project(parser)
    parser.add_argument("name", nargs="?", metavar="RUN", help="which run (the one that speaks best); see: mynah runs")
    parser.add_argument("--replies", type=count, metavar="N", help="how many replies it is judged by (40)")
    parser.add_argument("--again", action="store_true", help="measure anew, also when figures are there")
    parser.add_argument("--quiz", type=Path, metavar="FILE", help='write the quiz "which one is you?" as one web page')
    parser.add_argument("--writer", default="the writer", metavar="NAME", help="who the quiz is about (%(default)s)")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    chosen = choose_run(args.project, args.name)
    if args.quiz is not None:
        check_target(args.quiz)  # measuring takes a while
    meters = None if args.again else kept(chosen.root)
    if meters is None:

        def listen(event: object) -> None:
            if isinstance(event, Progress):
                terminal.progress(in_words(event))

        meters = follow(judging.measure(args.project, chosen, args.replies), listen)
    if meters is None:
        terminal.say("Stopped; nothing was changed.")
        return 0
    tell(meters, terminal)
    if args.quiz is not None:
        write_quiz(meters, args.quiz, args.writer, terminal)
    return 0


def tell(meters: Meters, terminal: Terminal) -> None:
    for meter in meters.meters:
        mark = {True: "✓", False: "✗", None: " "}[meter.passed]
        beside = ", ".join(
            f"{words.beside(base.name)} {in_figures(base.value, meter.unit)}" for base in meter.baselines
        )
        terminal.say(
            f"{mark} {meter.title}: {in_figures(meter.value, meter.unit)}" + (f"  ({beside})" if beside else "")
        )
        terminal.say(f"    {meter.meaning}")
        if meter.passed is False:
            terminal.say(f"    Should be {meter.rule}. {meter.knob}")
        terminal.fact(meter)
    terminal.say()
    terminal.say(words.verdict(meters))
    terminal.record(
        kind="Gate",
        run=meters.run,
        fit=meters.is_fit,
        failed=[meter.key for meter in meters.failed],
        missing=list(meters.missing),
    )


def write_quiz(meters: Meters, path: Path, writer: str, terminal: Terminal) -> None:
    if not meters.pairs:
        raise Trouble("There is no reply to play the quiz with.", fix="Measure again: mynah meters --again")
    page = quiz.as_page(quiz.rounds(meters.pairs, randrange(SEEDS)), writer)
    with disk_errors("writing the quiz"):
        write_file(path, page.encode("utf-8", "replace"))
    terminal.say(f"The quiz is in {path}. It needs no connection; send it to a friend.")
    terminal.record(kind="Quiz", rounds=min(quiz.ROUNDS, len(meters.pairs)))
