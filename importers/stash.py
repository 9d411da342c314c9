"""Code, set aside while the prose around it is cleaned. Knows no other markup.

A piece of code becomes two private characters with a number between them, which no cleaning rule touches.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

TOKEN: Final = re.compile("\ue000([0-9]{1,9})\ue001")
LONGEST: Final = 10  # lines: more is a listing, and would teach a bot to recite programs


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
            margin = line[: len(line) - len(line.lstrip(" \t>"))]
            yield TOKEN.sub(partial(self._code, margin="\n" + margin), line)

    def _code(self, token: re.Match[str], margin: str) -> str:
        number = int(token[1])  # of a piece of code, or of nothing: an entity can spell the private characters
        return self._kept[number].replace("\n", margin) if number < len(self._kept) else ""


def without_tokens(text: str) -> str:
    """`text` free of the two private characters, which some fonts use for icons."""
    return text.replace("\ue000", "").replace("\ue001", "")
