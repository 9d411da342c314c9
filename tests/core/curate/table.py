"""Precision and recall of the rules on real writing with things planted: `python -m tests.core.curate.table FOLDERS`

Recall is of what was planted. Precision counts as wrong whatever a rule touches in a planted document or sentence that
is not its own, and every touch of the real writing that was looked at and found to be wrong.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from msgspec.structs import replace

from core.corpus import Corpus
from core.curate import rules
from core.curate.clean import Cleaned, View, clean
from core.curate.languages import languages
from core.documents import Document
from core.events import drain, never
from core.paths import Home
from core.selection import Selection
from core.sources import Choice
from importers.pull import import_path
from tests.core.curate.planted import Plant, plant

# Touches of the four blogs that were read one by one and are wrong: a disk drive is no street.
KNOWN_WRONG: Final = {(rules.STREETS, "1997 Iomega Jaz Drive")}


@dataclass(frozen=True, slots=True)
class Score:
    planted: int
    found: int
    wrong: int
    natural: int  # touches of the real writing

    @property
    def recall(self) -> float:
        return self.found / max(1, self.planted)

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.wrong)


def writing(sources: Sequence[Path], home: Path) -> list[Document]:
    """Everything in `sources`, imported together."""
    project = Home(home).project()
    for source in sources:
        drain(import_path(source, project, never, Choice(private=True, guess=True)))
    with Corpus(project.corpus) as corpus:
        return list(corpus.documents())


def cleaned(documents: Sequence[Document]) -> View:
    spoken = dict(languages(enumerate(documents)))
    numbered = [(n, replace(one, language=spoken[n]), False) for n, one in enumerate(documents)]
    view = drain(clean(numbered, Selection(), never))[1]
    assert view is not None
    return view


def score(view: View, plants: Sequence[Plant]) -> dict[str, Score]:
    by_key = {one.original.key: one for one in view.cleaned}
    planted: dict[str, list[Plant]] = defaultdict(list)
    for each in plants:
        planted[each.key].append(each)
    wanted = Counter(each.rule for each in plants if each.rule != "decoy")
    found = Counter(each.rule for each in plants if each.rule != "decoy" and is_found(each, by_key[each.key]))
    wrong, natural = Counter[str](), Counter[str]()
    for one in view.cleaned:
        for rule, text in touches(one):
            mine = [each for each in planted[one.original.key] if each.rule == rule and fits(each, text)]
            if mine:
                continue
            original = ORIGINALS.get(one.original.key)
            is_real = original is not None and text in original
            natural[rule] += is_real
            wrong[rule] += (rule, text) in KNOWN_WRONG if is_real else not is_of_the_original(rule, one)
    return {rule: Score(count, found[rule], wrong[rule], natural[rule]) for rule, count in wanted.items()}


ORIGINALS: dict[str, str] = {}  # the real writing by key, as it was before anything was planted


def is_of_the_original(rule: str, one: Cleaned) -> bool:
    """Whether a touch that is of no plant of its own is right all the same: as in a copy."""
    return one.original.key.startswith(("copy", "near")) and rule not in (rules.EXACT, rules.NEAR)


def touches(one: Cleaned) -> list[tuple[str, str]]:
    text = one.original.text
    edits = [(edit.rule, text[edit.start : edit.end]) for edit in one.edits if edit.rule != rules.SPACING]
    edits = [(rule, shown) for rule, shown in edits if shown.strip()]
    whole = [(one.left_out, "")] if one.left_out in rules.BY_NAME else []
    return [*edits, *whole, *((rule, "") for rule in one.listed)]


def fits(each: Plant, text: str) -> bool:
    if not each.text:
        return True
    return bool(text.strip()) and (text.strip() in each.text or each.text in text)


def is_found(each: Plant, one: Cleaned) -> bool:
    if not each.text:
        return each.rule == one.left_out or each.rule in one.listed
    if each.rule == rules.QUOTED:
        return "Is number" not in one.document.text
    return each.text not in one.document.text


def measure(documents: Sequence[Document]) -> tuple[dict[str, Score], View, list[Plant]]:
    ORIGINALS.clear()
    ORIGINALS.update({one.key: one.text for one in documents})
    made, plants = plant(documents)
    view = cleaned(made)
    return score(view, plants), view, plants


def as_table(scores: dict[str, Score]) -> str:
    lines = ["| Rule | planted | recall | precision | in the real writing |", "|---|---|---|---|---|"]
    for rule in rules.RULES:
        if (one := scores.get(rule.name)) is not None:
            lines.append(f"| {rule.title} | {one.planted} | {one.recall:.3f} | {one.precision:.3f} | {one.natural} |")
    return "\n".join(lines)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        sys.stdout.write(as_table(measure(writing([Path(name) for name in sys.argv[1:]], Path(folder)))[0]) + "\n")
