"""mynah models: the base models on offer and on this computer; get, add, check or remove one."""

import argparse
import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.commands.options import Subparsers, command
from app.terminal import Terminal, follow, in_words
from app.words import models as words
from app.work import R, Task
from app.work import models as work
from core import forecast, shelf
from core.catalogue import CATALOGUE, Kind, Model
from core.errors import Trouble
from core.events import Progress
from core.paths import home
from core.shelf import Shelved, Stock

DOING: Final = ("list", "download", "add", "remove", "check", "token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One model. `bytes` is its size on disk; `origin` is empty when it is only on offer, and only then is it said what
    it is good for, whether it fits here, and how many bytes have `arrived` of a download that was cut."""

    id: str
    title: str
    bytes: int
    licence: str
    model: Kind
    origin: str
    folder: str
    good_for: str = ""
    fits: str = ""
    arrived: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of hashing a model's files again."""

    id: str
    damaged: list[str]


def add(subparsers: Subparsers) -> None:
    parser = command(
        subparsers, "models", run, "Base models: list, download, add your own folder, check or remove one."
    )
    parser.add_argument("doing", nargs="?", choices=DOING, default="list", help="what to do (%(default)s)")
    parser.add_argument(
        "what", nargs="?", metavar="WHICH", help="a model's id; with download also owner/name; with add a folder"
    )
    parser.add_argument("--link", action="store_true", help="with add: leave the files where they are")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.doing == "list":
        return list_models(terminal)
    if args.doing == "token":
        return token(terminal)
    if args.what is None:
        parser: argparse.ArgumentParser = args.parser
        parser.error(f"mynah models {args.doing} needs to be told which: an id, or with add a folder")
    doing: dict[str, Callable[[], int]] = {
        "download": lambda: download(args.what, terminal),
        "add": lambda: add_folder(Path(args.what), terminal, link=args.link),
        "remove": lambda: remove(args.what, terminal),
        "check": lambda: check(args.what, terminal),
    }
    return doing[args.doing]()


def list_models(terminal: Terminal) -> int:
    stock = worked(work.stock(home()), terminal)
    terminal.say(f"On this computer: {words.used(stock.used) if stock.models else words.NOTHING_HERE}".rstrip())
    for model in stock.models:
        tell(there_row(model), terminal)
    terminal.say("\nOn offer:")
    there = {model.id for model in stock.models}
    for offer in CATALOGUE:
        if offer.id not in there:
            tell(offered_row(offer, stock), terminal)
    return 0


def offered_row(offer: Model, stock: Stock) -> Row:
    return Row(
        id=offer.id,
        title=offer.title,
        bytes=offer.bytes,
        licence=offer.licence,
        model=offer.kind,
        origin="",
        folder="",
        good_for=offer.good_for,
        fits="" if stock.machine is None else words.FITS[forecast.fit(offer, stock.machine)],
        arrived=stock.arrived.get(offer.id, 0),
    )


def there_row(model: Shelved) -> Row:
    return Row(
        id=model.id,
        title=model.title,
        bytes=model.bytes,
        licence=model.card.licence,
        model=model.card.kind,
        origin=model.card.origin,
        folder=str(model.folder),
    )


def tell(row: Row, terminal: Terminal) -> None:
    kind = words.KINDS[row.model]
    terminal.say(f"  {row.id:<24} {words.size(row.bytes):>8}  {row.licence or 'licence not known':<18}  {kind}")
    for line in (row.good_for, row.fits):
        if line:
            terminal.say(f"{'':28}{line}")
    if row.arrived:
        terminal.say(f"{'':28}{words.size(row.arrived)} are here: download {row.id} goes on from there")
    terminal.fact(row)


def add_folder(folder: Path, terminal: Terminal, *, link: bool) -> int:
    model = worked(work.add(home(), folder, link=link), terminal)
    if model is None:
        terminal.say("Stopped; nothing was added.")
        return 0
    terminal.say(f"{model.title} is ready, as {model.id}.")
    terminal.fact(there_row(model))
    return 0


def download(id_: str, terminal: Terminal) -> int:
    model = worked(work.download(home(), id_), terminal)
    if model is None:
        terminal.say("Stopped. What has arrived is kept: give the same command to go on.")
        return 0
    terminal.say(f"{model.title} is ready, as {model.id}. Its licence: {model.card.licence or 'not known'}.")
    terminal.fact(there_row(model))
    return 0


def token(terminal: Terminal) -> int:
    """Asked for and not given as a word: words of commands are kept in histories."""
    given = getpass.getpass("Access token (empty removes it): ") if sys.stdin.isatty() else sys.stdin.readline()
    place = work.keep_token(home(), given.strip())
    terminal.say(f"Kept in {place}." if place else "Removed.")
    terminal.record(kind="Token", place=place)
    return 0


def remove(id_: str, terminal: Terminal) -> int:
    """A model, or what has arrived of one."""
    worked(work.remove(home(), id_), terminal)
    terminal.say(f"Removed {id_}.")
    terminal.record(kind="Removed", id=id_)
    return 0


def check(id_: str, terminal: Terminal) -> int:
    model = shelf.find(home(), id_)
    damaged = worked(lambda stop: shelf.verify(model, stop), terminal)
    terminal.fact(Checked(id=id_, damaged=damaged))
    if damaged:
        raise Trouble(
            f"{model.title} is damaged on this disk ({', '.join(damaged)}).",
            fix="Remove it and get it again: nothing that you trained is touched by this.",
        )
    terminal.say(f"{model.title} is as it was.")
    return 0


def worked(task: Task[R], terminal: Terminal) -> R:
    """Do a task, showing how far it is."""

    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    return follow(task, listen)
