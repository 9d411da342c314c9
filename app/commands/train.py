"""mynah train: learn from a project's writing, or go on with a run that was stopped."""

import argparse
import os
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app import work
from app.commands import nights
from app.commands.details import add_details, with_details
from app.commands.options import Subparsers, add_project, command, count, positive, project_option, seed
from app.terminal import Terminal, follow, in_words
from app.work import Task, packed
from app.work.boards import board, diary
from app.work.planning import ladder
from core import shelf
from core.depth import DEEPEST
from core.errors import DiskTrouble, Trouble
from core.events import Note, Progress
from core.feedback import LEAST_PAIRS
from core.journal import Evaluated, Fact, Happened, Resumed, Sampled, Stepped
from core.paths import Project, home
from core.plan import DEFAULT_MINUTES, Wish
from core.recipe import Method
from core.runs import Outcome, Run

METHODS: Final = ("full", "lora", "qlora")
SIGN: Final = 10.0  # seconds between two signs of life to a program, while it does the same
SAMPLE: Final = 150  # characters of a sample on the screen, about two lines; the journal keeps it whole
BITS: Final = (
    "Bits per byte say how much text of yours that it has never seen surprises it: lower is better. Below each look"
    " stands what it makes of a few beginnings; at first that is noise."
)


def add(subparsers: Subparsers) -> None:
    parser = command(
        subparsers, "train", run, "Train a model on what was imported. Ctrl-C saves and ends; --resume goes on."
    )
    add_project(parser)
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--minutes", type=positive, metavar="N", help=f"about how long it may take ({DEFAULT_MINUTES:g})")
    much.add_argument("--steps", type=count, metavar="N", help="exactly how many steps")
    much.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="RUN",
        help="go on with the newest unfinished run, or with this one",
    )
    much.add_argument(
        "--from-votes",
        action="store_true",
        help=f"let the bot that speaks learn from the replies you chose in the chat, {LEAST_PAIRS} of them or more",
    )
    much.add_argument(
        "--run",
        dest="there",
        type=Path,
        metavar="FOLDER",
        help="train what `mynah pack-run` put into this folder, or go on in the folder of a run; also under torchrun",
    )
    add_shard(parser)
    add_kind(parser)
    nights.add_options(parser, much)


def add_kind(parser: argparse.ArgumentParser) -> None:
    """What kind of training a new one is: from what, how, how large, and every value of its plan."""
    parser.add_argument(
        "--base", metavar="MODEL", help="start from this pretrained model: its name in `mynah models`, or its folder"
    )
    parser.add_argument("--method", choices=METHODS, help="how to train it (lora): all of it, or additions to it")
    parser.add_argument("--depth", type=depth, metavar="N", help="layers of a model from nothing; all else follows")
    add_details(parser)
    parser.add_argument("--seed", type=seed, default=Wish().seed, help="what chance starts from (%(default)s)")


