"""Questions about what the writer wrote, made from the writing itself: a sentence with one fact left out.

The fact is a number, a date or a name that occurs rarely. Each is asked as a person would ask who half remembers the
sentence. Questions without an answer are made by asking about what somebody else wrote;
whoever knows that says so, and such replies are known by their words. Knows no model and no index.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from core.documents import Document

SENTENCE: Final = re.compile(r"[A-Z\"'“‘][^.!?\n]{40,220}[.!?](?=\s|$)")
MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE: Final = re.compile(rf"\b(?:\d{{1,2}} (?:{MONTHS})|(?:{MONTHS}) \d{{1,2}}|(?:{MONTHS}) \d{{4}})\b")
NUMBER: Final = re.compile(r"(?<![\w.,$€£/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w/-]|[.,]\d)")
NAME: Final = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*\b")
RARE: Final = 3  # documents at most in which a name stands: one that is everywhere could be guessed
WORDS: Final = (6, 40)  # of a sentence
BLANK: Final = "____"
REFUSALS: Final = re.compile(
    r"\b(?:(?:don['’]t|do not) (?:know|remember|recall)|don['’]t think I|no idea|not sure"
    r"|(?:can['’]t|cannot) (?:say|tell|recall|remember)|(?:haven['’]t|have not) (?:written|said)"
    r"|never (?:wrote|written|mentioned)|not (?:written|wrote) about|nothing (?:written|about that))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """`asked` has a blank for `answer`; `key` names the document that knows, or is empty where none does."""

    asked: str
    answer: str
    key: str = ""


def questions(documents: Iterable[Document], count: int, seed: int = 1337) -> list[Question]:
    """Up to `count` questions, one a document as far as that goes, the same ones for the same documents."""
    mine = sorted((document for document in documents if document.role == "me"), key=lambda d: (d.source, d.key))
    generator = random.Random(seed)
    places = Counter(name for document in mine for name in {found[0] for found in NAME.finditer(document.text)})
    piles = [list(_of(document, places)) for document in mine]
    for pile in piles:
        generator.shuffle(pile)
    generator.shuffle(piles)
    chosen: list[Question] = []
    while len(chosen) < count and any(piles):
        chosen += [pile.pop() for pile in piles if pile][: count - len(chosen)]
    return chosen


def unanswerable(strangers: Iterable[Document], count: int, seed: int = 1337) -> list[Question]:
    """Questions about somebody else's writing, which the writer has nothing to say to."""
    return [Question(question.asked, "") for question in questions(strangers, count, seed)]


def is_refusal(reply: str) -> bool:
    """Whether a reply says that it does not know."""
    return REFUSALS.search(reply) is not None


def _of(document: Document, places: Counter[str]) -> Iterator[Question]:
    """The questions of one document, its own words only."""
    for found in SENTENCE.finditer(document.text):
        sentence = found[0]
        if any(start < found.end() and end > found.start() for start, end in document.quotes) or "`" in sentence:
            continue
        if not WORDS[0] <= len(sentence.split()) <= WORDS[1]:
            continue
        fact = _fact(sentence, places)
        if fact is not None:
            yield Question(sentence[: fact.start()] + BLANK + sentence[fact.end() :], fact[0], document.key)


def _fact(sentence: str, places: Counter[str]) -> re.Match[str] | None:
    """What to leave out: a date before a number before a name, and only what stands there once."""
    for pattern in (DATE, NUMBER, NAME):
        for found in pattern.finditer(sentence):
            rare = pattern is not NAME or places[found[0]] <= RARE
            if rare and sentence.count(found[0]) == 1:
                return found
    return None
