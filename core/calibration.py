"""From which coverage on a question counts as written about, found out for each corpus and kept beside its index.

calibration.json    beside the corpus: the threshold, what it is worth, and the state of the corpus it was found for

The corpus asks itself: sentences of the writer's with one fact left out, as people ask who half remember. With their
document they can be answered; with it hidden they are about what is not written. The threshold keeps 95 of 100 of the
first (the notes on retrieval ask that), and of those that do, it parts both best. Knows no model and no window.
"""

import json
import random
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from core import retrieval
from core.atomic import disk_errors, write_file
from core.cloze import Question, questions
from core.corpus import Corpus, stamp_of
from core.database import reading_errors
from core.documents import Document
from core.events import Progress, Stop, Work

FILE: Final = "calibration.json"
VERSION: Final = 1  # of the file and of how it is found: raised when either changes, or what the index tells
ASKED: Final = 50  # questions of each kind
FEWEST: Final = 20  # with fewer a corpus says nothing, and the fixed value stays
DOCUMENTS: Final = 400  # that are read at most
SHORTEST: Final = 60  # characters of a document that may hold a question
KEPT: Final = 0.95  # of what can be answered
SEED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`least` is the coverage; the shares are of the questions that it was found with."""

    least: float = retrieval.COVERED
    kept: float = 0.0  # of what is written about
    refused: float = 0.0  # of what is not
    asked: int = 0  # questions; 0 where there were too few


def threshold(corpus: Corpus) -> float:
    """What every talk asks by: found for this corpus, also when it has grown since; the fixed value before that."""
    kept = _kept(corpus.path)
    return retrieval.COVERED if kept is None else kept[1].least


def is_current(corpus: Path) -> bool:
    """Whether the corpus is as it was when its threshold was found."""
    kept = _kept(corpus)
    return kept is not None and kept[0] == list(stamp_of(corpus))


def renew(path: Path, stop: Stop) -> Work[Calibration | None]:
    """Find the threshold of a corpus and keep it; None, and nothing kept, when stopped. Raises DiskTrouble."""
    stamp = stamp_of(path)  # what changes meanwhile is seen at the next look
    with Corpus(path) as corpus:
        found = yield from calibrate(corpus, own_documents(corpus), stop)
    if found is not None:
        told = {"version": VERSION, "corpus": list(stamp), **asdict(found)}
        with disk_errors("keeping what counts as written about"):
            write_file(_file(path), json.dumps(told).encode("ascii"))
    return found


def own_documents(corpus: Corpus, seed: int = SEED) -> list[Document]:
    """Some of the writer's own, of a large corpus drawn by chance."""
    with reading_errors():
        rows = corpus.database.execute(
            f"SELECT id FROM documents WHERE role = 'me' AND excluded = 0 AND characters >= {SHORTEST} ORDER BY id"
        ).fetchall()
    numbers = [number for (number,) in rows]
    drawn = sorted(random.Random(seed).sample(numbers, min(len(numbers), DOCUMENTS)))
    return [document for document in map(corpus.document, drawn) if document is not None]


def calibrate(
    corpus: Corpus, documents: Sequence[Document], stop: Stop, without: Collection[tuple[str, str]] = ()
) -> Work[Calibration | None]:
    """The threshold for questions to `corpus`, asked about some of its own `documents`; None when stopped.

    `without` are documents that a bot is being measured on.
    """
    made = questions(documents, 2 * ASKED, seed=SEED)
    sources = {document.source for document in documents}
    generator = random.Random(SEED)
    others = sorted({word for question in made for word in retrieval.telling(question.asked)})
    answerable, strange = list[float](), list[float]()
    for n, question in enumerate(made):
        if stop():
            return None
        if n % 2:
            hidden = [*without, *((source, question.key) for source in sources)]
            strange.append(_find(corpus, question.asked, hidden).coverage)
        else:
            found = _find(corpus, half_remembered(question, others, generator), without)
            if any(note.key == question.key for note in found.notes):
                answerable.append(found.coverage)
        yield Progress(n + 1, len(made), "Finding out what you have written about")
    if min(len(answerable), len(strange)) < FEWEST:
        return Calibration()
    return parted(answerable, strange)


def half_remembered(question: Question, others: Sequence[str], generator: random.Random) -> str:
    """A question as people ask it: a third of its words are not those of the text."""
    words = retrieval.telling(question.asked)
    third = len(words) // 3
    return " ".join([*generator.sample(words, len(words) - third), *generator.sample(others, third)])


def parted(answerable: Sequence[float], strange: Sequence[float]) -> Calibration:
    """The threshold that parts both best (Youden 1950) of those that keep enough of what can be answered."""
    tried = []
    for least in sorted({*answerable, *strange}):
        kept = sum(coverage >= least for coverage in answerable) / len(answerable)
        refused = sum(coverage < least for coverage in strange) / len(strange)
        if kept >= KEPT:
            tried.append(Calibration(least=least, kept=kept, refused=refused, asked=len(answerable) + len(strange)))
    return max(tried, key=lambda one: (one.kept + one.refused, -one.least))


def _find(corpus: Corpus, asked: str, without: Collection[tuple[str, str]]) -> retrieval.Found:
    return retrieval.find(corpus, asked, least=0.0, without=without)


def _file(corpus: Path) -> Path:
    return corpus.with_name(FILE)


def _kept(corpus: Path) -> tuple[list[Any], Calibration] | None:
    """The state of the corpus and what was found for it; None for what is not there, newer, or no such file."""
    try:
        fields: dict[str, Any] = json.loads(_file(corpus).read_text("utf-8"))
        if fields.pop("version") != VERSION:
            return None
        stamp = list(fields.pop("corpus"))
        found = Calibration(**fields)
        is_one = isinstance(found.least, float) and 0 <= found.least <= 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (stamp, found) if is_one else None
