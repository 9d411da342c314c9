"""mynah library: see what there is, clean it, choose from it, and see what a model would see."""

import argparse
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from app.commands.choices import IMPORT, NUMBERS, chosen, day, there
from app.commands.options import Subparsers, add_project, command, count, project_option, refuse_unknown, whole
from app.terminal import Terminal, follow, in_words
from app.work import R, Task
from app.work import library as work
from core import learnt, selection
from core.corpus import Corpus, Import
from core.curate.rules import BY_NAME, RULES
from core.database import Damaged
from core.errors import Unsupported
from core.events import Progress
from core.library import Filter, Row, lengths, numbers, offers, rows, totals, words_per_year
from core.paths import Project
from core.runs import all_runs

if TYPE_CHECKING:
    from core.curate.clean import View

SHOWN: Final = 20  # lines, where nobody asks for more


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """What a rule does at present. `documents` are those it touches; it is 0 for one that is off."""

    rule: str
    does: str
    title: str
    why: str
    is_on: bool
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change to a document: what stands there and what is learnt in its place, and why."""

    rule: str
    why: str
    before: str
    after: str | None


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "library", run, "See, clean and choose what your bot learns from.")
    add_project(parser)
    seen = parser.add_argument_group("what to see")
    seen.add_argument("--search", default="", metavar="WORDS", help="documents with all of these words")
    for name in ("source", "year", "kind", "language", "person"):
        seen.add_argument(f"--{name}", default="", help=f"only of this {name}")
    seen.add_argument(
        "--longer", type=count, default=0, metavar="WORDS", help="only documents of at least so many words"
    )
    seen.add_argument(
        "--shorter", type=count, default=0, metavar="WORDS", help="only documents of at most so many words"
    )
    seen.add_argument("--limit", type=count, default=SHOWN, help="lines to show (%(default)s)")
    seen.add_argument("--charts", action="store_true", help="words by year and source, and how long documents are")
    seen.add_argument("--show", type=count, metavar="NUMBER", help="one document, before and after cleaning")
    seen.add_argument("--rules", action="store_true", help="what each rule of cleaning does to your writing")
    seen.add_argument("--hidden", action="store_true", help="every private detail that is hidden, to look through")
    seen.add_argument("--repeats", action="store_true", help="what you said twice, and which one is kept")
    seen.add_argument("--numbers", action="store_true", help="how much there is to learn, and what it is good for")
    seen.add_argument("--examples", type=count, metavar="N", help="so many examples as a model sees them")
    seen.add_argument("--imports", action="store_true", help="your imports, newest first")
    done = parser.add_argument_group("what to change")
    done.add_argument("--exclude", type=count, nargs="+", default=[], metavar="NUMBER", help="leave documents out")
    done.add_argument("--include", type=count, nargs="+", default=[], metavar="NUMBER", help="take documents in again")
    done.add_argument(
        "--weight", nargs="+", default=[], metavar="SOURCE=TIMES", help="how often a source is read; 0 for not"
    )
    done.add_argument(
        "--first", type=day, metavar="DAY", help="nothing written before, as 2020-05-31; empty for no limit"
    )
    done.add_argument("--last", type=day, metavar="DAY", help="nothing written after")
    done.add_argument("--only-languages", nargs="*", metavar="XX", help="only these languages, as two letters")
    done.add_argument("--without-kinds", nargs="*", metavar="KIND", help="nothing of these kinds; without any, all")
    done.add_argument("--fewest-words", type=whole, metavar="N", help="only documents of at least so many words")
    done.add_argument("--per-thread", type=whole, metavar="N", help="at most so many of one conversation; 0 for all")
    done.add_argument("--off", nargs="+", default=[], metavar="RULE", help="switch rules of cleaning off")
    done.add_argument("--on", nargs="+", default=[], metavar="RULE", help="switch rules on again")
    done.add_argument(
        "--to-share", action="store_true", help="hide all private details, allowed ones too: for a bot to be shared"
    )
    done.add_argument("--alike", type=float, metavar="0.8", help="how alike two documents are that count as one")
    done.add_argument(
        "--keep", type=count, nargs="+", default=[], metavar="NUMBER", help="keep these whatever a rule says"
    )
    done.add_argument("--undo-import", type=count, metavar="NUMBER", help="take out what one import brought")
    done.add_argument("--forget", metavar="SOURCE", help="remove a source from text, index, backups and prepared text")
    done.add_argument("--restore", action="store_true", help="put the newest backup in the place of a damaged corpus")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    project: Project = args.project
    refuse_unknown(project)
    if args.restore:
        name = follow(work.restore(project), heard(terminal))
        terminal.say(f"The backup {name} is your corpus now; the damaged file lies beside it.")
        terminal.record(kind="Restored", backup=name)
        return 0
    if not project.corpus.exists():
        raise Unsupported("There is no writing in this project yet.", fix=f"{IMPORT}{project_option(project)}")
    if args.forget:
        return forget(args, terminal)
    change(args, terminal)
    show = next((each for name, each in SHOWS.items() if getattr(args, name)), listing)
    with work.opened(args.project) as corpus:
        args.backup = corpus.is_read_only
    try:
        tell_damage(args, terminal)
        show(args, terminal)
    except Damaged:  # where only reading all of it finds the damage
        if args.backup:
            raise
        args.backup = True
        tell_damage(args, terminal)
        show(args, terminal)
    return 0


def heard(terminal: Terminal) -> Callable[[object], None]:
    def listen(event: object) -> None:
        if isinstance(event, Progress):
            terminal.progress(in_words(event))

    return listen


def done(task: Task[R], terminal: Terminal) -> R:
    return follow(task, heard(terminal))


def tell_damage(args: argparse.Namespace, terminal: Terminal) -> None:
    """Say that this is the newest backup, where it is. Raises Damaged where there is none."""
    if args.backup:
        with opened(args) as corpus:
            terminal.say("Your corpus is damaged. This is its newest backup, to read only: nothing was changed.")
            terminal.say("To put the backup in its place: mynah library --restore")
            terminal.record(kind="Damaged", backup=corpus.path.name)


def opened(args: argparse.Namespace) -> Corpus:
    """The corpus; where it is damaged, its newest backup, to read only."""
    return work.opened(args.project, backup=args.backup)


# ---- changing


def change(args: argparse.Namespace, terminal: Terminal) -> None:
    """Do all that was asked for, and say which runs it concerns."""
    if args.exclude or args.include:
        with Corpus(args.project.corpus) as corpus:
            there(corpus, [*args.exclude, *args.include])
            corpus.exclude(args.exclude, True)
            corpus.exclude(args.include, False)
        terminal.say(f"{len(args.exclude)} left out, {len(args.include)} taken in again.")
    if args.undo_import:
        with Corpus(args.project.corpus) as corpus:
            gone = corpus.undo_import(args.undo_import)
        terminal.say(f"{gone:,} documents taken out.")
        terminal.record(kind="Undone", documents=gone)
    before = selection.load(args.project.root)
    after = chosen(before, args)
    if after != before:
        selection.save(args.project.root, after)
        terminal.say("Your choices are saved; the next training follows them.")
    if after != before or args.exclude or args.include or args.undo_import:
        tell_runs(args.project, terminal)


def tell_runs(project: Project, terminal: Terminal) -> None:
    runs = all_runs(project.runs)
    if runs:
        view = done(work.clean(project), terminal)
        names = work.affected(project, view.fingerprint) if view else []
        if names:
            terminal.say(f"These learnt from something else than what is chosen now: {', '.join(names)}.")
        terminal.record(kind="Affected", runs=names)


def forget(args: argparse.Namespace, terminal: Terminal) -> int:
    gone, knowing = done(work.forget(args.project, args.forget), terminal)
    counted = "1 document is" if gone == 1 else f"{gone:,} documents are"
    terminal.say(
        f"{counted} gone, from the index, the backups and the prepared text too."
        if gone
        else f"No document is from “{args.forget}”. The sources are in the list: mynah library"
    )
    if knowing:
        terminal.say(f"These bots were trained on it and still know it: {', '.join(knowing)}. Delete them to be sure.")
    terminal.record(kind="Forgotten", source=args.forget, documents=gone, runs=knowing)
    return 0


# ---- showing


def listing(args: argparse.Namespace, terminal: Terminal) -> None:
    wanted = wish(args)
    with opened(args) as corpus:
        total = totals(corpus, wanted)
        for row in rows(corpus, numbers(corpus, wanted)[: args.limit]):
            terminal.say(line(row))
            terminal.fact(row_for_json(row))
        if not wanted.words and wanted == Filter():
            terminal.record(kind="Offers", filters=asdict(offers(corpus)))
    terminal.say(
        f"{counted(total.documents)}, {total.words:,} words, about {total.tokens:,} tokens; {total.out:,} left out by"
        " you. What the rules of cleaning do to them: mynah library --rules"
        if total.documents
        else "No document is like that."
    )
    if total.documents > args.limit:
        terminal.say(f"The first {args.limit:,} are shown; --limit {total.documents} shows all.")
    terminal.fact(total)


FILTERS: Final = ("source", "year", "kind", "language", "person")


def wish(args: argparse.Namespace) -> Filter:
    named = {name: getattr(args, name) for name in FILTERS}
    return Filter(words=args.search, fewest=args.longer, most=args.shorter, **named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the table for a program."""

    number: int
    title: str
    source: str
    document_kind: str
    written: str | None
    words: int
    language: str
    person: str
    excluded: bool


