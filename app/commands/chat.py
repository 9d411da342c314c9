"""mynah chat: let a trained model go on from what you type."""

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import fields

from app import work
from app.commands.options import Subparsers, add_project, command, count, number, project_option, seed, whole
from app.terminal import Terminal, follow
from core import runs
from core.errors import Trouble
from core.events import Note
from core.paths import Project
from core.replies import FROM_SCRATCH, Piece, Reply, Sampling
from core.runs import Run

with contextlib.suppress(ImportError):  # Windows' own console edits lines by itself
    import readline  # noqa: F401  # gives input() its arrow keys and history


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "chat", run, "Let a trained model go on from what you write.")
    add_project(parser)
    parser.add_argument("--run", dest="name", metavar="NAME", help="which run (the newest); see: mynah runs")
    parser.add_argument("--prompt", metavar="TEXT", help="write one reply to this and end; else you are asked")
    add_sampling(parser)


def add_sampling(parser: argparse.ArgumentParser) -> None:
    """An option for each field of `Sampling`."""
    default = Sampling()
    group = parser.add_argument_group("how words are chosen")
    group.add_argument("--temperature", type=number, help=f"0 always takes the likeliest ({default.temperature})")
    group.add_argument("--top-k", type=whole, help=f"only from so many of the likeliest; 0 is off ({default.top_k})")
    group.add_argument("--top-p", type=number, help=f"only from the likeliest that weigh so much ({default.top_p})")
    group.add_argument("--min-p", type=number, help=f"at least this share of the likeliest; 0 is off ({default.min_p})")
    group.add_argument("--repetition", type=number, help=f"above 1 avoids repetition ({default.repetition})")
    group.add_argument("--length", type=count, help=f"tokens at most ({default.length})")
    group.add_argument("--seed", type=seed, help="the same seed gives the same text (a new one each time)")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    sampling = sampling_of(args)
    chosen = choose_run(args.project, args.name)
    if args.prompt is None:
        terminal.say(FROM_SCRATCH)
        terminal.say("Write how a text begins and press Enter. Ctrl-C stops a reply, an empty line ends.")
    for prompt in [args.prompt] if args.prompt is not None else prompts(terminal):
        answer(chosen, prompt, sampling, terminal)
    return 0


def sampling_of(args: argparse.Namespace) -> Sampling:
    """The settings that were given, and the defaults for the others."""
    given = {field.name: getattr(args, field.name) for field in fields(Sampling)}
    try:
        return Sampling(**{name: value for name, value in given.items() if value is not None})
    except ValueError as error:
        parser: argparse.ArgumentParser = args.parser
        parser.error(str(error))


def choose_run(project: Project, name: str | None) -> Run:
    """The run called `name`, or the one that speaks best."""
    option = project_option(project)
    if name is None:
        run = runs.speaker(project.runs)
        if run is None:
            raise Trouble("This project has no trained model yet.", fix=f"Train one first: mynah train{option}")
        return run
    for run in runs.all_runs(project.runs):
        if run.name == name:
            return run
    raise Trouble("This project has no run of that name.", fix=f"See which there are: mynah runs{option}")


def prompts(terminal: Terminal) -> Iterator[str]:
    """What the user types, line by line, until an empty line, the end of the input or Ctrl-C."""
    try:
        while prompt := input("" if terminal.as_json else "\n> "):
            yield prompt
    except (EOFError, KeyboardInterrupt):
        terminal.say()  # what the shell writes next begins on a line of its own


def answer(run: Run, prompt: str, sampling: Sampling, terminal: Terminal) -> Reply:
    """One reply, shown as it is written."""

    def listen(event: object) -> None:
        match event:
            case Piece():
                terminal.write(event.text)
                terminal.fact(event)
            case Note():
                terminal.say(event.text)
                terminal.fact(event)

    terminal.progress("Waking the model…")
    reply = follow(work.reply(run, prompt, sampling), listen)
    terminal.say()
    terminal.fact(reply, tokens_per_second=reply.tokens_per_second)
    return reply
