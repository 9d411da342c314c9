"""What a run has learnt from, written into its folder, so that later changes can say which runs they affect.

Its file holds the fingerprint, the selection, and numbers by source and by rule; never a word of the text.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from core.atomic import disk_errors, write_file
from core.curate.rules import BY_NAME, HIDING
from core.passages import about_tokens
from core.runs import Run
from core.selection import Selection

if TYPE_CHECKING:
    from core.curate.clean import View
    from core.split import Section

VERSION: Final = 1
FILE: Final = "corpus.json"
ALLOWED: Final = "Details that you allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one source gave."""

    source: str
    documents: int
    words: int
    tokens: int  # about


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """The numbers of a clean view. `tokens` are about; `rules` counts the documents that each rule touched."""

    fingerprint: str
    sources: tuple[Source, ...] = ()
    rules: dict[str, int] = field(default_factory=dict)
    sides: dict[str, int] = field(default_factory=dict)  # characters of one's own by side of the split
    selection: str = ""  # as JSON

    @property
    def tokens(self) -> int:
        return sum(source.tokens for source in self.sources)

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote; ValueError, KeyError or TypeError when it is not that."""
        fields: dict[str, Any] = json.loads(text)
        if fields.pop("version") > VERSION:
            raise ValueError("of a newer version")
        return cls(**{**fields, "sources": tuple(Source(**source) for source in fields["sources"])})


def numbers(view: "View", sections: "Iterable[Section]" = ()) -> Learnt:
    """The numbers of a view, and of its split where there is one."""
    documents, words, tokens = Counter[str](), Counter[str](), Counter[str]()
    for document in view.learnt():
        documents[document.source] += 1
        words[document.source] += len(document.text.split())
        tokens[document.source] += about_tokens(document.text)
    sides = Counter[str]()
    for section in sections:
        sides[section.side] += section.own_characters
    return Learnt(
        fingerprint=view.fingerprint,
        sources=tuple(
            Source(source=name, documents=documents[name], words=words[name], tokens=tokens[name])
            for name in sorted(documents)
        ),
        rules=dict(sorted(view.by_rule().items())),
        sides=dict(sorted(sides.items())),
        selection=view.selection.to_json(),
    )


def write(run: Run, learnt: Learnt) -> None:
    with disk_errors("writing down what the run learns from"):
        write_file(run.root / FILE, learnt.to_json().encode("ascii"))


def read(run: Run) -> Learnt | None:
    """What a run has learnt from; None where nobody wrote it down, or it cannot be read."""
    try:
        with disk_errors("reading what a run has learnt from"):
            return Learnt.from_json((run.root / FILE).read_text("utf-8")) if (run.root / FILE).exists() else None
    except (ValueError, KeyError, TypeError):
        return None


def having_seen(runs: Sequence[Run], source: str) -> list[Run]:
    """The runs that know something of a source, or may: those of which nobody wrote down what they learnt from."""
    found: list[Run] = []
    for run in runs:
        learnt = read(run)
        if learnt is None or any(one.source == source for one in learnt.sources):
            found.append(run)
    return found


def of_another(project_runs: Sequence[Run], fingerprint: str) -> list[Run]:
    """The runs that learnt from something else than what would be learnt now."""
    return [run for run in project_runs if (learnt := read(run)) is None or learnt.fingerprint != fingerprint]


def unhidden(run: Run) -> tuple[str, ...] | None:
    """What was not hidden from a run, by the titles of rules; empty for a run that is fit to be shared, None where
    nobody wrote it down."""
    learnt = read(run)
    if learnt is None or not learnt.selection:
        return None
    chosen = Selection.from_json(learnt.selection)
    open_rules = [BY_NAME[rule].title for rule in chosen.rules_off if rule in HIDING]
    return (*open_rules, *([ALLOWED] if chosen.readable else []))


def forget_tokens(runs: Sequence[Run]) -> None:
    """Delete the token files of runs: a bot keeps talking without them, but can no longer be trained further."""
    for run in runs:
        with disk_errors("deleting the prepared text of a run"):
            for file in sorted(run.tokens.glob("*")) if run.tokens.is_dir() else []:
                if file.suffix in (".bin", ".mask"):
                    file.unlink()


def verdict(tokens: int) -> str:
    """What so much writing is good for, honestly."""
    about = f"About {tokens:,} tokens"
    if tokens < 5_000:
        return f"{about}: too little to learn from. Bring more of your writing."
    if tokens < 20_000:
        return (
            f"{about}: too little for a model of its own, and only a taste of your tone for one that can talk already."
        )
    if tokens < 150_000:
        return (
            f"{about}: enough for your tone on top of a model that can talk already, too little for a model of its own."
        )
    if tokens < 1_000_000:
        return f"{about}: enough for your voice; a model of its own will have your rhythm, and sentences that wander."
    return f"{about}: plenty, for your voice and for a model of its own that writes fluently on your subjects."
