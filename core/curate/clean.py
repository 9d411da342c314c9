"""The clean view of a corpus: of every document what is learnt from it, what was changed, and why. Writes nothing.

First the whole corpus is looked through once for what needs many documents (footers, templates, names), then every
document is cleaned by itself, then those that say the same are found. The same corpus and the same selection always
give the same view.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from msgspec import structs

from core.curate import (
    alike,
    boilerplate,
    insults,
    names,
    quoted,
    secrets,
    signatures,
    spacing,
    streets,
    templates,
    whole,
)
from core.curate import phones as phone_numbers
from core.curate.alike import Cluster
from core.curate.edits import Edit, apply, settle
from core.curate.rules import (
    AUTOMATIC,
    BY_NAME,
    CODE,
    EXACT,
    INSULTS,
    LANGUAGE,
    LINKS,
    NAMES,
    NEAR,
    PASTED,
    TEMPLATES,
    VERSION,
)  # fmt: skip
from core.documents import Document, Turn
from core.events import Progress, Stop, Work
from core.selection import Selection, fingerprint, secret_hash

BY_HAND, NOT_CHOSEN, BEYOND_CAP, EMPTY = "by hand", "not chosen", "beyond the cap", "nothing left"
OTHER_REASONS: Final = {
    BY_HAND: "You left it out yourself.",
    NOT_CHOSEN: "Its source, kind, language, date or length is not among what you chose.",
    BEYOND_CAP: "Its conversation has more than you want of one conversation; the newest are kept.",
    EMPTY: "After cleaning no words of your own are left in it.",
}
STRIDE: Final = 200  # documents between two looks at whether to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """One document: as it came and as it is learnt, the edits between the two, and why it is left out, if it is."""

    number: int
    original: Document
    document: Document
    edits: tuple[Edit, ...] = ()
    left_out: str = ""  # a rule's name, or one of OTHER_REASONS
    listed: tuple[str, ...] = ()  # rules that only show it


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A whole corpus, cleaned. `language` is the one that the person mostly writes, `people` who is talked to in it."""

    selection: Selection
    fingerprint: str
    cleaned: list[Cleaned] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    language: str = ""
    people: names.Names = field(default_factory=names.Names)

    def learnt(self) -> list[Document]:
        """What is learnt, in the order of (source, key), each document once."""
        return [one.document for one in self.cleaned if not one.left_out]

    def by_rule(self) -> Counter[str]:
        """How many documents each rule changed, left out or listed."""
        counts: Counter[str] = Counter()
        for one in self.cleaned:
            counts.update(
                {edit.rule for edit in one.edits} | {*one.listed} | ({one.left_out} if one.left_out else set())
            )
        return counts


@dataclass(slots=True)
class Known:
    """What only the whole corpus tells."""

    selection: Selection
    footers: boilerplate.Boilerplate = field(default_factory=boilerplate.Boilerplate)
    openings: templates.Templates = field(default_factory=templates.Templates)
    people: names.Names = field(default_factory=names.Names)
    languages: Counter[str] = field(default_factory=Counter)
    masked: dict[str, str] = field(default_factory=dict)  # what others said, which many documents repeat

    def learn(self, document: Document) -> None:
        self.footers.learn(document)
        self.openings.learn(document)
        self.people.learn(document)
        if document.language:
            self.languages[document.language] += len(document.text)

    @property
    def language(self) -> str:
        return min(self.languages, key=lambda name: (-self.languages[name], name), default="")

    def hiding(self, text: str, *, in_talk: bool) -> list[list[Edit]]:
        """What the rules of privacy propose, in their order; names are hidden in talk."""
        proposed = [*secrets.edits(text), list(phone_numbers.edits(text)), list(streets.edits(text))]
        proposed.append(list(self.people.edits(text)) if in_talk else [])
        readable = set(self.selection.readable)
        return [
            [edit for edit in edits if self.selection.is_on(edit.rule)
             and not (readable and secret_hash(text[edit.start : edit.end]) in readable)]
            for edits in proposed
        ]  # fmt: skip

    def edits(self, document: Document) -> list[Edit]:
        text = document.text
        cutting = [list(quoted.edits(document)), list(signatures.edits(text)), list(self.footers.edits(document))]
        cutting = [[edit for edit in edits if self.selection.is_on(edit.rule)] for edits in cutting]
        spaces = [edit for edit in spacing.edits(text) if self.selection.is_on(edit.rule)]
        return settle([*cutting, *self.hiding(text, in_talk=is_talk(document)), spaces])

    def masked_turn(self, turn: Turn) -> Turn:
        if turn.text not in self.masked:
            self.masked[turn.text] = apply(turn.text, (), settle(self.hiding(turn.text, in_talk=True)))[0]
        author = self.people.alias(turn.author) if self.selection.is_on(NAMES) and turn.role == "other" else turn.author
        return Turn(author, self.masked[turn.text], turn.role, turn.written)


def clean(documents: Sequence[tuple[int, Document, bool]], selection: Selection, stop: Stop) -> Work[View | None]:
    """The view of `documents`, each with its number and whether it was left out by hand. None when stopped.

    Languages are taken from the documents: see languages.py.
    """
    known = yield from look_through(documents, selection, stop)
    if known is None:
        return None
    cleaned: list[Cleaned] = []
    for n, (number, document, excluded) in enumerate(documents):
        cleaned.append(clean_one(number, document, excluded, known))
        if n % STRIDE == 0:
            yield Progress(n, len(documents), "Cleaning")
            if stop():
                return None
    cleaned = cap(cleaned, selection)
    found = yield from repeats(cleaned, selection, stop)
    if stop():
        return None
    marked = fingerprint(selection, VERSION, ((document.text_hash, excluded) for _, document, excluded in documents))
    return View(
        selection=selection,
        fingerprint=marked,
        cleaned=leave_repeats_out(cleaned, found, selection),
        clusters=found,
        language=known.language,
        people=known.people,
    )


