"""Code, set aside while the prose around it is cleaned: what looks like markup inside it is not.

A piece of code becomes two private characters with a number between them, which no cleaning rule touches.
"""

import html
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

TOKEN: Final = re.compile("\ue000([0-9]{1,9})\ue001")
LONGEST: Final = 10  # lines: more is a listing, and would teach a bot to recite programs
FENCE: Final = re.compile(r"([ \t>]*)(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^`]*")
TEMPLATE_FENCE: Final = re.compile(r"\s*\{(?:%-?|\{[<%])\s*highlight\s+[\"']?(\w*)")
TEMPLATE_FENCE_END: Final = re.compile(r"\s*\{(?:%-?\s*endhighlight|\{[<%]\s*/\s*highlight)")
QUERIES: Final = {"dataview", "dataviewjs", "tasks", "query"}  # programs for Obsidian, not writing
SAME_PARAGRAPH: Final = r"\n(?![ \t]*\n)"
SPAN: Final = re.compile(  # code between one backtick or two, or a formula
    rf"(?<!`)`(?!`)(?:[^`\n]|{SAME_PARAGRAPH})++`(?!`)"
    rf"|(?<!`)``(?!`)(?:[^`\n]|`(?!`)|{SAME_PARAGRAPH})++``(?!`)"
    rf"|\$\$(?:[^$\n]|\$(?!\$)|{SAME_PARAGRAPH})++\$\$"
)
ANY_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*+>")


class Stash:
    def __init__(self) -> None:
        self._kept: list[str] = []

    @property
    def is_used(self) -> bool:
        return bool(self._kept)

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


def fences(lines: list[str], stash: Stash) -> Iterator[str]:
    """Set fenced code aside. A fence that is never closed is dropped and its text stays text."""
    shortest_open: dict[str, int] = {}  # fences of this length and longer are known to have no end
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        fence = FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
        template = TEMPLATE_FENCE.match(line) if "highlight" in line else None
        if not fence and not template:
            yield line
            continue
        margin, mark, language = fence.groups() if fence else ("", "{", template[1] if template else "")
        end = None if len(mark) >= shortest_open.get(mark[0], 1 << 30) else closing(lines, number, mark)
        if end is None:
            shortest_open[mark[0]] = len(mark)
            continue
        code = "\n".join(row.removeprefix(margin).removeprefix(margin.rstrip()) for row in lines[number:end])
        if language.lower() not in QUERIES:
            yield from ("", margin + stash.put_block(code, language), "")
        number = end + 1


def closing(lines: list[str], start: int, mark: str) -> int | None:
    """The line that closes a fence opened with `mark` before line `start`."""
    for number in range(start, len(lines)):
        line = lines[number].strip(" \t>")
        if mark == "{":
            if TEMPLATE_FENCE_END.match(line):
                return number
        elif line.startswith(mark) and not line.strip(mark[0]):
            return number
    return None


def preformatted(text: str, stash: Stash) -> str:
    """Set `<pre>` blocks aside, without their tags."""
    parts: list[str] = []
    position = 0
    while (start := text.find("<pre", position)) >= 0 and (end := text.find("</pre>", start)) >= 0:
        inside = text[text.find(">", start) + 1 : end]
        code = html.unescape(ANY_TAG.sub("", inside))
        parts += [text[position:start], "\n\n", stash.put_block(code), "\n\n"]
        position = end + len("</pre>")
    return "".join((*parts, text[position:]))


def spans(text: str, stash: Stash) -> str:
    """Set code in a line, and formulas, aside."""
    return SPAN.sub(lambda match: stash.put(match[0] if match[0][0] == "$" else match[0].replace("\n", " ")), text)
