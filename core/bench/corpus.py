"""How long it takes to clean, compare and split a corpus of so many tokens. Knows no file: the writing is invented.

Words follow the law of Zipf with the lengths of English; of twenty documents one is a copy, one nearly, and each tenth
carries something private, so that every rule has its work.
"""

import random
import string
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

import psutil
from msgspec.structs import replace

from core.curate.clean import clean
from core.curate.languages import languages
from core.documents import Document
from core.events import Progress, Stop, Work
from core.leaks import without_leaks
from core.passages import about_tokens
from core.selection import Selection
from core.split import split

WORDS: Final = 30_000  # of the invented language
FIRST: Final = datetime(2005, 1, 1, tzinfo=UTC)
PRIVATE: Final = ("Write to mara.nolan@example.org.", "Call +49 30 901820 then.", "It was 12 Elm Street.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusRow:
    """Seconds of each step, those of the processor in all, and the most memory at the end of one."""

    tokens: int
    documents: int
    languages: float
    cleaning: float
    splitting: float
    seconds: float
    processor: float
    megabytes: int


def corpus(tokens: int, stop: Stop) -> Work[CorpusRow | None]:
    """Measure once; None when stopped."""
    yield Progress(0, 4, "Inventing writing")
    documents = list(invented(tokens))
    own = sum(about_tokens(document.text) for document in documents)
    yield Progress(1, 4, "Finding out languages")
    started, worked = time.perf_counter(), time.process_time()
    spoken = dict(languages(enumerate(documents)))
    numbered = [(n, replace(document, language=spoken[n]), False) for n, document in enumerate(documents)]
    told = time.perf_counter()
    view = yield from clean(numbered, Selection(), stop)
    if view is None:
        return None
    cleaned, memory = time.perf_counter(), resident()
    yield Progress(3, 4, "Splitting")
    without_leaks(split(view.learnt()))
    ended = time.perf_counter()
    return CorpusRow(
        tokens=own,
        documents=len(documents),
        languages=round(told - started, 2),
        cleaning=round(cleaned - told, 2),
        splitting=round(ended - cleaned, 2),
        seconds=round(ended - started, 2),
        processor=round(time.process_time() - worked, 2),
        megabytes=max(memory, resident()),
    )


def resident() -> int:
    return int(psutil.Process().memory_info().rss / 1e6)


def invented(tokens: int) -> Iterator[Document]:
    """Documents of so many tokens together, the same each time."""
    luck = random.Random(11)
    words = ["".join(luck.choices(string.ascii_lowercase, k=max(1, round(luck.gauss(5, 2.4))))) for _ in range(WORDS)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(WORDS)))
    size = n = 0
    earlier: list[str] = []
    while size < tokens:
        kind = luck.random()
        text = writing(luck, words, weights, luck.randint(5, 40) if kind < 0.5 else luck.randint(150, 900))
        if earlier and n % 20 == 0:
            text = luck.choice(earlier)
        elif earlier and n % 20 == 1:
            text = luck.choice(earlier)[: -len(text) // 12 or None]
        elif n % 10 == 2:
            text = f"{text} {PRIVATE[n % len(PRIVATE)]}"
        if len(text) > 800 and len(earlier) < 500:
            earlier.append(text)
        talk = kind < 0.5
        yield Document(
            source="chat" if talk else ("blog" if n % 3 else "letters"),
            key=str(n),
            text=text,
            kind="message" if talk else "post",
            written=FIRST + timedelta(hours=n),
            thread=f"talk {n % 97}" if talk else "",
        )
        size += about_tokens(text)
        n += 1


def writing(luck: random.Random, words: list[str], weights: list[float], count: int) -> str:
    sentences: list[str] = []
    while count > 0:
        length = min(count, luck.randint(4, 22))
        sentences.append(" ".join(luck.choices(words, cum_weights=weights, k=length)).capitalize() + ".")
        count -= length
    return " ".join(sentences)
