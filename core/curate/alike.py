"""Documents that say the same, or nearly: which to keep, and which repeat it. Knows documents, no corpus.

Nearly the same is a Jaccard similarity of five-word shingles (Broder 1997). MinHash finds the pairs worth a look, in
bands that find a pair of 0.8 with a chance of 0.998; each of them is then compared by its shingles themselves, so what
counts as alike is exactly what the threshold says. Of several, the writer's own site comes first, then the longest.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from core.documents import Document
from core.events import Progress, Stop, Work

WORD: Final = re.compile(r"\w+")
SHINGLE: Final = 5  # words
HASHES: Final = 126
ROWS: Final = 6  # of a band; the bands are as many as fit
SEED: Final = 1
FEWEST: Final = 12  # words that make a document worth comparing: two people may say the same short thing
SITES: Final = frozenset({"files", "blog", "feed", "website", "wordpress", "ghost", "blogger"})  # the writer's own
LONGEST: Final = 400_000  # words that are compared: a book is a book


@dataclass(frozen=True, slots=True)
class Cluster:
    """Documents that say the same, by their numbers: one that is kept, and those that repeat it, with how alike."""

    kept: int
    repeats: tuple[tuple[int, float], ...]


def clusters(documents: Sequence[tuple[int, Document]], alike: float, stop: Stop) -> Work[list[Cluster]]:
    """All clusters; yields Progress. Empty when it was stopped."""
    sketches: list[npt.NDArray[np.uint32]] = []
    compared: list[tuple[int, Document]] = []
    for n, (number, document) in enumerate(documents):
        pieces = shingles(document.text)
        if pieces:
            sketch = RMinHash(num_perm=HASHES, seed=SEED)
            sketch.update(list(pieces))
            sketches.append(np.array(sketch.digest(), np.uint32))
            compared.append((number, document))
        if n % 500 == 0:
            yield Progress(n, len(documents), "Looking for what you said twice")
            if stop():
                return []
    if len(compared) < 2:
        return []
    found: dict[int, dict[int, float]] = defaultdict(dict)
    cache = lru_cache(maxsize=2_000)(lambda n: shingles(compared[n][1].text))
    for one, other in candidates(np.stack(sketches)):
        similarity = jaccard(cache(one), cache(other))
        if similarity >= alike:
            found[one][other] = found[other][one] = similarity
    return list(gather(found, compared))


def gather(found: dict[int, dict[int, float]], compared: Sequence[tuple[int, Document]]) -> Iterator[Cluster]:
    """The best of those that nobody better repeats is kept; what is alike to it repeats it. Nothing is left out for
    being like something that is left out itself."""
    gone: set[int] = set()
    for one in sorted(found, key=lambda n: preference(compared[n][1])):
        if one in gone:
            continue
        repeats = [(other, similarity) for other, similarity in found[one].items() if other not in gone]
        gone.update([one, *(other for other, _ in repeats)])
        if repeats:
            yield Cluster(compared[one][0], tuple(sorted((compared[n][0], s) for n, s in repeats)))


def preference(document: Document) -> tuple[int, int, str, str]:
    """The smaller the better: the own site, the longest, and then always the same one."""
    return (document.source not in SITES, -len(document.text), document.source, document.key)


def shingles(text: str) -> frozenset[str]:
    """The runs of five words, whatever their case and punctuation; none for a short text."""
    words = WORD.findall(text.casefold())[:LONGEST]
    if len(words) < FEWEST:
        return frozenset()
    return frozenset(map(" ".join, zip(*(words[n:] for n in range(SHINGLE)), strict=False)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both)


def candidates(sketches: npt.NDArray[np.uint32]) -> Iterator[tuple[int, int]]:
    """Pairs that agree in at least one band, each once. In a band of many, neighbours and the first are paired."""
    seen: set[tuple[int, int]] = set()
    for band in range(HASHES // ROWS):
        keys = [row.tobytes() for row in np.ascontiguousarray(sketches[:, band * ROWS : (band + 1) * ROWS])]
        groups: dict[bytes, list[int]] = defaultdict(list)
        for n, key in enumerate(keys):
            groups[key].append(n)
        for group in groups.values():
            for pair in pairs(group):
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def pairs(group: Sequence[int]) -> Iterable[tuple[int, int]]:
    if len(group) <= 40:
        return ((one, other) for n, one in enumerate(group) for other in group[n + 1 :])
    return ((one, other) for n, one in enumerate(group) for other in (*group[n + 1 : n + 8], group[0]) if one < other)


def exact_key(text: str) -> bytes | None:
    """Equal for two texts of the same words; None for one too short to be a copy."""
    words = WORD.findall(text.casefold())
    if len(words) < FEWEST:
        return None
    return blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=12).digest()
