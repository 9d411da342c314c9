"""HTML tags to Markdown, one tag at a time: `start`, `data`, `end` in, text out. Knows no parser and no file.

What stands in a blockquote comes out as lines that begin with "> ". Tags may be unbalanced and nested without end;
the time taken grows with the length of the input and nothing else.
"""

import re
from collections.abc import Mapping
from typing import Final

from importers.characters import tidy

# What a tag becomes when it opens and when it closes.
BLOCK: Final = ("\n\n", "\n\n")
NOTHING: Final = ("", "")
MARKS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(
        (
            "address", "article", "aside", "body", "button", "canvas", "caption", "center", "details", "dialog", "div",
            "dl", "fieldset", "figcaption", "figure", "footer", "form", "head", "header", "html", "iframe", "main",
            "nav", "object", "optgroup", "option", "p", "section", "select", "summary", "table", "video",
            "audio", "noscript", "legend", "hgroup", "ol", "ul", "menu", "label", "picture",
        ),
        BLOCK,
    ),
    **dict.fromkeys(
        (
            "a", "abbr", "acronym", "area", "b", "base", "bdi", "bdo", "big", "cite", "code", "col", "colgroup", "data",
            "del", "dfn", "em", "embed", "font", "i", "img", "input", "ins", "kbd", "link", "map", "mark", "meta",
            "meter", "output", "param", "path", "progress", "rect", "ruby", "rb", "rp", "rt", "s", "samp", "small",
            "source", "span", "strike", "strong", "sub", "sup", "svg", "g", "circle", "time", "title", "track", "tt",
            "u", "var", "wbr", "blockquote", "script", "style", "template", "textarea", "line", "polygon", "defs",
            "tbody", "tfoot", "thead", "tr", "td", "th",
        ),
        NOTHING,
    ),
    **{f"h{level}": ("\n\n" + "#" * level + " ", "\n\n") for level in range(1, 7)},
    "br": ("\n", ""), "hr": ("\n\n* * *\n\n", ""), "pre": BLOCK,
    "dt": ("\n\n", "\n"), "dd": ("\n", "\n\n"),
    "li": ("\n- ", ""), "q": ("“", "”"),
}  # fmt: skip
AROUND: Final = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~", "code": "`"}
BOXES: Final = frozenset({"div", "section", "figure", "table", "blockquote"})
SILENT: Final = frozenset({"script", "style", "template", "textarea", "svg", "select", "iframe", "noscript", "head"})
SIMPLE: Final = {  # what only puts down its marks
    tag: marks
    for tag, marks in MARKS.items()
    if tag not in {*AROUND, *BOXES, *SILENT, "img", "ol", "ul", "li", "tr", "td", "th"}
}
BULLET: Final = re.compile(r"\n(?:-|\d+\.) ")
DEEPEST: Final = 8  # quotations in quotations; deeper ones are shown at this depth
FILE_NAME: Final = re.compile(r"\S*|.*\.(?:jpe?g|png|gif|webp|svg|heic|bmp|tiff?)", re.IGNORECASE)


class Writer:
    """Collects Markdown. `close()` returns it."""

    def __init__(self) -> None:
        self.boxes = 0  # open elements that hold blocks
        self._frames: list[list[str]] = [[]]  # the text, and inside it one list for each open blockquote
        self._quotes = 0
        self._silent: str | None = None
        self._silenced = 0
        self._around: dict[str, tuple[list[str], int]] = {}  # open emphasis: its frame, and where in it
        self._ordered: list[int] = []  # numbers of the open lists; 0 for one with bullets
        self._cells: int | None = None  # so far in the open row of a table

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in SIMPLE:
            self._put_down(SIMPLE[tag][0])
            return
        self.boxes += tag in BOXES
        if self._silent:
            self._silenced += tag == self._silent
        elif tag in SILENT:
            self._silent, self._silenced = tag, 1
        elif tag == "blockquote":
            self._open_quote()
        elif tag == "img":
            self.data(alternative(attributes.get("alt", "")))
        elif tag in AROUND:
            self._around.setdefault(AROUND[tag], (self._frames[-1], len(self._frames[-1])))
        else:
            self.data(self._opening(tag))

    def end(self, tag: str) -> None:
        if tag in SIMPLE:
            self.data(SIMPLE[tag][1])
            return
        self.boxes = max(0, self.boxes - (tag in BOXES))
        if self._silent:
            self._silenced -= tag == self._silent
            self._silent = self._silent if self._silenced else None
        elif tag == "blockquote":
            self._close_quote()
        elif tag in AROUND:
            self._close_around(AROUND[tag])
        else:
            if tag in ("ol", "ul") and self._ordered:
                self._ordered.pop()
            self._cells = None if tag in ("tr", "table") else self._cells
            self.data(MARKS.get(tag, NOTHING)[1])

    def data(self, text: str) -> None:
        if text and not self._silent and (self._cells is None or not text.isspace()):
            self._frames[-1].append(text)

    def close(self) -> str:
        while len(self._frames) > 1:
            self._fold()
        return "".join(self._frames[0])

    def _opening(self, tag: str) -> str:
        if tag in ("ol", "ul"):
            self._ordered.append(1 if tag == "ol" else 0)
        if tag == "li" and self._ordered and self._ordered[-1]:
            self._ordered[-1] += 1
            return f"\n{self._ordered[-1] - 1}. "
        if tag in ("td", "th") and self._cells is not None:
            self._cells += 1
            return " | " if self._cells > 1 else ""
        if tag == "tr":
            self._frames[-1].append("\n")
            self._cells = 0
        self._put_down(MARKS.get(tag, NOTHING)[0])
        return ""

    def _put_down(self, opening: str) -> None:
        """The marks with which a tag opens, unless nothing was said yet since the bullet of an item."""
        if opening:
            frame = self._frames[-1]
            if not (frame and frame[-1][-1:] == " " and BULLET.fullmatch(frame[-1])):
                self.data(opening)

    def _open_quote(self) -> None:
        self._quotes += 1
        if self._quotes <= DEEPEST:
            self._frames.append([])

    def _close_quote(self) -> None:
        if self._quotes == 0:
            return
        if self._quotes <= DEEPEST:
            self._fold()
        self._quotes -= 1

    def _fold(self) -> None:
        """The innermost quotation becomes lines of the text around it."""
        said = "".join(self._frames.pop())
        self._frames[-1].append(quotation(said))

    def _close_around(self, mark: str) -> None:
        """Put the marks tight around what was said in between, or nowhere when that was nothing."""
        frame, place = self._around.pop(mark, ([], 0))
        if frame is not self._frames[-1]:
            return
        said = "".join(frame[place:])
        del frame[place:]
        core = said.strip()
        if not core or "\n\n" in core or mark in core:
            frame.append(said)
        elif core == said:
            frame.append(f"{mark}{said}{mark}")
        else:
            before, after = said[: len(said) - len(said.lstrip())], said[len(said.rstrip()) :]
            frame.append(f"{before}{mark}{core}{mark}{after}")


def quotation(said: str) -> str:
    """What stands in a blockquote, as lines of their own."""
    text = tidy(said.split("\n"))
    quoted = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    return f"\n\n{quoted}\n\n" if text else "\n\n"


def alternative(words: str) -> str:
    """The words under a picture when they are words; a file name or a single word says nothing without it."""
    words = " ".join(words.split())
    return "" if FILE_NAME.fullmatch(words) else words
