"""Which language a document is in, by py3langid. Short pieces are asked for their conversation's; knows no corpus."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from py3langid import classify

from core.documents import Document

ENOUGH: Final = 40  # letters from which a guess is right nineteen times in twenty
READ: Final = 600  # characters: more do not change the answer
LETTERS: Final = re.compile(r"[^\W\d_]")
NOISE: Final = re.compile(r"https?://\S+|[@#]\w+|```.*?```|`[^`\n]*`", re.DOTALL)


def language(text: str) -> str:
    """Two letters, or "" where there is too little to tell."""
    words = NOISE.sub(" ", text[: 2 * READ])[:READ]
    if len(LETTERS.findall(words)) < ENOUGH:
        return ""
    return str(classify(words)[0])


def languages(documents: Iterable[tuple[int, Document]]) -> Iterator[tuple[int, str]]:
    """The language of each document by its number: its own, or what its conversation mostly is in."""
    spoken: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    short: list[tuple[int, tuple[str, str]]] = []
    for number, document in documents:
        found = document.language or language(document.text)
        if found:
            spoken[document.source, document.thread][found] += 1
            yield number, found
        else:
            short.append((number, (document.source, document.thread)))
    for number, where in short:
        common = spoken[where].most_common(1) if where[1] else []
        yield number, common[0][0] if common else ""
