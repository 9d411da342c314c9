"""From a clean view to examples on three sides, and to token files for training on talk. Knows no model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core import shards
from core.curate.clean import View
from core.documents import Document
from core.errors import Unsupported
from core.events import Progress, Stop, Work
from core.examples.balance import balanced
from core.examples.example import Example
from core.examples.make import Shape, examples
from core.examples.tokens import Tokens, check_learnt, in_template, learnt_share
from core.generate.templates import Template
from core.leaks import leaked, without_leaks
from core.manifest import Manifest
from core.shards import PartName
from core.split import Section, split
from core.tokenizers.base import Tokenizer
from core.tokenizers.pretrained import PretrainedTokenizer

SIDES: tuple[PartName, ...] = ("train", "held_out", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The examples of each side, and how many were dropped on the way, by reason."""

    train: list[Example] = field(default_factory=list)
    held_out: list[Example] = field(default_factory=list)
    test: list[Example] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)

    def of(self, side: PartName) -> list[Example]:
        return {"train": self.train, "held_out": self.held_out, "test": self.test}[side]


def of_view(view: View, shape: Shape = "talk") -> Sides:
    """Examples of what is learnt, split first, then made, so that nothing of a held-out conversation is in training."""
    sections = without_leaks(split(view.learnt()))
    made = {side: list(examples(documents_of(sections, side), shape)) for side in SIDES}
    train = balanced(made["train"])
    held_out, test = without_known(made["held_out"], train), without_known(made["test"], train)
    known = len(made["held_out"]) - len(held_out) + len(made["test"]) - len(test)
    fewer = len(made["train"]) - len(train)
    dropped = {"too much of one contact, or one word": fewer, "in training too": known}
    return Sides(train=train, held_out=held_out, test=test, dropped={why: n for why, n in dropped.items() if n})


def documents_of(sections: Sequence[Section], side: PartName) -> list[Document]:
    """What of each document is on a side, as a document."""
    return [part(section) for section in sections if section.side == side]


def part(section: Section) -> Document:
    document, start, end = section.document, section.start, section.end
    if (start, end) == (0, len(document.text)):
        return document
    quotes = [(max(a, start) - start, min(b, end) - start) for a, b in document.quotes if a < end and b > start]
    return Document(
        source=document.source, key=document.key, text=document.text[start:end], title=document.title,
        author=document.author, role=document.role, kind=document.kind, written=document.written, quotes=tuple(quotes),
        thread=document.thread, context=document.context if start == 0 else (), visibility=document.visibility,
    )  # fmt: skip


def without_known(away: Sequence[Example], train: Sequence[Example]) -> list[Example]:
    """The examples of which no fifty characters are in training, what was said before them included."""
    shared = leaked([as_section(one) for one in away], [as_section(one) for one in train])
    return [one for one, spans in zip(away, shared, strict=True) if not spans]


def as_section(one: Example) -> Section:
    text = "\n".join([*(turn.text for turn in one.turns), one.answer])
    return Section(Document(source=one.source, key=one.key, text=text), 0, len(text), "train", closed=True)


def in_chat(
    sides: Sides, tokenizer: PretrainedTokenizer, template: Template, folder: Path, stop: Stop, system: str = ""
) -> Work[Manifest | None]:
    """Write the token files for training a pretrained model to talk. None, and no folder, when stopped.

    Raises Unsupported where too little of what would be read is learnt, DiskTrouble for the disk.
    """

    def encode(one: Example) -> Tokens:
        """What brings a system turn of its own, notes, keeps it; the base's own answers get none, so that they stay."""
        has_own = one.kind == "rehearsal" or any(turn.role == "system" for turn in one.turns)
        return in_template(one, tokenizer, template, "" if has_own else system)

    return (yield from write(sides, tokenizer, folder, stop, encode))


def write(
    sides: Sides, tokenizer: Tokenizer, folder: Path, stop: Stop, encode: Callable[[Example], Tokens]
) -> Work[Manifest | None]:
    encoded: dict[PartName, list[tuple[Tokens, int]]] = {}
    total = sum(len(sides.of(side)) for side in SIDES)
    done = 0
    for side in SIDES:
        encoded[side] = []
        for one in sides.of(side):
            own = sum(len(text.encode("utf-8", "replace")) for text, own in one.parts() if own)
            encoded[side].append((encode(one), own))
            done += 1
            if done % 100 == 0:
                yield Progress(done, total, "Preparing what you said to whom")
                if stop():
                    return None
    check_learnt(learnt_share(tokens for tokens, _ in encoded["train"]))
    if not encoded["held_out"]:
        raise Unsupported(
            "There is too little talk of yours to hold a part of it back for measuring.",
            fix="Add more of what you have written, then train again.",
        )
    return (yield from shards.build_encoded(as_rows(encoded), tokenizer, folder, stop))


def as_rows(encoded: Mapping[PartName, list[tuple[Tokens, int]]]) -> dict[PartName, list[shards.Encoded]]:
    return {
        side: [shards.Encoded(tokens.ids, tokens.learnt, own) for tokens, own in rows] for side, rows in encoded.items()
    }
