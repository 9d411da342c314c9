"""From which coverage on a question counts as written about, found out for each corpus and kept beside its index.

calibration.json    beside the corpus: the threshold, what it is worth, and the state of the corpus it was found for

The corpus asks itself: sentences of the writer's with one fact left out, as people ask who half remember. With their
document they can be answered; with it hidden they are about what is not written. The threshold keeps 95 of 100 of the
first (the notes on retrieval ask that), and of those that do, it parts both best.

Where there are embeddings, a passage may be close enough in meaning to answer whatever its words. How close is asked by
the same questions: no more than 5 of 100 about what is not written may be let in by that. Knows no model and no window.
"""

import json
import math
import random
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core import retrieval
from core.atomic import disk_errors, write_file
from core.cloze import Question, questions
from core.corpus import Corpus, stamp_of
from core.database import reading_errors
from core.documents import Document
from core.events import Progress, Stop, Work

if TYPE_CHECKING:  # numpy takes a moment that no command should wait for
    from core.embeddings import Near

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
    close: float = retrieval.CLOSE  # the cosine, for the embeddings of that `mark`; "" where there were none
    mark: str = ""


def threshold(corpus: Corpus) -> float:
    """What every talk asks by: found for this corpus, also when it has grown since; the fixed value before that."""
    kept = _kept(corpus.path)
    return retrieval.COVERED if kept is None else kept[1].least


def closeness(corpus: Corpus, near: "Near | None") -> float:
    """The cosine from which on a passage is about what was asked; the fixed value for other embeddings than it was
    found with."""
    kept = _kept(corpus.path)
    return kept[1].close if kept is not None and near is not None and kept[1].mark == near.mark else retrieval.CLOSE


def is_current(corpus: Path, mark: str = "") -> bool:
    """Whether the corpus, and the embeddings of that `mark`, are as they were when its thresholds were found."""
    kept = _kept(corpus)
    return kept is not None and kept[0] == list(stamp_of(corpus)) and kept[1].mark == mark


def renew(path: Path, stop: Stop, near: "Near | None" = None) -> Work[Calibration | None]:
    """Find the thresholds of a corpus and keep it; None, and nothing kept, when stopped. Raises DiskTrouble."""
    stamp = stamp_of(path)  # what changes meanwhile is seen at the next look
    with Corpus(path) as corpus:
        found = yield from calibrate(corpus, own_documents(corpus), stop, near=near)
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
    corpus: Corpus,
    documents: Sequence[Document],
    stop: Stop,
    without: Collection[tuple[str, str]] = (),
    near: "Near | None" = None,
) -> Work[Calibration | None]:
    """The thresholds for questions to `corpus`, asked about some of its own `documents`; None when stopped.

    `without` are documents that a bot is being measured on.
    """
    made = questions(documents, 2 * ASKED, seed=SEED)
    sources = {document.source for document in documents}
    generator = random.Random(SEED)
    others = sorted({word for question in made for word in retrieval.telling(question.asked)})
    answerable, strange, cosines = list[float](), list[float](), list[float]()
    for n, question in enumerate(made):
        if stop():
            return None
        if n % 2:
            hidden = [*without, *((source, question.key) for source in sources)]
            strange.append(_find(corpus, question.asked, hidden).coverage)
            if near is not None:
                cosines += [hit.score for hit in near.passages(corpus, question.asked, limit=1, without=hidden)]
        else:
            found = _find(corpus, half_remembered(question, others, generator), without)
            if any(note.key == question.key for note in found.notes):
                answerable.append(found.coverage)
        yield Progress(n + 1, len(made), "Finding out what you have written about")
    mark = near.mark if near is not None else ""
    if min(len(answerable), len(strange)) < FEWEST:
        return Calibration(mark=mark)
    return replace(parted(answerable, strange), close=beyond(cosines), mark=mark)


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


def beyond(strange: Sequence[float]) -> float:
    """The cosine that no more than `1 - KEPT` of those of questions about what is not written reach."""
    if len(strange) < FEWEST:
        return retrieval.CLOSE
    highest = sorted(strange)[-1 - int(len(strange) * (1 - KEPT))]
    return math.nextafter(highest, math.inf)


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
        is_one = is_one and isinstance(found.close, float) and isinstance(found.mark, str)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (stamp, found) if is_one else None
