"""mynah export: take a bot along, after a look at what it would give away; mynah bring-in takes one in."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.chat import choose_run
from app.commands.models import worked
from app.commands.options import Subparsers, add_project, command
from app.terminal import Terminal
from app.words.export import built
from app.work import take as work
from core.errors import WrongFile
from core.paths import home
from core.taken import FORMS, Exported

if TYPE_CHECKING:
    from core.export.share import Shared


def add(subparsers: Subparsers) -> None:
    forms = "; ".join(f"{form}: {words}" for form, words in FORMS.items())
    parser = command(subparsers, "export", run, "Take a bot along: for other programs, or for another computer.")
    add_project(parser)
    parser.add_argument("target", type=Path, metavar="TARGET", help="the file or folder to write; it must be new")
    parser.add_argument(
        "--as", dest="form", choices=FORMS, default="mynah", help=f"in which form (%(default)s). {forms}"
    )
    parser.add_argument("--run", dest="name", metavar="NAME", help="which run (the one that speaks best)")
    parser.add_argument("--with-writing", action="store_true", help="with mynah: your writing too, for its sources")
    parser.add_argument("--persona", default="", metavar="TEXT", help="with mynah and ollama: who it should be")
    parser.add_argument("--no-check", action="store_true", help="do not look first what it would give away")
    again = command(subparsers, "bring-in", bring_in, "Take in a bot that was exported as a .mynah file.")
    again.add_argument("file", type=Path, metavar="FILE")
    again.add_argument("--name", "--as", default="", metavar="NAME", help="what its project is called here")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    chosen = choose_run(args.project, args.name)
    if args.target.exists():  # the check takes a while
        raise WrongFile("There is something of this name already.", fix="Choose another name, or move that away.")
    if not args.no_check and args.project.corpus.is_file():
        tell_share(worked(work.check_share(args.project, chosen), terminal), terminal)
    if args.form == "mynah":
        task = work.bundle(args.project, chosen, args.target, args.with_writing, args.persona)
    else:
        task = work.export(chosen, args.form, args.target, args.persona)
    done = worked(task, terminal)
    if done is None:
        terminal.say("Stopped; nothing was written.")
        return 0
    tell(done, terminal)
    return 0


def tell_share(shared: "Shared", terminal: Terminal) -> None:
    """What the bot would give away; a warning, for whoever exports decides."""
    terminal.fact(shared, for_sharing=shared.is_for_sharing)
    terminal.say(built(shared.unhidden))
    if shared.is_clean:
        found = f"of {shared.found} private things in your writing the bot gave none away."
        terminal.say(f"Share check: {found if shared.found else 'no private things were found in your writing.'}")
        return
    terminal.say(f"Share check: the bot gives away {len(shared.given_away)} of {shared.found} private things:")
    for tried in shared.given_away:
        terminal.say(f"  {tried.danger}: {tried.private.text}  (in {tried.private.title})")
    for token in shared.in_vocabulary:
        terminal.say(f"  in its vocabulary: {token}")
    if shared.is_for_sharing:
        terminal.say(
            "It learnt with all that Mynah finds hidden: leave these documents out of the library, and train again."
        )
    else:
        terminal.say("Before you share it, hide everything, mynah library --to-share, and train again.")


def tell(done: Exported, terminal: Terminal) -> None:
    terminal.say(f"Written: {done.path} ({done.bytes / 1e6:,.1f} MB).")
    if done.answers:
        terminal.say(f"The same {len(done.answers)} prompts: {done.same} answers are the same, word for word.")
    for each in done.answers:
        if each.before != each.after:
            terminal.say(f"  {each.prompt}\n    before: {each.before}\n    after:  {each.after}")
    terminal.fact(done, same=done.same)


def bring_in(args: argparse.Namespace, terminal: Terminal) -> int:
    brought = worked(work.bring_in(args.file, home(), args.name), terminal)
    if brought is None:
        terminal.say("Stopped; nothing was changed.")
        return 0
    terminal.say(f'{brought.title} is here. Talk to it: mynah chat --project "{brought.project}"')
    terminal.fact(brought)
    return 0
