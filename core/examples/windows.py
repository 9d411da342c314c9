"""Long texts in windows that end with a sentence, or with a paragraph where one ends in time. Knows no token."""

import re
from collections.abc import Iterator
from typing import Final

from core.documents import Span

END: Final = re.compile(r"""\n\s*\n|[.!?…。！？]["'”’»)\]*_]*(?=\s|\Z)|(?<=[。！？])""")
SPACE: Final = re.compile(r"\s+")


def windows(text: str, most: int) -> Iterator[Span]:
    """`text` in spans of at most `most` characters; only where no sentence ends is one cut between words, or hard."""
    start = 0
    while len(text) - start > most:
        end = last_end(text, start + most // 2, start + most) or last_end(text, start + 1, start + most)
        end = end or last_space(text, start + most // 2, start + most) or start + most
        yield start, end
        start = end
    if text[start:].strip():
        yield start, len(text)


def last_end(text: str, least: int, most: int) -> int:
    """The last place in [least, most] behind a sentence or a paragraph; 0 where there is none."""
    paragraph = text.rfind("\n\n", least, most)
    if paragraph >= 0:
        return paragraph + 2
    found = [match.end() for match in END.finditer(text, least, most)]
    return found[-1] if found else 0


def last_space(text: str, least: int, most: int) -> int:
    found = [match.end() for match in SPACE.finditer(text, least, most)]
    return found[-1] if found else 0


def opening(text: str, sentences: int, most: int) -> int:
    """Where the first `sentences` of a text end, if that is within `most` characters; else 0."""
    found = [match.end() for match in END.finditer(text, 0, most) if match.group().strip()]
    return found[sentences - 1] if len(found) >= sentences else (found[-1] if found else 0)