def row_for_json(row: Row) -> Listed:
    return Listed(
        number=row.number,
        title=row.title,
        source=row.source,
        document_kind=row.kind,
        written=row.written.isoformat() if row.written else None,
        words=row.words,
        language=row.language,
        person=row.person,
        excluded=row.excluded,
    )


def line(row: Row) -> str:
    day = row.written.date().isoformat() if row.written else "no date   "
    mark = "out" if row.excluded else "   "
    return f"{row.number:>7} {mark} {day}  {row.words:>7,} words  {row.source:<12.12} {row.title[:60]}"


def counted(documents: int) -> str:
    return "1 document" if documents == 1 else f"{documents:,} documents"


def charts(args: argparse.Namespace, terminal: Terminal) -> None:
    with opened(args) as corpus:
        for source, years in words_per_year(corpus, wish(args)).items():
            for year, words in sorted(years.items()):
                terminal.say(f"{source:<14} {year}  {words:>10,} words")
            terminal.record(kind="Years", source=source, words=years)
        terminal.record(kind="Lengths", documents=lengths(corpus, wish(args)))


def one_document(args: argparse.Namespace, terminal: Terminal) -> None:
    view = cleaned(args, terminal)
    found = next((one for one in view.cleaned if one.number == args.show), None)
    if found is None:
        raise Unsupported(f"There is no document {args.show}.", fix=NUMBERS)
    terminal.say(found.document.text)
    if found.left_out:
        why = BY_NAME[found.left_out].why if found.left_out in BY_NAME else found.left_out
        terminal.say(f"\nThis one is left out: {why}")
    for edit in found.edits:
        before = found.original.text[edit.start : edit.end]
        made = Change(rule=edit.rule, why=BY_NAME[edit.rule].why, before=before, after=edit.put)
        shown = "not learnt" if made.after is None else repr(made.after)
        terminal.say(f"- {made.rule}: {before[:80]!r} → {shown}. {made.why}")
        terminal.fact(made)
    terminal.record(kind="Document", number=found.number, before=found.original.text, after=found.document.text,
                    left_out=found.left_out)  # fmt: skip


