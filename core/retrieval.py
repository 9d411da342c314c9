"""What the writer wrote about a question: a few notes, or the finding that there is none. Knows no model and no window.

Passages come from the corpus's own index (core/search.py). Whether they answer at all is told by how much of the
question they cover, each word counted by how rare it is: what a bm25 score is worth differs from question to question,
the share of it that was found does not. How much is enough is found out for each corpus (core/calibration.py).
"""

import json
import math
import re
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from core import search
from core.corpus import Corpus
from core.database import database_errors
from core.passages import about_tokens
from core.search import Passage

if TYPE_CHECKING:  # numpy takes a moment that no command should wait for
    from core.embeddings import Near

NOTES: Final = 5
FEWEST: Final = 3  # that are looked at for likeness before the rest is left out
TOKENS: Final = 800  # of all notes together, about
ALIKE: Final = 0.6  # share of words in common above which the second of two notes says nothing new
COVERED: Final = 0.5  # until the corpus has a threshold of its own; on real blogs that is 0.53 to 0.6
SAME_SPAN: Final = 8  # words in a row that show where a sentence comes from
RANKS: Final = 60  # of reciprocal rank fusion (Cormack 2009): how little the first ranks stand out
CLOSE: Final = 0.6  # of a cosine, until it is found out for the corpus and the embeddings what is close in them
REPLY: Final = (20, 600)  # characters of a reply that shows how the writer answers
REPLIES: Final = 2_000  # the newest, that are looked through
WORD: Final = re.compile(r"\w+")
SENTENCE: Final = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)]*(?=\s|$)|(?=\n)|$)", re.DOTALL)
SMALL_TALK: Final = frozenset(
    {"hi", "hello", "hey", "thanks", "thank", "bye", "goodbye", "good", "morning", "evening", "night", "ok", "okay"}
)
POINTING: Final = frozenset(
    {"it", "its", "that", "this", "these", "those", "they", "them", "their", "he", "him", "his", "she", "her", "there"}
)
BARE: Final = 2  # words of a question like "Why?" or "And then?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A note: what the writer wrote, and where it is kept. `key` and `source` open the document."""

    number: int  # from 1, as the bot cites it
    title: str
    written: datetime | None
    source: str
    key: str
    url: str
    text: str

    @property
    def heading(self) -> str:
        date = f", {self.written:%d %B %Y}" if self.written else ""
        return f"{self.title or 'Untitled'}{date}"


@dataclass(frozen=True, slots=True)
class Found:
    """The notes for a question, best first; none when nothing was `asked` or it is not written about."""

    notes: tuple[Cited, ...]
    coverage: float
    asked: bool

    @property
    def is_unknown(self) -> bool:
        """Whether something was asked that the writer has not written about."""
        return self.asked and not self.notes


@dataclass(frozen=True, slots=True)
class Supported:
    """The characters [start, end) of a reply: a sentence, and the number of the note that it comes from, or 0."""

    start: int
    end: int
    note: int


def find(
    corpus: Corpus,
    question: str,
    *,
    least: float = COVERED,
    without: Collection[tuple[str, str]] = (),
    near: "Near | None" = None,
    close: float = CLOSE,
) -> Found:
    """Three to five notes for `question`, or none. `without` are documents that a bot is being measured on.

    With embeddings on disk, `near` finds by meaning what words do not, and both rankings are fused; from a cosine of
    `close` on the nearest is about what was asked, whatever its words.
    """
    words = telling(question)
    if not words:
        return Found((), 0.0, asked=False)
    hits = search.passages(corpus, question, without=without)
    by_meaning = near.passages(corpus, question, without=without) if near is not None else []
    chosen = _different(fused(hits, by_meaning) if by_meaning else hits)
    coverage = covered(corpus, words, chosen)
    is_close = bool(by_meaning) and by_meaning[0].score >= close
    if coverage < least and not is_close:
        return Found((), coverage, asked=True)
    notes = tuple(_cited(n, passage) for n, passage in enumerate(chosen, start=1))
    return Found(notes, coverage, asked=True)


def in_context(question: str, before: str) -> tuple[str, ...]:
    """What to look for, until something is found: `question`; where it points back, as "Why?" does or "And did it
    boil?", with what was asked `before` it, then that alone. By itself it would be about nothing that was written."""
    words = [word.lower() for word in search.WORDS.findall(question)]
    bare = len(words) <= BARE and search.STOP_WORDS.issuperset(words)
    is_pointing = bool(words) and SMALL_TALK.isdisjoint(words) and (bare or not POINTING.isdisjoint(words))
    return (f"{before} {question}", before) if is_pointing and before else (question,)


def telling(question: str) -> list[str]:
    """The words of a question that say what it is about; none in small talk."""
    words = dict.fromkeys(word.lower() for word in search.WORDS.findall(question))
    if words.keys() <= SMALL_TALK | search.STOP_WORDS:
        return []
    return [word for word in words if word not in search.STOP_WORDS and word.strip("_")][: search.ASKED]


