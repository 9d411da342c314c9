"""Full-text search: words in, passages out, the best first. Knows no model and no window.

Ranked by bm25 (Robertson and Zaragoza 2009), with the words of a title counting twice. What was left out by hand is not
found unless it is asked for.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.corpus import Corpus
from core.database import reading_errors
from core.passages import CJK, HAS_CJK, ROOM, Span, spans
from core.rows import as_moment

TITLE_COUNTS: Final = 2.0  # times as much as the text
WORDS: Final = re.compile(rf"[^\W{CJK}]+")
RUNS: Final = re.compile(f"[{CJK}]+")
TRIGRAM: Final = 3  # letters: what the index for CJK can find
ASKED: Final = 32  # words of a question that are looked up; more only cost time
COMMONEST: Final = """
    a about am an and any are as at be been but by can could did do does for from had has have he her him his how i if
    in is it its just like me my no not of on or our out say she should so some tell than that the their them then there
    these they this to too up us was we were what when where which who whom why will with would you your
    aber als am an auch auf aus bei bin bist da das dass dem den der des die doch du ein eine einem einen einer er es
    für hat habe hatte ich im in ist ja mein mich mir mit nach nicht noch nur oder sein sich sie sind so über um und von
    war was wenn wer wie wir wo zu zum zur
    au aux avec ce ces dans de des du elle en est et eux il je la le les leur lui ma mais me mes moi mon ne nos notre
    nous on ou par pas pour qu que qui sa se ses son sur ta te tes toi ton tu un une vos votre vous
    al como con del el ella en es esta este ha la las lo los más me mi muy no o para pero por que se si sin su sus te un
    una y ya yo
"""  # words of English, German, French and Spanish
STOP_WORDS: Final = frozenset(COMMONEST.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a document that holds what was asked for. The higher the `score` the better; only its order counts."""

    document: int  # its number in the corpus
    source: str
    key: str
    title: str
    url: str
    written: datetime | None
    kind: str
    text: str
    score: float


def passages(
    corpus: Corpus,
    question: str,
    *,
    limit: int = 30,
    without: Collection[tuple[str, str]] = (),
    excluded_too: bool = False,
) -> list[Passage]:
    """The best passages for `question`: each that has any of its words, stop words aside.

    `without` are documents, as (source, key), that must not be found: those a bot is being measured on.
    """
    found: list[tuple[float, int, int]] = []
    with reading_errors():
        for table, query in queries(question, " OR "):
            rows = corpus.database.execute(
                "SELECT hit.score, hit.rowid, documents.id, source, key"
                f" FROM (SELECT rowid, -bm25({table}, {TITLE_COUNTS}, 1.0) AS score FROM {table}"
                f" WHERE {table} MATCH ? ORDER BY score DESC LIMIT ?) AS hit"
                f" JOIN documents ON documents.id = hit.rowid / {ROOM} WHERE excluded <= ?"
                " ORDER BY score DESC, hit.rowid",
                (query, 4 * limit + len(without), int(excluded_too)),
            )
            found += [(score, row, number) for score, row, number, *place in rows if tuple(place) not in without]
        found.sort(key=lambda hit: -hit[0])
        return told(corpus, found[:limit])


def told(corpus: Corpus, hits: Sequence[tuple[float, int, int]]) -> list[Passage]:
    """What passages say, of which the scores, their own numbers and those of their documents are known."""
    documents: dict[int, tuple[list[Span], tuple[str, ...]]] = {}
    found: list[Passage] = []
    for score, row, number in hits:
        if number not in documents:
            asked = "SELECT text, source, key, title, url, written, kind FROM documents WHERE id = ?"
            text, *rest = corpus.database.execute(asked, (number,)).fetchone()
            documents[number] = list(spans(text)), (text, *rest)
        cuts, (text, source, key, title, url, written, kind) = documents[number]
        if row % ROOM >= len(cuts):
            raise ValueError("a passage that its document does not have")
        start, end = cuts[row % ROOM]
        found.append(
            Passage(document=number, source=source, key=key, title=title, url=url,
                    written=as_moment(written), kind=kind, text=text[start:end], score=score)
        )  # fmt: skip
    return found


def documents(corpus: Corpus, words: str) -> set[int] | None:
    """The documents with a passage that holds all of `words`, the last as a beginning; None where there is no word."""
    asked = queries(words, " AND ", typing=True)
    if not asked:
        return None
    found: set[int] | None = None
    with reading_errors():
        for table, query in asked:
            rows = corpus.database.execute(
                f"SELECT DISTINCT rowid / {ROOM} FROM {table} WHERE {table} MATCH ?", (query,)
            )
            here = {number for (number,) in rows}
            found = here if found is None else found & here
    return found


def queries(text: str, between: str, *, typing: bool = False) -> list[tuple[str, str]]:
    """The table to ask and its question in FTS5's words. Nothing a user types is syntax there: every word is quoted."""
    asked: list[tuple[str, str]] = []
    words = WORDS.findall(text)
    telling = [word for word in words if word.lower() not in STOP_WORDS] if not typing else words
    if quoted := [f'"{word}"' for word in dict.fromkeys(telling or words)][:ASKED]:
        if typing and not text[-1:].isspace():
            quoted[-1] += "*"
        asked.append(("passages", between.join(quoted)))
    if HAS_CJK.search(text):
        runs = [run for run in RUNS.findall(text) if len(run) >= TRIGRAM]
        pieces = runs if typing else [run[n : n + TRIGRAM] for run in runs for n in range(len(run) - TRIGRAM + 1)]
        if quoted := [f'"{piece}"' for piece in dict.fromkeys(pieces)][:ASKED]:
            asked.append(("passages_cjk", between.join(quoted)))
    return asked
