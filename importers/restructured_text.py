"""reStructuredText, as Sphinx, Pelican and Nikola read it: to Markdown. Nothing that a file asks for is done.

A directive is an order to a program (include this file, put this HTML there). What a person wrote in one stays, the
order goes: no file is opened and no HTML is taken over.
"""

import re
from collections.abc import Iterator
from typing import Final

from core.documents import Item
from importers import front_matter, markup, posts
from importers.base import About, TextFile
from importers.blocks import OTHER_NAMES, fenced, quoted, tight, without_margin
from importers.front_matter import Post
from importers.rst_words import Words, grid_rows, simple_rows

HEAD: Final = 1 << 12  # characters looked at
SIGNS: Final = re.compile(r"^\.\. (?:(?:title|slug): \S|_[\w -]{1,60}: |[a-z][\w-]{1,30}::(?: |$))", re.MULTILINE)
LINE: Final = re.compile(r"([!-/:-@\[-`{-~])\1*")  # over or under a title, or between two parts
SHORT: Final = 4  # characters: a shorter line is one only if the title is as short
FIELD: Final = re.compile(r":([\w][\w .-]{0,60}?):(?:[ ]+(.*)|[ ]*)")
META: Final = re.compile(r"\.\. ([a-z_]+):[ ]+(.*)")  # Nikola's
POST: Final = re.compile(r"\.\. post::[ ]*(.*)")  # ABlog's
NAMED_DAY: Final = re.compile(r"([^\W\d]{3})[^\W\d]*\.?[ ]+(\d{1,2}),?[ ]+(\d{4})")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DIRECTIVE: Final = re.compile(r"\.\.[ ]+(?:\|[^|]+\|[ ]+)?([\w:.+-]+?)::(?:[ ]+(.*)|[ ]*)")
NOTE: Final = re.compile(r"\.\.[ ]+\[(#?[\w.-]*|\*)\][ ]+(.*)")
EXPLICIT: Final = re.compile(r"\.\.(?:[ ].*|)|__[ ]+\S.*")
OPTION: Final = re.compile(r"[ ]*:[\w-]+:(?:[ ].*|)")
ALT: Final = re.compile(r"[ ]*:alt:[ ]+(.*)")
ITEM: Final = re.compile(r"(?:[-*+•]|\(?(?:\d{1,9}|#|[A-Za-z])[.)])[ ]+(?=\S)")
TABLE: Final = re.compile(r"=+(?:[ ]+=+)+")
GRID: Final = re.compile(r"\+(?:-+\+)+")
GRID_ROW: Final = re.compile(r"[+|].*[+|]")
VERSE: Final = re.compile(r"\|(?: .*|)")
CODE: Final = {"code", "code-block", "sourcecode", "parsed-literal", "prompt", "doctest", "testcode"}
QUOTES: Final = {"epigraph", "pull-quote", "highlights"}
LEFT_OUT: Final = {
    "raw", "include", "literalinclude", "toctree", "contents", "index", "meta", "csv-table", "graphviz", "plot", "role",
    "default-role", "math", "sectnum", "unicode", "replace", "date", "tags", "youtube", "vimeo", "gallery", "post",
    "soundcloud", "testsetup", "testcleanup", "testoutput", "bibliography", "postlist", "header", "footer", "highlight",
    "target-notes", "chart", "slides", "thumbnail", "gist", "currentmodule", "module",
}  # fmt: skip
NO_WORDS: Final = {"class", "container", "only", "rst-class", "figure", "compound", "tabs", "grid", "cssclass"}
LONGEST_TABLE: Final = 500  # lines
DEEPEST: Final = 12  # blocks in blocks
HEADER: Final = 200  # lines in which a file speaks about itself


class RestructuredText:
    about = About(title="reStructuredText", endings=(".rst", ".rest"))

    def can_read(self, file: TextFile) -> bool:
        """Its name says so; or it has an order or a target as only this has them, and a name that may be anything's."""
        if file.ending in self.about.endings:
            return True
        return file.ending in OTHER_NAMES and SIGNS.search(file.text[:HEAD]) is not None

    def read(self, file: TextFile) -> Iterator[Item]:
        post = front_matter.split(file.text)
        lines = [line.expandtabs(8).rstrip() for line in post.body.split("\n")]
        said, lines = settings(lines)
        text = "\n".join(Blocks(Words(lines)).read(lines))
        yield posts.item(file, Post("", {**said, **post.fields}), markup.clean(text))


