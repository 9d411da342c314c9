"""mynah chat: talk with a bot, or let a model go on from what you type."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from typing import Final, TypeAlias, TypeVar

from app import provenance, work
from app.commands import typed
from app.commands.options import (
    Subparsers,
    add_project,
    command,
    count,
    number,
    project_option,
    refuse_unknown,
    seed,
    whole,
)
from app.terminal import Terminal, follow
from app.work import Task
from app.work.talk import Marked, Shading, Talking
from core import runs, shelf
from core.asking import MOST_VOICE, STRONGEST, TRIES, Answer, Ask, Speaker
from core.errors import Trouble
from core.events import Note
from core.paths import Project, home
from core.replies import FROM_SCRATCH, UNTRAINED, Piece, Reply, Sampling, Turn
from core.runs import Run

R = TypeVar("R")

SAY_SOMETHING: Final = "Say something and press Enter."

Copied: TypeAlias = Callable[[str], Task[Marked]]  # what of a reply stands in the writing word for word

with contextlib.suppress(ImportError):  # Windows' own console edits lines by itself
    import readline  # noqa: F401  # gives input() its arrow keys and history


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "chat", run, "Talk with your bot, or let it go on from what you write.")
    add_project(parser)
    parser.add_argument(
        "--run", dest="name", metavar="NAME", help="which run (the one that speaks best); see: mynah runs"
    )
    parser.add_argument("--model", metavar="ID", help="a base model that has not been trained; see: mynah models")
    parser.add_argument("--prompt", metavar="TEXT", help="write one reply to this and end; else you are asked")
    talk = parser.add_argument_group("how it answers")
    talk.add_argument("--talk", action="store_true", help="take turns, also with a model from scratch")
    talk.add_argument("--persona", default="", metavar="TEXT", help="who it should be, instead of you")
    talk.add_argument("--no-notes", action="store_true", help="do not look up what you wrote")
    talk.add_argument("--strength", type=number, default=1.0, help="how much of your voice, 0 to 1.3 (1)")
    talk.add_argument("--voice", type=number, default=0.0, help="push towards how you write, -2 to 2; see: mynah voice")
    talk.add_argument("--lock", action="store_true", help="stay in your voice, also in a long talk")
    talk.add_argument("--best-of", type=count, default=1, metavar="N", help="take the best of so many replies (1)")
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
    if not 0 <= args.strength <= STRONGEST or args.best_of > TRIES:
        args.parser.error(f"strength is from 0 to {STRONGEST}, best-of from 1 to {TRIES}")
    if abs(args.voice) > MOST_VOICE:
        args.parser.error(f"voice is from -{MOST_VOICE} to {MOST_VOICE}")
    sampling_of(args)
    if args.model:
        model = shelf.find(home(), args.model)
        greet(args, terminal, typed.this_is(model.title), UNTRAINED)
        return talk(args, Speaker(base=model.folder), terminal)
    chosen = choose_run(args.project, args.name)
    who = typed.this_is_run(chosen.name, of=0 if args.name else usable(args.project))
    if args.talk or chosen.recipe().tokenizer not in ("characters", "bpe"):
        greet(args, terminal, who, "")
        return talk(args, Speaker(run=chosen), terminal)
    greet(args, terminal, who, FROM_SCRATCH, "Write how a text begins and press Enter.")
    copied = partial(Shading(), args.project)
    for prompt in [args.prompt] if args.prompt is not None else prompts(terminal):
        answer(chosen, prompt, sampling_of(args), terminal, copied)
    return 0


def greet(args: argparse.Namespace, terminal: Terminal, who: str, label: str, how: str = SAY_SOMETHING) -> None:
    """Before a talk, and not before a single reply: who speaks and how one ends, what to expect, what to do."""
    if args.prompt is None:
        for line in filter(None, (f"{who} {typed.WAYS_OUT}", label, f"{how} Ctrl-C stops a reply.")):
            terminal.say(line)


def usable(project: Project) -> int:
    """How many runs can be talked to."""
    return sum(run.is_usable for run in runs.all_runs(project.runs))


def talk(args: argparse.Namespace, speaker: Speaker, terminal: Terminal) -> int:
    """Turn after turn, each answered with all that was said before in mind."""
    talking, turns = Talking(), list[Turn]()
    copied = partial(Shading(), args.project)
    for prompt in [args.prompt] if args.prompt is not None else prompts(terminal):
        turns.append(Turn("user", prompt))
        got = said(talking, speaker, ask_of(args, tuple(turns)), args.project, terminal, copied)
        turns.append(Turn("assistant", got.reply.text))
    follow(talking.settle(), lambda _: None)
    return 0


def ask_of(args: argparse.Namespace, turns: tuple[Turn, ...]) -> Ask:
    return Ask(
        turns=turns,
        sampling=sampling_of(args),
        persona=args.persona,
        notes=not args.no_notes,
        strength=args.strength,
        voice=args.voice,
        lock=args.lock,
        best_of=args.best_of,
    )


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
    refuse_unknown(project)
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
    """What the user types, line by line, until /quit, an empty line, the end of the input or Ctrl-C.

    To a program a line that begins with a slash is a text like any other. What comes through a pipe nobody has typed:
    it is written out, so that one sees at once what is answered.
    """
    is_typed = sys.stdin is None or sys.stdin.isatty()
    try:
        while prompt := input("" if terminal.as_json else "\n> "):
            if not is_typed:
                terminal.say(prompt)
            answer = "" if terminal.as_json else typed.answer_to(prompt)
            if answer is None:
                return
            if answer:
                terminal.say(answer)
            else:
                yield prompt
    except (EOFError, KeyboardInterrupt):
        terminal.say()  # what the shell writes next begins on a line of its own


def said(talking: Talking, speaker: Speaker, ask: Ask, project: Project, terminal: Terminal, copied: Copied) -> Answer:
    """One answer, shown as it is written, and below it where it comes from."""
    got = written(talking(speaker, ask, project.corpus), terminal)
    found = follow(copied(got.reply.text), lambda _: None)
    for line in provenance.lines(got, found):
        terminal.say(line)
    terminal.fact(got.reply, tokens_per_second=got.reply.tokens_per_second, **provenance.fields(got, found))
    return got


def written(task: Task[R], terminal: Terminal) -> R:
    """What comes of `task`, its words shown as they come."""

    def listen(event: object) -> None:
        match event:
            case Piece():
                terminal.write(event.text)
                terminal.fact(event)
            case Note():
                terminal.say(event.text)
                terminal.fact(event)

    terminal.progress("Waking the model…")
    result = follow(task, listen)
    terminal.say()
    return result


def answer(run: Run, prompt: str, sampling: Sampling, terminal: Terminal, copied: Copied | None = None) -> Reply:
    """One reply, shown as it is written, and below it what of it `copied` finds in the writing word for word."""
    reply = written(work.reply(run, prompt, sampling), terminal)
    found = follow(copied(reply.text), lambda _: None) if copied is not None else ()
    for line in provenance.lines(Answer(reply=reply), found):
        terminal.say(line)
    more = provenance.copies(found) if copied is not None else {}
    terminal.fact(reply, tokens_per_second=reply.tokens_per_second, **more)
    return reply