def hide(text: str, selection: Selection, people: names.Names | None = None) -> str:
    """A text that is learnt but stands in no corpus, such as a reply put right, without its private details.

    Of talk, `people` are those whose names get others, the same ones as in the corpus.
    """
    known = Known(selection, people=people or names.Names())
    return apply(text, (), settle(known.hiding(text, in_talk=people is not None)))[0]


def look_through(
    documents: Sequence[tuple[int, Document, bool]], selection: Selection, stop: Stop
) -> Work[Known | None]:
    known = Known(selection)
    for n, (_, document, _) in enumerate(documents):
        known.learn(document)
        if n % STRIDE == 0:
            yield Progress(n, len(documents), "Looking through your writing")
            if stop():
                return None
    known.footers.settle()
    known.openings.settle()
    known.people.settle(document.text for _, document, _ in documents if is_talk(document))
    return known


def clean_one(number: int, document: Document, excluded: bool, known: Known) -> Cleaned:
    edits = known.edits(document)
    text, quotes = apply(document.text, document.quotes, edits) if edits else (document.text, document.quotes)
    context = tuple(known.masked_turn(turn) for turn in document.context)
    changed = document
    if edits or context != document.context:
        changed = structs.replace(document, text=text, quotes=quotes, context=context)
    selection = known.selection
    left_out = why_left_out(document, changed, excluded, known)
    if (document.source, document.key) in selection.kept and left_out in BY_NAME:
        left_out = ""
    return Cleaned(
        number=number,
        original=document,
        document=changed,
        edits=tuple(edits),
        left_out=left_out,
        listed=tuple(listed(document, known)),
    )


def is_talk(document: Document) -> bool:
    """Whether it was said to somebody."""
    return bool(document.context) or document.kind in ("message", "mail") or document.visibility == "private"


def why_left_out(document: Document, changed: Document, excluded: bool, known: Known) -> str:
    """The first reason to leave a document out, or ""."""
    if excluded:
        return BY_HAND
    if not is_chosen(document, known.selection):
        return NOT_CHOSEN
    found = {
        LINKS: whole.only_links(document.text),
        AUTOMATIC: whole.by_a_machine(changed.text),
        PASTED: whole.by_others(document),
        TEMPLATES: known.openings.has(document),
        CODE: whole.mostly_code(document.text),
    }
    for rule, holds in found.items():
        if holds and known.selection.is_on(rule):
            return rule
    return "" if changed.text.strip() else EMPTY


def is_chosen(document: Document, selection: Selection) -> bool:
    """Whether the filters of the selection let a document in."""
    day = document.written.date().isoformat() if document.written else ""
    return (
        selection.weight(document.source) > 0
        and document.kind not in selection.kinds_off
        and (not selection.languages or not document.language or document.language in selection.languages)
        and (
            not day
            or ((not selection.first or day >= selection.first) and (not selection.last or day <= selection.last))
        )
        and (not selection.fewest_words or len(document.text.split()) >= selection.fewest_words)
    )


def listed(document: Document, known: Known) -> Iterable[str]:
    """The rules that only show a document."""
    if known.selection.is_on(LANGUAGE) and document.language and document.language != known.language:
        yield LANGUAGE
    if known.selection.is_on(INSULTS) and insults.is_harsh(document.text):
        yield INSULTS


def cap(cleaned: list[Cleaned], selection: Selection) -> list[Cleaned]:
    """Leave out all but the newest of every conversation that has more than the selection wants."""
    if not selection.per_thread:
        return cleaned
    threads: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, one in enumerate(cleaned):
        if one.original.thread and not one.left_out:
            threads[one.original.source, one.original.thread].append(n)
    for members in threads.values():
        members.sort(key=lambda n: (age(cleaned[n].original), n))
        for n in members[: -selection.per_thread]:
            cleaned[n] = replace(cleaned[n], left_out=BEYOND_CAP)
    return cleaned


def age(document: Document) -> float:
    """When a document was written, in seconds; undated ones are the oldest."""
    return document.written.timestamp() if document.written else float("-inf")


def repeats(cleaned: Sequence[Cleaned], selection: Selection, stop: Stop) -> Work[list[Cluster]]:
    """The clusters among what is not left out: of the same words, then of nearly the same."""
    candidates = [one for one in cleaned if not one.left_out]
    same = exact(candidates) if selection.is_on(EXACT) else []
    gone = {number for cluster in same for number, _ in cluster.repeats}
    near: list[Cluster] = []
    if selection.is_on(NEAR):
        rest = [(one.number, one.document) for one in candidates if one.number not in gone]
        near = yield from alike.clusters(rest, selection.alike, stop)
    return same + near


def exact(cleaned: Sequence[Cleaned]) -> list[Cluster]:
    groups: dict[bytes, list[Cleaned]] = defaultdict(list)
    for one in cleaned:
        key = alike.exact_key(one.document.text)
        if key is not None:
            groups[key].append(one)
    found: list[Cluster] = []
    for group in groups.values():
        if len(group) > 1:
            first, *others = sorted(group, key=lambda one: alike.preference(one.document))
            found.append(Cluster(first.number, tuple((one.number, 1.0) for one in others)))
    return found


def leave_repeats_out(cleaned: list[Cleaned], clusters: Iterable[Cluster], selection: Selection) -> list[Cleaned]:
    why = {number: EXACT if alike == 1.0 else NEAR for cluster in clusters for number, alike in cluster.repeats}
    return [
        replace(one, left_out=why[one.number])
        if one.number in why and (one.original.source, one.original.key) not in selection.kept
        else one
        for one in cleaned
    ]
