"""mynah serve: let programs on this computer talk to your bot, as they talk to OpenAI's."""

import argparse
import time

from app.commands.options import Subparsers, add_project, command, project_option, whole
from app.interrupt import stop_on_signal
from app.terminal import Terminal
from app.work import serving
from core import runs, shelf
from core.errors import Trouble
from core.paths import home


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "serve", run, "Let programs on this computer talk to your bot.")
    add_project(parser)
    parser.add_argument("--port", type=whole, metavar="N", help="where it listens (8723); 0 takes any that is free")
    parser.add_argument("--phone", action="store_true", help="also let a phone on your network talk to it")
    parser.add_argument("--model", metavar="ID", help="a base model that has not been trained; see: mynah models")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    base = shelf.find(home(), args.model).folder if args.model else None
    if base is None and runs.speaker(args.project.runs) is None:
        option = project_option(args.project)
        raise Trouble("This project has no trained model yet.", fix=f"Train one first: mynah train{option}")
    server = serving.server(args.project, home(), args.port, phone=args.phone, base=base)
    with stop_on_signal() as stop:
        try:
            told = server.start()
            terminal.fact(told)
            terminal.say(f"Your bot answers at {told.address}/v1 – the token is {told.token}")
            if told.phone:
                terminal.say(f"From a phone on your network: {told.phone}")
                terminal.say("Whoever has this address can talk to your bot while this runs.")
            terminal.say("Ctrl-C ends it.")
            while server.is_running and not stop():
                time.sleep(0.2)
        finally:
            server.stop()
    return 0
