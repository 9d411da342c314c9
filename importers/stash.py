"""Code, set aside while the prose around it is cleaned. Knows no other markup.

A piece of code becomes two private characters with a number between them, which no cleaning rule touches.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

TOKEN: Final = re.compile("\ue000(\\d+)\ue001")
MARGIN: Final = re.compile(r"[ \t>]*")
LONGEST: Final = 10  # lines: more is a listing, and would teach a bot to recite programs
PIECE: Final = 1 << 16  # characters that one regular expression may hold the interpreter for


class Stash:
    def __init__(self) -> None:
        self._kept: list[str] = []

    def put(self, code: str) -> str:
        self._kept.append(code)
        return f"\ue000{len(self._kept) - 1}\ue001"

    def put_block(self, code: str, language: str = "") -> str:
        """A token on a line of its own for a block of code; a long block leaves only a sign that it was there."""
        lines = code.strip("\n").rstrip().split("\n")
        if not any(lines):
            return ""
        return self.put("[code]" if len(lines) >= LONGEST else "\n".join((f"```{language}", *lines, "```")))

    def restore(self, lines: Iterable[str]) -> Iterator[str]:
        """Put the code back; every line of a block gets the margin (spaces, "> ") of the line its token was on."""
        for line in lines:
            if "\ue000" not in line:
                yield line
                continue
            margin = "\n" + MARGIN.match(line)[0]  # type: ignore[index] # it matches the empty string too
            yield TOKEN.sub(lambda token: self._kept[int(token[1])].replace("\n", margin), line)  # noqa: B023 - used at once


def pieces(text: str) -> Iterator[str]:
    """`text` in parts of at most PIECE characters, cut at a blank line, else a line, else a word, if there is one."""
    start = 0
    while len(text) - start > PIECE:
        end = start + PIECE
        for gap in ("\n\n", "\n", " "):
            found = text.rfind(gap, start + PIECE // 2, end)
            if found > 0:
                end = found + len(gap)
                break
        yield text[start:end]
        start = end
    yield text[start:]