def add_shard(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--shard",
        action="store_true",
        help="under torchrun: divide the weights over the cards, also where each could hold them all",
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.shard and args.there is None:
        raise Trouble("--shard is for several processes of torchrun.", fix="Use it with --run FOLDER.")
    if args.there is not None:
        return away(args, terminal)
    wish = nights.wished(args, wished(args))
    if args.keep_going and args.ladder:
        raise Trouble("Several candidates cannot go on by themselves.", fix="Leave --ladder or --keep-going out.")
    if args.ladder and (args.from_votes or args.resume is not None):
        raise Trouble("Several candidates begin anew.", fix="Leave --ladder out, or --from-votes and --resume.")
    if args.keep_going:
        return nights.sit_up(args, terminal, wish)
    if args.ladder:
        return climb(args, terminal, wish)
    resumed = None if args.resume is None else nights.unfinished(args.project, args.resume)
    if args.from_votes:
        task = work.learn_from_choices(args.project)
    else:
        task = work.train(args.project, wish) if resumed is None else work.resume(args.project, resumed)
    outcome = learn(task, terminal, boards(args))
    terminal.say(sentence(outcome, planned(args.project, outcome)))
    terminal.say(f"Next: mynah {following(outcome)}{project_option(args.project)}")
    terminal.fact(outcome)
    nights.end(args, terminal, nights.in_words(outcome), stopped=outcome.stopped)
    return 0  # also when it was stopped: it was asked to, and nothing is lost


def away(args: argparse.Namespace, terminal: Terminal) -> int:
    """On a rented machine. Under torchrun only the first process speaks: the others would say the same."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        speaks = os.environ.get("RANK", "0") == "0"
        heard = terminal if speaks else Terminal(nowhere, nowhere, as_json=terminal.as_json)
        outcome = learn(packed.train(args.there, shares=args.shard), heard)
        heard.say(sentence(outcome))
        if (args.there / "packed.json").is_file():
            heard.say(f"Take it home: mynah bring-home {args.there}")
        heard.fact(outcome)
    return 0


def boards(args: argparse.Namespace) -> Callable[[object], None] | None:
    """Who hears of every event besides: TensorBoard, W&B, where they were asked for."""
    asked = [make(folder) for make, folder in ((board, args.tensorboard), (diary, args.wandb)) if folder is not None]

    def tell(event: object) -> None:
        for each in asked:
            each(event)

    return tell if asked else None


def climb(args: argparse.Namespace, terminal: Terminal, wish: Wish) -> int:
    """Several candidates in the time of the wish."""
    terminal.progress("Getting ready…")
    found = follow(ladder(args.project, wish), Listener(terminal))
    nights.show_ladder(found, terminal, args.project)
    nights.end(args, terminal, nights.in_words(found), stopped=found.stopped)
    return 0


def wished(args: argparse.Namespace) -> Wish:
    """What the options ask for."""
    if args.method and not args.base:
        raise Trouble("--method says how to train a pretrained model, and none was named.", fix="Add --base MODEL.")
    if args.depth and (args.base or args.ladder):
        raise Trouble("--depth is the size of a single model from nothing.", fix="Leave --base and --ladder out.")
    method: Method = (args.method or "lora") if args.base else "scratch"
    base = base_folder(args.base)
    wish = Wish(minutes=args.minutes, steps=args.steps, seed=args.seed, depth=args.depth, base=base, method=method)
    return with_details(args, wish)


def depth(word: str) -> int:
    """Layers, as an option says them."""
    layers = count(word)
    if layers > DEEPEST:
        raise argparse.ArgumentTypeError(f"a model has {DEEPEST} layers at most")
    return layers


def base_folder(name: str | None) -> Path | None:
    """The folder of a model: one of the shelf by its name, or any folder."""
    if name is None or Path(name).is_dir():
        return None if name is None else Path(name)
    return shelf.find(home(), name).folder


def learn(task: Task[Outcome], terminal: Terminal, also: Callable[[object], None] | None = None) -> Outcome:
    """Train, showing how far it is, what it has reached and what it writes by then; `also` hears every event."""
    terminal.progress("Getting ready…")
    listener = Listener(terminal)

    def listen(event: object) -> None:
        listener(event)
        if also is not None:
            also(event)

    return follow(task, listen)


@dataclass(slots=True)
class Listener:
    """Turns the events of a training into lines. `total` is how many steps there will be."""

    terminal: Terminal
    total: int = 0
    _doing: str = ""  # what a program was told last that it does
    _next_sign: float = 0.0
    _has_looked: bool = False

    def __call__(self, event: object) -> None:
        self._show(event)
        if isinstance(event, Note | Fact):
            self.terminal.fact(event)
        if isinstance(event, Stepped):
            self._doing = ""
        elif isinstance(event, Progress) and (event.note != self._doing or time.monotonic() > self._next_sign):
            self._doing, self._next_sign = event.note, time.monotonic() + SIGN
            self.terminal.fact(event)

    def _show(self, event: object) -> None:
        match event:
            case Progress():
                self.total = event.total
                self.terminal.progress(in_words(event))
            case Stepped():
                self.terminal.progress(self._step(event))
            case Evaluated():
                best = ", the best so far" if event.best else ""
                if not self._has_looked:
                    self.terminal.say(BITS)
                    self._has_looked = True
                self.terminal.say(f"Step {event.step:,}: {event.bits_per_byte:.3f} bits per byte on unseen text{best}.")
            case Sampled():
                sample = textwrap.shorten(f"{event.prompt} | {event.text}", SAMPLE, placeholder="…")
                self.terminal.say(f"  {sample}")
            case Resumed():
                self.terminal.say(f"Going on from step {event.step:,}.")
            case Happened() if event.what in ("continued", "finished", "stopped"):
                pass  # the line above says so, or the one that follows
            case Note() | Happened():
                self.terminal.say(event.text)

    def _step(self, step: Stepped) -> str:
        left = duration((self.total - step.step) * step.seconds / step.step) if self.total else "?"
        speed = f"{step.tokens_per_second:,.0f} tokens/s"
        return f"Step {step.step:,} of {self.total:,}  loss {step.loss:.3f}  {speed}  {left} left"


def duration(seconds: float) -> str:
    """Minutes and seconds, or hours and minutes."""
    minutes, seconds = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes}:{seconds:02}"


def following(outcome: Outcome) -> str:
    """The command that comes next."""
    if not outcome.run:
        return "train"
    return "train --resume" if outcome.stopped else "chat"


def best(bits_per_byte: float | None) -> str:
    """How well a run has learnt to guess unseen text."""
    return "not measured yet" if bits_per_byte is None else f"best {bits_per_byte:.3f} bits per byte"


def planned(project: Project, outcome: Outcome) -> int:
    """How many steps the plan of a run has; 0 where that cannot be read."""
    try:
        return Run(project.runs / outcome.run).recipe().steps if outcome.run else 0
    except DiskTrouble:
        return 0


def sentence(outcome: Outcome, planned: int = 0) -> str:
    """The outcome in words. Where a run is over after more or fewer steps than were planned it is said why."""
    if not outcome.run:
        return "Stopped before the first step. Nothing was made, and nothing is lost."
    reached = f"{outcome.steps:,} steps, {best(outcome.best_bits_per_byte)}"
    ending = "Stopped and saved" if outcome.stopped else "Finished"
    said = f"{ending}: {reached}, {outcome.tokens_per_second:,.0f} tokens/s, {duration(outcome.seconds)}."
    if planned in (0, outcome.steps):
        return said
    if outcome.stopped:
        return f"{said} {planned:,} steps were planned."
    pace = "slower" if outcome.steps < planned else "faster"
    return f"{said} {planned:,} were planned: the computer was {pace} than when it was measured, and the time is kept."