def cleaned(args: argparse.Namespace, terminal: Terminal) -> "View":
    view = done(work.clean(args.project, backup=args.backup), terminal)
    if view is None:
        raise Unsupported(
            "Stopped before everything was looked at.", fix="Give the command again; nothing was changed."
        )
    return view


def rules(args: argparse.Namespace, terminal: Terminal) -> None:
    view = cleaned(args, terminal)
    counts = view.by_rule()
    for rule in RULES:
        row = RuleCount(rule=rule.name, does=rule.does, title=rule.title, why=rule.why,
                        is_on=view.selection.is_on(rule.name), documents=counts[rule.name])  # fmt: skip
        terminal.say(f"{row.documents:>7,}  {rule.does:<10} {rule.name:<15} {rule.why}{'' if row.is_on else '  (off)'}")
        terminal.fact(row)


def hidden(args: argparse.Namespace, terminal: Terminal) -> None:
    view = cleaned(args, terminal)
    for one in view.cleaned:
        for edit in one.edits:
            if BY_NAME[edit.rule].does == "hides":
                before = one.original.text[edit.start : edit.end]
                terminal.say(f"{one.number:>7}  {edit.rule:<15} {before} → {edit.put}")
                terminal.record(kind="Hidden", number=one.number, rule=edit.rule, before=before, after=edit.put)
    if not any(BY_NAME[edit.rule].does == "hides" for one in view.cleaned for edit in one.edits):
        terminal.say("No private detail was found that had to be hidden.")


