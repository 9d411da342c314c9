"""Markdown line by line: headings, rulers, quotations and indented code in one shape each. Knows no words."""

import re
from typing import Final

from importers.stash import Stash

RULER: Final = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
UNDERLINE: Final = re.compile(r" {0,3}(?:(=+)|-+)[ \t]*")
DEFINITION: Final = re.compile(r" {0,3}\[([^\[\]^][^\[\]]*)\]:[ \t]*\S*(?:[ \t]+[\"'(].*|[ \t]*)")
FOOTNOTE: Final = re.compile(r" {0,3}\[\^[^\[\]]+\]:[ \t]*(.*)")
ADDRESS: Final = re.compile(r"<?\w+:\S*")
CALLOUT: Final = re.compile(r"[ \t]*>[ \t]*\[![\w-]+\][+-]?[ \t]*(.*)")
QUOTED: Final = re.compile(r" {0,3}>")
LIST_ITEM: Final = re.compile(r"\s*(?:[-*+•]|\d{1,9}[.)])(?:\s|$)")
OWN_LINE: Final = re.compile(r"\s*(?:[-*+•]\s|\d{1,9}[.)]\s|#{1,6}\s|\||>|:\s|\ue000\d+\ue001$)")
ONLY_TAGS: Final = re.compile(r"\s*(?:#[^\W\d][\w/-]*\s*)+")
TASK: Final = re.compile(r"\A(\s*[-*+] )\[[ xX]\] ")
CODE_INDENT: Final = re.compile(r"(?: {4}|\t| {1,3}\t)")


class Lines:
    """Reads lines one after the other, remembering what the ones before were."""

    def __init__(self, stash: Stash) -> None:
        self._stash = stash
        self._out: list[str] = []
        self._labels: set[str] = set()
        self._code: list[str] = []
        self._in_list = False
        self._in_callout = False

    def read(self, lines: list[str]) -> tuple[list[str], set[str]]:
        """The lines, and the labels that links in them refer to."""
        for line in lines:
            if not self._takes_code(line):
                self._take(line)
        self._flush_code()
        return self._out, self._labels

    def _takes_code(self, line: str) -> bool:
        """Whether the line belongs to a block of indented code; blank lines between two such lines do."""
        if self._code and not line.strip():
            self._code.append("")
            return True
        blank_before = bool(self._code) or not self._out or not self._out[-1].strip()
        if blank_before and not self._in_list and CODE_INDENT.match(line) and line.strip() and "\ue000" not in line:
            self._code.append(line.expandtabs(4)[4:])
            return True
        self._flush_code()
        return False

    def _flush_code(self) -> None:
        if self._code:
            self._out += [self._stash.put_block("\n".join(self._code)), ""]
            self._code = []

    def _take(self, line: str) -> None:
        before = self._out[-1] if self._out else ""
        if not line.strip():
            self._in_callout = False
            self._out.append("")
        elif QUOTED.match(line):
            self._take_quoted(line)
        elif before.startswith(">") and before.strip("> ") and not OWN_LINE.match(line) and not RULER.fullmatch(line):
            self._out.append("> " + line.lstrip())  # Markdown lets a quotation's later lines go without their mark
        else:
            self._in_callout = False
            self._take_plain(line, before)

    def _take_quoted(self, line: str) -> None:
        if callout := CALLOUT.fullmatch(line):
            self._in_callout = True
            self._out.append(callout[1])
        elif self._in_callout:
            self._out.append(line.lstrip()[1:].removeprefix(" "))
        else:
            self._out.append("> " + line.lstrip()[1:].removeprefix(" "))

    def _take_plain(self, line: str, before: str) -> None:
        underline = UNDERLINE.fullmatch(line)
        alone = len(self._out) < 2 or not self._out[-2].strip()
        if underline and alone and before.strip() and not OWN_LINE.match(before):
            self._out[-1] = ("# " if underline[1] else "## ") + before.strip()
        elif RULER.fullmatch(line):
            self._out += ["", "* * *", ""]
        elif definition := DEFINITION.fullmatch(line):
            self._labels.add(definition[1].lower())
        elif footnote := FOOTNOTE.fullmatch(line):
            self._out += [] if ADDRESS.fullmatch(footnote[1].strip()) else ["", footnote[1]]
        elif not ONLY_TAGS.fullmatch(line):
            self._in_list = bool(LIST_ITEM.match(line)) or (self._in_list and line[0] in " \t")
            self._out.append(TASK.sub(r"\1", line))
