"""What `mynah library` lets one choose: days, sources, rules and documents, as the command line says them.

What is no choice is refused in words before anything is saved. Shows nothing.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from app.commands.options import number
from core.corpus import Corpus
from core.curate.rules import BY_NAME, HIDING
from core.documents import Document
from core.errors import Unsupported
from core.library import offers
from core.selection import Selection

IMPORT: Final = "Import something first: mynah import PATH"
NUMBERS: Final = "The numbers are in the first column of the list: mynah library"


def day(text: str) -> str:
    """A day as a choice keeps it; empty for none."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise argparse.ArgumentTypeError("it has to be a day such as 2020-05-31") from error


def chosen(now: Selection, args: argparse.Namespace) -> Selection:
    """The selection with what the command line changes. Raises Unsupported for what is no choice."""
    unknown = [name for name in (*args.off, *args.on) if name not in BY_NAME]
    if unknown:
        raise Unsupported(f"There is no rule called {unknown[0]}.", fix=f"The rules are: {', '.join(BY_NAME)}.")
    weights = dict(now.weights) | weighed(args)
    try:
        changed = replace(
            now,
            weights=tuple(sorted((source, times) for source, times in weights.items() if times != 1)),
            rules_off=tuple(sorted({*now.rules_off, *args.off} - {*args.on})),
            kept=tuple(sorted({*now.kept, *kept(args)})),
            first=now.first if args.first is None else args.first,
            last=now.last if args.last is None else args.last,
            languages=now.languages if args.only_languages is None else tuple(args.only_languages),
            kinds_off=now.kinds_off if args.without_kinds is None else tuple(sorted(args.without_kinds)),
            fewest_words=now.fewest_words if args.fewest_words is None else args.fewest_words,
            per_thread=now.per_thread if args.per_thread is None else args.per_thread,
            alike=args.alike or now.alike,
        )
    except ValueError as error:
        raise Unsupported("This is not a choice that can be made.", fix=f"{error}.".capitalize()) from error
    return changed.hiding(HIDING) if args.to_share else changed


def weighed(args: argparse.Namespace) -> dict[str, float]:
    """How often each source that was named is to be read. Raises Unsupported for what is no source or no number."""
    if not args.weight:
        return {}
    with Corpus(args.project.corpus) as corpus:
        sources = [name for name, _ in offers(corpus).source]
    made: dict[str, float] = {}
    for pair in args.weight:
        source, _, times = pair.rpartition("=")
        if source not in sources:
            there_are = f"Write it as {sources[0]}=2. There are: {', '.join(sources)}." if sources else IMPORT
            raise Unsupported(f"No document is from “{source or times}”.", fix=there_are)
        try:
            made[source] = number(times)
        except argparse.ArgumentTypeError as error:
            raise Unsupported(
                f"“{times}” is no number.", fix=f"Write it as {source}=2, or {source}=0 to leave it out."
            ) from error
    return made


def kept(args: argparse.Namespace) -> list[tuple[str, str]]:
    if not args.keep:
        return []
    with Corpus(args.project.corpus) as corpus:
        documents = there(corpus, args.keep)
    return [(document.source, document.key) for document in documents]


def there(corpus: Corpus, numbers: Sequence[int]) -> list[Document]:
    """The documents of these numbers. Raises Unsupported for a number that there is not."""
    found = [(number, corpus.document(number)) for number in numbers]
    missing = [number for number, document in found if document is None]
    if missing:
        raise Unsupported(f"There is no document {missing[0]}.", fix=NUMBERS)
    return [document for _, document in found if document is not None]