def settings(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """What the file says about itself, under the names that headers of posts use, and the lines without it."""
    found: dict[str, str] = {}
    kept = [line for line in lines[:HEADER] if not (meta := META.fullmatch(line)) or said(found, meta[1], meta[2])]
    kept += lines[HEADER:]
    number = next((place for place, line in enumerate(kept) if line), 0)
    if is_line(kept, number):
        number += 1
    if is_line(kept, number + 1):
        number += 2
    number = next((place for place in range(number, len(kept)) if kept[place]), number)
    start = number
    while number < len(kept) and (
        (field := FIELD.fullmatch(kept[number])) or (number > start and kept[number][:1] == " ")
    ):
        if field:
            said(found, field[1], field[2] or "")
        number += 1
    for line in kept[:HEADER]:
        if post := POST.fullmatch(line):
            said(found, "date", post[1])
    if day := NAMED_DAY.fullmatch(found.get("date", "").strip()):
        month = MONTHS.index(day[1].lower()) + 1 if day[1].lower() in MONTHS else 0
        found["date"] = f"{day[3]}-{month:02}-{int(day[2]):02}"
    return found, [*kept[:start], *kept[number:]]


def said(found: dict[str, str], name: str, value: str) -> bool:
    """Note what a file says about itself; never a line of its text."""
    found.setdefault(name.lower(), value.strip("$ ").removeprefix("Date: "))
    return False


def is_line(lines: list[str], number: int) -> bool:
    return number < len(lines) and LINE.fullmatch(lines[number]) is not None


class Blocks:
    """Takes a text apart block by block; remembers the levels of its titles."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._levels: list[str] = []

    def read(self, lines: list[str], depth: int = 0) -> list[str]:
        found: list[str] = []
        number = 0
        while number < len(lines):
            if not lines[number]:
                found.append("")
                number += 1
            elif depth > DEEPEST:
                return [*found, *lines[number:]]
            else:
                made, number = self._block(lines, number, depth)
                found += made
        return found

    def _block(self, lines: list[str], number: int, depth: int) -> tuple[list[str], int]:
        """What the block that begins here becomes, and where the next one may begin."""
        line = lines[number]
        if line.startswith(" "):
            end = indented(lines, number)
            return quoted(self.read(without_margin(lines[number:end]), depth + 1)), end
        if title := self._title(lines, number):
            return title
        if EXPLICIT.fullmatch(line):
            return self._explicit(lines, number, depth)
        if TABLE.fullmatch(line) or GRID.fullmatch(line):
            return self._table(lines, number)
        if VERSE.fullmatch(line):
            end = run(lines, number, VERSE)
            return ["", *(f"{one}  " for one in self._words.read([one[2:] for one in lines[number:end]])), ""], end
        if line.startswith(">>>"):
            end = next((place for place in range(number, len(lines)) if not lines[place]), len(lines))
            return fenced(lines[number:end]), end
        if (item := ITEM.match(line)) and (
            number + 1 == len(lines) or lines[number + 1][:1] in ("", " ") or ITEM.match(lines[number + 1])
        ):
            return self._item(item, lines, number, depth)
        if field := FIELD.fullmatch(line):
            end = indented(lines, number + 1)
            body = self.read(without_margin(lines[number + 1 : end]), depth + 1)
            return [*self._words.read([f"{field[1]}: {field[2] or ''}".rstrip(": ")]), *body], end
        return self._paragraph(lines, number, depth)

    def _title(self, lines: list[str], number: int) -> tuple[list[str], int] | None:
        line = lines[number]
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if LINE.fullmatch(line):
            if after and number + 2 < len(lines) and lines[number + 2] == line and not LINE.fullmatch(after):
                return self._heading(line[0] * 2, after.strip()), number + 3
            return (["", "* * *", ""], number + 1) if len(line) >= SHORT else None
        if LINE.fullmatch(after) and len(after) >= min(SHORT, len(line)) and not EXPLICIT.fullmatch(line):
            return self._heading(after[0], line), number + 2
        return None

    def _heading(self, style: str, words: str) -> list[str]:
        if style not in self._levels:
            self._levels.append(style)
        level = min(self._levels.index(style) + 1, 6)
        return ["", f"{'#' * level} {' '.join(self._words.read([words]))}", ""]

    def _explicit(self, lines: list[str], number: int, depth: int) -> tuple[list[str], int]:
        """An order, a note, a target or a remark, with the lines that belong to it."""
        line, after = lines[number], lines[number + 1] if number + 1 < len(lines) else ""
        if line == ".." and not after:
            return [], number + 1
        end = indented(lines, number + 1)
        body = without_margin(lines[number + 1 : end])
        if directive := DIRECTIVE.fullmatch(line):
            return self._directive(directive[1], directive[2] or "", body, depth), end
        if note := NOTE.fullmatch(line):
            label = note[1].strip("#*") or "note"
            words = " ".join(filter(None, [note[2], *body]))
            return ["", f"[^{label}]: {' '.join(self._words.read([words]))}", ""], end
        return [], end

    def _directive(self, name: str, words: str, body: list[str], depth: int) -> list[str]:
        options = body[: first_not(body, OPTION)]
        body = body[len(options) :]
        if name in CODE:
            return fenced(tight(body), words)
        if name in ("image", "figure"):
            alt = next((found[1] for line in options if (found := ALT.fullmatch(line))), "")
            return ["", f"![{alt}]()" if alt and not any(body) else "", *self.read(body, depth + 1), ""]
        if name in LEFT_OUT or name.startswith("auto"):
            return []
        if name in NO_WORDS:
            words = ""
        inner = self.read([words, *body] if words else body, depth + 1)
        return quoted(inner) if name in QUOTES else ["", *inner, ""]

    def _table(self, lines: list[str], number: int) -> tuple[list[str], int]:
        if GRID.fullmatch(lines[number]):
            end = run(lines, number, GRID_ROW)
            found = grid_rows(lines[number:end])
        else:
            end = self._end_of_table(lines, number)
            found = simple_rows(lines[number:end])
        return ["", *self._words.read(found), ""], end

    def _end_of_table(self, lines: list[str], number: int) -> int:
        """Behind the last line of a table: the first `===  ===` with nothing below it, else the first blank line."""
        for place in range(number + 1, min(number + LONGEST_TABLE, len(lines))):
            if TABLE.fullmatch(lines[place]) and (place + 1 == len(lines) or not lines[place + 1]):
                return place + 1
        return next((place for place in range(number, len(lines)) if not lines[place]), len(lines))

    def _item(self, item: re.Match[str], lines: list[str], number: int, depth: int) -> tuple[list[str], int]:
        end = indented(lines, number + 1)
        mark = "1. " if item[0].strip("(").startswith("#") else item[0].strip("( ").replace("•", "-") + " "
        inner = tight(self.read([lines[number][item.end() :], *without_margin(lines[number + 1 : end])], depth + 1))
        return [mark + inner[0], *(f"{' ' * len(mark)}{line}".rstrip() for line in inner[1:])], end

    def _paragraph(self, lines: list[str], number: int, depth: int) -> tuple[list[str], int]:
        end = number + 1
        while end < len(lines) and lines[end] and not lines[end].startswith(" "):
            end += 1
        words = self._words.read(without_colons(lines[number:end]))
        if not lines[end - 1].endswith("::"):
            if end < len(lines) and lines[end]:  # a term, and below it what it means
                after = indented(lines, end)
                return [*words, "", *self.read(without_margin(lines[end:after]), depth + 1), ""], after
            return words, end
        start = next((place for place in range(end, len(lines)) if lines[place]), len(lines))
        if start == len(lines) or not lines[start].startswith(" "):
            return words, end
        after = indented(lines, start)
        return [*words, *fenced(lines[start:after])], after


def without_colons(lines: list[str]) -> list[str]:
    """Lines without the sign that code follows: nothing where it stands alone, else a colon."""
    if not lines[-1].endswith("::"):
        return lines
    last = lines[-1].removesuffix("::")
    return [*lines[:-1], last.rstrip() if last != last.rstrip() else f"{last}:" if last else ""]


def indented(lines: list[str], number: int) -> int:
    """Behind the last of the lines from here on that are indented; blank ones between them belong to them."""
    end = number
    while number < len(lines) and (not lines[number] or lines[number].startswith(" ")):
        number += 1
        end = number if lines[number - 1] else end
    return end


def run(lines: list[str], number: int, kind: re.Pattern[str]) -> int:
    while number < len(lines) and kind.fullmatch(lines[number]):
        number += 1
    return number


def first_not(lines: list[str], kind: re.Pattern[str]) -> int:
    return next((place for place, line in enumerate(lines) if not kind.fullmatch(line)), len(lines))
