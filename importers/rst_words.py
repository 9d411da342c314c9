"""The words and the tables of reStructuredText with Markdown's marks. Knows no blocks and no file."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

TARGET: Final = re.compile(r"\.\.[ ]+_(?:`([^`]+)`|([^:`]+)):(?:[ ].*|)")
REPLACED: Final = re.compile(r"\.\.[ ]+\|([^|]+)\|[ ]+(replace|unicode)::[ ]+(.*)")
LITERAL: Final = re.compile(r"``(?=\S)((?:[^`]|`(?!`)){0,500}?)(?<=\S)``(?!`)")
ROLE: Final = re.compile(r":([\w:+.-]{1,40}):`([^`]{1,500})`")
LINK: Final = re.compile(r"`([^`<>]{1,400}?)\s{0,20}<[^<>`]{1,1000}>`__?")
NAMED: Final = re.compile(r"_?`([^`]{1,500})`(_{0,2})")
NOTE: Final = re.compile(r" ?\[(#?[\w.-]*|\*)\]_(?!\w)")
REFERENCE: Final = re.compile(r"(?<![\w`])(\w{1,80}(?:[-.+:]\w{1,80}){0,6}?)__?(?![\w`])")
PLACE: Final = re.compile(r"\|([^|\s](?:[^|\n]{0,60}[^|\s])?)\|_{0,2}")
NOTHING: Final = re.compile(r"\\[ \n]")
GROWTH: Final = 200_000  # characters that abbreviations may put into one text: each may stand in it a million times
AIM: Final = re.compile(r"\s{0,20}<[^<>]*>$")
CODE: Final = {
    "code", "file", "kbd", "command", "program", "samp", "func", "class", "meth", "mod", "option", "envvar", "literal",
    "data", "attr", "exc", "const", "py", "c", "cpp", "js", "rst",
}  # fmt: skip


class Words:
    """Knows the targets and the abbreviations of one text."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._targets: set[str] = set()
        self._replaced: dict[str, str] = {}
        self._room = GROWTH
        for line in lines:
            if line.startswith(".."):
                if target := TARGET.fullmatch(line):
                    self._targets.add((target[1] or target[2]).lower().replace("\\", ""))
                elif place := REPLACED.fullmatch(line):
                    self._replaced[place[1].lower()] = place[3] if place[2] == "replace" else ""

    def read(self, lines: Sequence[str]) -> list[str]:
        parts = LITERAL.split("\n".join(lines).replace("\x02", ""))
        parts[::2] = [self._prose(part) for part in parts[::2]]
        parts[1::2] = [f"``{part}``" if "`" in part else f"`{part}`" for part in parts[1::2]]
        return "".join(parts).split("\n")

    def _prose(self, text: str) -> str:
        if "|" in text and self._replaced:
            text = PLACE.sub(self._in_full, text)
        if "`" in text:
            text = LINK.sub(lambda link: link[1], ROLE.sub(role, text))
            text = NAMED.sub(named, text)
        if "_" in text:
            text = REFERENCE.sub(self._reference, NOTE.sub(lambda note: f"[^{note[1].strip('#*') or 'note'}]", text))
        return (NOTHING.sub("", text) if "\\" in text else text).replace("\x02", "`")

    def _in_full(self, place: re.Match[str]) -> str:
        words = self._replaced.get(place[1].lower())
        if words is None or len(words) > self._room:
            return place[0]
        self._room -= len(words)
        return words

    def _reference(self, found: re.Match[str]) -> str:
        return found[1] if found[1].lower() in self._targets else found[0]


def role(found: re.Match[str]) -> str:
    """What a reader sees of `:ref:`the garden <garden>``."""
    name, words = found[1].rpartition(":")[2], AIM.sub("", found[2])
    if words.startswith("~"):
        words = words.rpartition(".")[2]
    words = words.lstrip("!~")
    if name == "math":
        return f"${words}$"
    return f"\x02{words}\x02" if name in CODE else {"strong": f"**{words}**", "emphasis": f"*{words}*"}.get(name, words)


def named(found: re.Match[str]) -> str:
    """The words of a link or a target; what is only between two marks is the title of something."""
    return found[1] if found[2] or found[0].startswith("_") else f"*{found[1]}*"


# Tables


def simple_rows(lines: Sequence[str]) -> list[str]:
    """A table between lines of `=====  =====`, row by row."""
    starts = [found.start() for found in re.finditer(r"=+", lines[0])]
    rows: list[list[str]] = []
    borders = 0
    for line in lines:
        if not line.strip("= "):
            borders += bool(line)
            if borders == 2 and line:
                rows.append([])
        elif line.strip("- "):
            cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
            if not cells[0] and rows and rows[-1]:  # the row before goes on
                rows[-1] = [f"{old} {new}".strip() for old, new in zip(rows[-1], cells, strict=True)]
            else:
                rows.append(cells)
    return in_pipes(rows[:-1] if rows and not rows[-1] else rows, len(starts))


def grid_rows(lines: Sequence[str]) -> list[str]:
    """A table between `+----+----+`, row by row; the lines of a cell are one."""
    starts = [found.start() for found in re.finditer(r"\+", lines[0])]
    rows: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("+"):
            rows += [[], []] if "=" in line and rows[-1] else [[]] if rows[-1] else []
            continue
        cells = [line[start + 1 : end].strip(" |") for start, end in pairwise(starts)]
        rows[-1] = [f"{old} {new}".strip() for old, new in zip(rows[-1] or [""] * len(cells), cells, strict=True)]
    return in_pipes(rows[:-1] if not rows[-1] else rows, len(starts) - 1)


def in_pipes(rows: Sequence[Sequence[str]], columns: int) -> list[str]:
    """Rows as Markdown has them; an empty one stands for the line under the names of the columns."""
    return [f"| {' | '.join(row)} |" if row else f"|{'---|' * columns}" for row in rows]
