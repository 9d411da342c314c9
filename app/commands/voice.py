"""mynah voice: find your voice in a base model, so that it can be pushed towards how you write, or held there."""

import argparse

from app.commands.options import Subparsers, add_project, command
from app.terminal import Terminal, follow, in_words
from app.work.talk import find_voice
from core import shelf
from core.events import Progress
from core.paths import home


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "voice", run, "Find your voice in a base model, to push it there without training.")
    add_project(parser)
    parser.add_argument("--model", metavar="ID", required=True, help="which base model; see: mynah models")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    model = shelf.find(home(), args.model)

    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    found = follow(find_voice(args.project, model.folder), listen)
    if found:
        terminal.say(f"Found. Push it: mynah chat --model {model.id} --voice 1")
    else:
        terminal.say("Stopped; nothing was changed.")
    terminal.record(kind="VoiceFound", model=model.id, found=found)
    return 0