def covered(corpus: Corpus, words: Sequence[str], passages: Sequence[Passage]) -> float:
    """The share of `words`, by how rare they are, that the best of the passages holds."""
    if not passages or not words:
        return 0.0
    with database_errors():
        (count,) = corpus.database.execute("SELECT count(*) FROM passages_docsize").fetchone()
        rarity = {word: math.log(1 + count / (_documents(corpus, word) + 0.5)) for word in words}
    total = sum(rarity.values())
    return max(sum(rarity[word] for word in held) for held in _held(words, passages)) / total


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends."""
    return [found.span() for found in SENTENCE.finditer(text) if found[0].strip()]


def supports(reply: str, notes: Sequence[Cited]) -> list[Supported]:
    """For each sentence of a reply the note that it shares eight words in a row with, or that it cites as [n]."""
    spans = {note.number: _runs(note.text) for note in notes}
    numbers = {note.number for note in notes}
    found: list[Supported] = []
    for start, end in sentences(reply):
        runs = _runs(reply[start:end])
        note = next((number for number, known in spans.items() if runs & known), 0)
        cited = re.search(r"\[(\d)\]", reply[start:end])
        if not note and cited and int(cited[1]) in numbers and _overlap(reply[start:end], notes, int(cited[1])):
            note = int(cited[1])
        found.append(Supported(start, end, note))
    return found


def _overlap(sentence: str, notes: Sequence[Cited], number: int) -> bool:
    """Whether half of a sentence's telling words stand in the note that it cites: a number alone proves nothing."""
    words = set(telling(sentence)) - {str(number)}
    text = next(note.text for note in notes if note.number == number)
    return bool(words) and len(words & {word.lower() for word in WORD.findall(text)}) * 2 >= len(words)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.lower() for word in WORD.findall(text)]
    return {tuple(words[n : n + SAME_SPAN]) for n in range(len(words) - SAME_SPAN + 1)}


def _different(hits: Sequence[Passage]) -> list[Passage]:
    """The best hits that say different things, as many as there is room for; newer ones first among equals."""
    chosen: list[Passage] = []
    tokens = 0
    for hit in sorted(hits, key=lambda hit: (-round(hit.score, 2), -(hit.written.timestamp() if hit.written else 0))):
        words = {word.lower() for word in WORD.findall(hit.text)}
        alike = any(_likeness(words, other.text) > ALIKE for other in chosen)
        size = about_tokens(hit.text)
        if alike or (len(chosen) >= FEWEST and tokens + size > TOKENS):
            continue
        chosen.append(hit)
        tokens += size
        if len(chosen) == NOTES:
            break
    return chosen


def _likeness(words: set[str], text: str) -> float:
    others = {word.lower() for word in WORD.findall(text)}
    return len(words & others) / max(1, min(len(words), len(others)))


def _documents(corpus: Corpus, word: str) -> int:
    (count,) = corpus.database.execute(
        "SELECT count(*) FROM passages WHERE passages MATCH ?", (f'"{word}"',)
    ).fetchone()
    return int(count)


def _held(words: Sequence[str], passages: Sequence[Passage]) -> list[list[str]]:
    """For each passage the words that it holds, told by SQLite in the way in which the index tells words."""
    small = sqlite3.connect(":memory:")
    try:
        small.execute("CREATE VIRTUAL TABLE p USING fts5(text, tokenize = 'porter unicode61 remove_diacritics 2')")
        texts = [(n, f"{passage.title}\n{passage.text}") for n, passage in enumerate(passages)]
        small.executemany("INSERT INTO p (rowid, text) VALUES (?, ?)", texts)
        held: list[list[str]] = [[] for _ in passages]
        for word in words:
            for (row,) in small.execute("SELECT rowid FROM p WHERE p MATCH ?", (f'"{word}"',)):
                held[row].append(word)
        return held
    finally:
        small.close()


def _cited(number: int, passage: Passage) -> Cited:
    return Cited(
        number=number,
        title=passage.title,
        written=passage.written,
        source=passage.source,
        key=passage.key,
        url=passage.url,
        text=passage.text,
    )


def own_replies(corpus: Corpus, question: str, count: int = 2) -> list[tuple[str, str]]:
    """What others said and the writer answered: the pairs that are nearest to `question` in their words."""
    with database_errors():
        rows = corpus.database.execute(
            "SELECT context, text FROM documents WHERE role = 'me' AND context != '[]' AND excluded = 0"
            f" AND characters BETWEEN {REPLY[0]} AND {REPLY[1]} ORDER BY id DESC LIMIT {REPLIES}"
        ).fetchall()
    return nearest([(str(json.loads(context)[-1][1]), str(text)) for context, text in rows], question, count)


def nearest(pairs: Sequence[tuple[str, str]], question: str, count: int = 2) -> list[tuple[str, str]]:
    """Of pairs of a question and an answer, short ones, those that are nearest to `question` in their words."""
    asked = set(telling(question))
    fitting = [(said, text) for said, text in pairs if 0 < len(said) <= REPLY[1] and REPLY[0] <= len(text) <= REPLY[1]]
    return sorted(fitting, key=lambda pair: -len(asked & set(telling(pair[0]))))[:count]


def fused(*rankings: Sequence[Passage]) -> list[Passage]:
    """One ranking of several: each passage scores by its places alone, as scores of different kinds do not compare."""
    scores: dict[tuple[int, str], float] = {}
    passages: dict[tuple[int, str], Passage] = {}
    for ranking in rankings:
        for place, passage in enumerate(ranking, start=1):
            key = (passage.document, passage.text)
            passages[key] = passage
            scores[key] = scores.get(key, 0.0) + 1_000 / (RANKS + place)
    order = sorted(scores, key=lambda key: -scores[key])
    return [replace(passages[key], score=scores[key]) for key in order]
