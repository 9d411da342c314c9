"""What of a corpus is learnt from: filters, weights, caps, and which rules of cleaning are off. Knows no document.

A selection is a value. Its JSON is a file of the project; its hash, with those of the documents, is the fingerprint of
what a run has learnt from.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from core.atomic import disk_errors, write_file
from core.errors import Unsupported

VERSION: Final = 1
FILE: Final = "selection.json"
ALIKE: Final = 0.8  # Jaccard similarity of five-word shingles from which two documents count as one
MOST_WEIGHT: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The default takes everything once and cleans it by every rule."""

    weights: tuple[tuple[str, float], ...] = ()  # how often a source is read, where not once; 0 leaves it out
    kinds_off: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # only these, where there are any; what is in no known language always comes
    first: str = ""  # the first and the last day, as 2020-05-31; undated documents always come
    last: str = ""
    fewest_words: int = 0
    per_thread: int = 0  # at most so many documents of one conversation, the newest; 0 for all
    rules_off: tuple[str, ...] = ()  # by their names
    alike: float = ALIKE
    kept: tuple[tuple[str, str], ...] = ()  # documents (source, key) that no rule may leave out: decided by hand
    readable: tuple[str, ...] = ()  # hashes of secrets that were looked at and may be learnt: see `secret_hash`

    def __post_init__(self) -> None:
        if not 0.5 <= self.alike <= 1:
            raise ValueError(f"alike must be in [0.5, 1], got {self.alike}")
        if any(not 0 <= weight <= MOST_WEIGHT for _, weight in self.weights):
            raise ValueError(f"weights must be in [0, {MOST_WEIGHT:g}], got {self.weights}")
        if self.fewest_words < 0 or self.per_thread < 0:
            raise ValueError("fewest_words and per_thread must not be negative")

    def weight(self, source: str) -> float:
        """How often a source is read."""
        return dict(self.weights).get(source, 1.0)

    def is_on(self, rule: str) -> bool:
        return rule not in self.rules_off

    def hiding(self, rules: Collection[str]) -> Self:
        """The same with these rules on and no secret that may be learnt: for a bot that others will have."""
        return replace(self, rules_off=tuple(rule for rule in self.rules_off if rule not in rules), readable=())

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The selection that `to_json` wrote; ValueError, KeyError or TypeError when it is not one."""
        fields: dict[str, Any] = json.loads(text)
        version = fields.pop("version")
        if version > VERSION:
            raise Unsupported(
                "The choices in your library were made by a newer Mynah.",
                fix="Update Mynah to use them; nothing was changed.",
            )
        for name in ("kinds_off", "languages", "rules_off", "readable"):
            fields[name] = tuple(fields.get(name, ()))
        fields["weights"] = tuple((str(source), float(weight)) for source, weight in fields.get("weights", ()))
        fields["kept"] = tuple((str(source), str(key)) for source, key in fields.get("kept", ()))
        return cls(**fields)


def load(project: Path) -> Selection:
    """The selection of the project in that folder; the default where none was made.

    Raises Unsupported for one of a newer Mynah, or a damaged one.
    """
    file = project / FILE
    with disk_errors("reading the choices in your library"):
        if not file.exists():
            return Selection()
        text = file.read_text("utf-8", errors="replace")
    try:
        return Selection.from_json(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unsupported(
            "The choices made in your library cannot be read.",
            fix=f"Delete {FILE} in the project's folder to start from the usual ones; your writing is not touched.",
        ) from error


def save(project: Path, selection: Selection) -> None:
    """Make it the selection of that project."""
    with disk_errors("saving the choices in your library"):
        project.mkdir(parents=True, exist_ok=True)
        write_file(project / FILE, selection.to_json().encode("ascii"))


def secret_hash(secret: str) -> str:
    """What stands for a secret in a file: it must not be readable there."""
    return hashlib.sha256(secret.casefold().encode("utf-8", "replace")).hexdigest()[:20]


def fingerprint(selection: Selection, rules: int, documents: Iterable[tuple[str, bool]]) -> str:
    """One hash of everything that decides what is learnt: the selection, the version of the rules, and of every
    document in order its hash and whether it was left out by hand."""
    digest = hashlib.sha256(f"{rules}\n{selection.to_json()}\n".encode())
    for text_hash, excluded in documents:
        digest.update(f"{text_hash} {int(excluded)}\n".encode())
    return digest.hexdigest()