def repeats(args: argparse.Namespace, terminal: Terminal) -> None:
    view = cleaned(args, terminal)
    names = {one.number: f"{one.original.source} {one.original.title or one.original.key}" for one in view.cleaned}
    for cluster in view.clusters:
        terminal.say(f"{cluster.kept:>7}  {names[cluster.kept]}  is kept")
        for number, alike in cluster.repeats:
            terminal.say(f"{number:>7}    {names[number]}  ({100 * alike:.0f} % the same)")
        terminal.fact(cluster)
    if not view.clusters:
        terminal.say("You have not said the same twice.")


def in_numbers(args: argparse.Namespace, terminal: Terminal) -> None:
    found = learnt.numbers(cleaned(args, terminal))
    for source in found.sources:
        terminal.say(
            f"{source.source:<14} {counted(source.documents):>18} {source.words:>10,} words {source.tokens:>10,} tokens"
        )
    for name, touched in found.rules.items():
        does = f"{BY_NAME[name].does} " if name in BY_NAME else ""
        terminal.say(f"  {does}{name}: {counted(touched)}")
    terminal.say(learnt.verdict(found.tokens))
    terminal.fact(found, tokens=found.tokens, verdict=learnt.verdict(found.tokens))


def seen(args: argparse.Namespace, terminal: Terminal) -> None:
    view = cleaned(args, terminal)
    for sight in done(work.see(view, args.project, "talk", args.examples), terminal):
        terminal.say(
            f"--- {sight.kind}, {sight.source}: {sight.learnt} of {len(sight.pieces)} tokens are learnt (in bars)"
        )
        terminal.say(
            "".join(f"|{piece.text}|" if piece.learnt else piece.text for piece in sight.pieces).replace("||", "|")
        )
        terminal.record(kind="Sight", example_kind=sight.kind, source=sight.source, key=sight.key,
                        learnt=sight.learnt, pieces=[asdict(piece) for piece in sight.pieces])  # fmt: skip


def imports(args: argparse.Namespace, terminal: Terminal) -> None:
    with opened(args) as corpus:
        found: list[Import] = corpus.imports()
    for one in found:
        terminal.say(f"{one.number:>5}  {one.started:%Y-%m-%d %H:%M}  {one.documents:>8,} documents  {one.origin}")
        terminal.record(kind="Import", number=one.number, started=one.started.isoformat(), origin=one.origin,
                        documents=one.documents)  # fmt: skip


SHOWS: Final = {
    "charts": charts, "show": one_document, "rules": rules, "hidden": hidden, "repeats": repeats,
    "numbers": in_numbers, "examples": seen, "imports": imports,
}  # fmt: skip
