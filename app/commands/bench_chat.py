"""mynah bench chat: a chat model of our own from nothing to one author's voice, with every meter before and after."""

import argparse
import shutil
from importlib.resources import as_file
from pathlib import Path

import resources
from app.commands.meters import tell
from app.commands.options import Subparsers, command, count, positive
from app.terminal import Terminal, follow, in_words
from app.work import gathering
from app.work.judging import bench_chat
from core.errors import Trouble
from core.events import Progress
from core.journal import Evaluated
from core.paths import home

PROJECT = "bench-chat"


def add_to(kinds: Subparsers) -> None:
    text = "Train a small chat model and one author's voice on it, and measure everything before and after."
    parser = command(kinds, "chat", run, text)
    parser.add_argument(
        "--plays", type=Path, required=True, metavar="FILE", help="plays, each speech after a line NAME:"
    )
    parser.add_argument("--author", type=Path, metavar="FOLDER", help="one author's writing (the bundled sample)")
    parser.add_argument("--base-steps", type=count, default=1500, help="of the chat model (%(default)s)")
    parser.add_argument("--steps", type=count, default=400, help="of the author's voice (%(default)s)")
    parser.add_argument("--minutes", type=positive, metavar="N", help="for both: their steps are fitted to that time")
    parser.add_argument("--layers", type=count, default=4, help="of the model (%(default)s)")
    parser.add_argument("--replies", type=count, default=40, help="that the bot is judged by (%(default)s)")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    try:
        plays = args.plays.read_text("utf-8", "replace")
    except OSError as error:
        raise Trouble("The plays cannot be read.", fix="Check the name of the file.") from error
    project = home().project(PROJECT)
    shutil.rmtree(project.root, ignore_errors=True)

    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))
        elif isinstance(event, Evaluated):
            terminal.say(f"step {event.step:,}: {event.bits_per_byte:.3f} bits per byte")

    with as_file(resources.sample_corpus()) as sample:
        follow(gathering.import_path(project, args.author or sample), listen)
    plan = {"base_steps": args.base_steps, "adapter_steps": args.steps, "replies": args.replies}
    plan |= {"layers": args.layers, "width": 64 * args.layers, "seconds": args.minutes and 60 * args.minutes}
    meters = follow(bench_chat(project, plays, plan), listen)
    if meters is not None:
        tell(meters, terminal)
    return 0
