"""The words and the tables of AsciiDoc with Markdown's marks. Knows no blocks and no file."""

import re
from collections.abc import Sequence
from typing import Final

SPAN: Final = re.compile(
    r"(?<![\w`])`\+?(?=\S)([^`\n]{0,400}?)(?<=\S)\+?`(?![\w`])|\+\+\+([^+\n]{0,400})\+\+\+|``([^`\n]{1,400})``"
)
CURLED: Final = (
    (re.compile(r"\"`(?=\S)([^`\"]{1,400})`\""), "“\\1”"),
    (re.compile(r"'`(?=\S)([^`']{1,400})`'"), "‘\\1’"),
)
PICTURE: Final = re.compile(r"image::?[^\s\[\]]{1,1000}\[\"?([^\[\],\"\n]*+)[^\[\]\n]*+\]")
LINK: Final = re.compile(
    r"(?:link:|mailto:|xref:)[^\s\[\]]{1,1000}\[([^\[\]]*+)\]|(?:https?|ftp|irc)://[^\s\[\]<>]{1,1000}\[([^\[\]]*+)\]"
)
CROSS: Final = re.compile(r"<<[^<>,\n]{1,200}(?:,([^<>\n]{1,400}))?>>|&lt;&lt;")
ANCHOR: Final = re.compile(r"\[\[[^\[\]\n]*+\]\]|\[#[\w-]+\](?!#)|anchor:[\w-]+\[[^\[\]]*+\]")
NOTE: Final = re.compile(r"footnote(?:ref)?:[\w-]*\[((?:[^\[\]]|\[[^\[\]]*+\])*+)\]")
KEYS: Final = re.compile(r"(?:kbd|btn|menu|icon|pass|stem|indexterm2?):([\w>-]*)\[([^\[\]]*+)\]|\(\(\([^()\n]*+\)\)\)")
TERM: Final = re.compile(r"\(\(([^()\n]{1,200})\)\)")
ROLED: Final = re.compile(r"\[[^\[\]\n]{0,100}\](?=[#*_`])")
MARKED: Final = re.compile(r"##([^#\n]{1,400})##|(?<![\w#])#(?=\S)([^#\n]{1,400}?)(?<=\S)#(?![\w#])")
STRONG: Final = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*]{0,400}?[^\s*])\*(?![\w*])")
SLANTED: Final = re.compile(
    r"(?<![\w_\\])_(?=[^\s_])([^_]{0,400}?[^\s_])_(?![\w_])|(?<!_)__(?=[^\s_])([^_]{1,400})__(?!_)"
)
SETTING: Final = re.compile(r"\{([\w-]{1,60})\}")
BREAK: Final = re.compile(r" \+$", re.MULTILINE)
KNOWN: Final = {
    "nbsp": " ",
    "zwsp": "",
    "empty": "",
    "sp": " ",
    "apos": "'",
    "quot": '"',
    "lt": "&lt;",
    "gt": "&gt;",
    "amp": "&amp;",
}
GROWTH: Final = 200_000  # characters that settings may put into one text: each may stand in it a million times
CELL: Final = re.compile(r"(?:^|(?<=\s))(?:\d*(?:\.\d+)?[+*]?[<^>.]{0,4}[a-z]?)?\|")


class Words:
    """Knows the settings of one text, and gathers its notes."""

    def __init__(self, said: dict[str, str]) -> None:
        self.said = said
        self.notes: list[str] = []
        self._room = GROWTH

    def one(self, words: str) -> str:
        return " ".join(self.read([words]))

    def plain(self, words: str) -> str:
        """`words` with what they refer to put in, as a value of a header."""
        return SETTING.sub(self._setting, words)

    def read(self, lines: Sequence[str]) -> list[str]:
        text = "\n".join(lines)
        for pattern, new in CURLED if "`" in text else ():
            text = pattern.sub(new, text)
        parts = SPAN.split(text)
        prose = [self._prose(part) for part in parts[::4]]
        code = [
            code or passed or double or ""
            for code, passed, double in zip(parts[1::4], parts[2::4], parts[3::4], strict=True)
        ]
        shown = [f"`{one}`" if not parts[4 * place + 2] else one for place, one in enumerate(code)]
        return "".join(one for pair in zip(prose, [*shown, ""], strict=True) for one in pair).split("\n")

    def _prose(self, text: str) -> str:
        if "{" in text:
            text = SETTING.sub(self._setting, text)
        if "[" in text:
            text = NOTE.sub(self._note, text)
            text = LINK.sub(linked, PICTURE.sub(r"![\1]()", text))
            text = ROLED.sub("", ANCHOR.sub("", KEYS.sub(keys, text)))
        if "<<" in text:
            text = CROSS.sub(lambda cross: cross[1] or "", text)
        if "((" in text:
            text = TERM.sub(r"\1", text)
        if "#" in text:
            text = MARKED.sub(lambda marked: marked[1] or marked[2], text)
        text = STRONG.sub(r"**\1**", text) if "*" in text else text
        text = SLANTED.sub(lambda slanted: f"*{slanted[1] or slanted[2]}*", text) if "_" in text else text
        return BREAK.sub("  ", text)

    def _setting(self, found: re.Match[str]) -> str:
        name = found[1].lower()
        value = self.said.get(name)
        if value is None or len(value) > self._room:
            return KNOWN.get(name, found[0])
        self._room -= len(value)
        return value

    def _note(self, found: re.Match[str]) -> str:
        """Footnotes go to the end of the text."""
        if found[1].strip():
            self.notes += ["", found[1].strip()]
        return ""


def linked(link: re.Match[str]) -> str:
    words = (link[1] or link[2] or "").partition(",role=")[0].partition(",window=")[0].strip('"^ ')
    return words or (link[0].partition("[")[0] if link[1] is None else "")


def keys(found: re.Match[str]) -> str:
    """`Ctrl+C` of `kbd:[Ctrl+C]`, `File > Save` of `menu:File[Save]`."""
    if found[2] is None or found[0].startswith(("icon", "pass")):
        return ""
    return " > ".join(filter(None, (found[1], found[2])))


def in_pipes(lines: Sequence[str]) -> list[str]:
    """A table as Markdown has it: the cells of its first line are its columns."""
    cells: list[str] = []
    columns = 0
    for line in lines:
        first, *more = CELL.split(line)
        if first.strip() and cells and not more:
            cells[-1] = f"{cells[-1]} {first.strip()}"
        elif more:
            if first.strip() and cells:
                cells[-1] = f"{cells[-1]} {first.strip()}"
            cells += [one.strip() for one in more]
        if not line.strip() and cells and not columns:
            columns = len(cells)
        columns = columns or (len(more) if len(more) > 1 else 0)
    columns = columns or len(cells) or 1
    rows = [f"| {' | '.join(cells[start : start + columns])} |" for start in range(0, len(cells), columns)]
    return [*rows[:1], f"|{'---|' * columns}", *rows[1:]] if len(rows) > 1 else rows
