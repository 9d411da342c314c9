"""AsciiDoc: to Markdown. Nothing that a file asks for is done: no other file is opened, no HTML is taken over."""

import re
from collections.abc import Iterator
from typing import Final

from core.documents import Item
from importers import front_matter, markup, posts
from importers.asciidoc_words import Words, in_pipes
from importers.base import About, TextFile
from importers.blocks import OTHER_NAMES, fenced, quoted, tight
from importers.front_matter import Post

HEAD: Final = 1 << 12  # characters looked at
SIGNS: Final = re.compile(r"\A\s*(?:(?://[^\n]*|:[\w-]+:[^\n]*)\n+){0,40}= \S[^\n]*\n")
MORE_SIGNS: Final = re.compile(
    r"^(?::[\w-]+:(?: [^\n]*)?|={2,5} \S[^=\n]*|\[(?:source|quote|NOTE)[^\]\n]*\])$", re.MULTILINE
)
ATTRIBUTE: Final = re.compile(r":(!?[\w-]+!?):(?:[ \t]+(.*)|[ \t]*)")
FIELDS: Final = {
    "title": "title", "doctitle": "title", "author": "author", "date": "date", "revdate": "date", "docdate": "date",
    "page-date": "date", "jbake-date": "date", "description": "description", "jbake-status": "status", "draft": "draft",
    "published": "published", "page-layout": "layout", "layout": "layout", "tags": "tags", "keywords": "tags",
    "jbake-title": "title", "published_at": "date", "status": "status",
}  # fmt: skip
DAY: Final = re.compile(r"(?:^|.*[\s,])(\d{4}-\d{1,2}-\d{1,2})(?!\d).*")
HEADING: Final = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*)")
UNDERLINES: Final = "=-~^+"
FENCE: Final = re.compile(r"(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|`{3,}|\"\")(.*)")
TABLE: Final = re.compile(r"[|,:!]={3,}[ \t]*")
LIST: Final = re.compile(
    r"[ \t]*(\*{1,6}|-|\.{1,6}|\d{1,9}\.|[a-zA-Z]\.|<(?:\d+|\.)>)[ \t]+(?:\[[ xX*]\][ \t]+)?(\S.*)"
)
TERM: Final = re.compile(r"[ \t]*(\S.{0,200}?)(?::{2,4}|;;)(?:[ \t]+(.*)|[ \t]*)")
ROLE: Final = re.compile(r"\[([^\[\]]*|\[[^\[\]]*\])\][ \t]*")
TITLE: Final = re.compile(r"\.([^\s.].*)")
ORDER: Final = re.compile(r"(?:include|video|audio|toc|ifdef|ifndef|ifeval|endif|gist|youtube|chart)::[^\s\[]*+\[.*\]")
RULER: Final = re.compile(r"'{3,}|\*[ ]?\*[ ]?\*|-[ ]-[ ]-")
CODE: Final = re.compile(r"\s*<(?:\d+|\.)>")  # a mark in code that a note explains
QUOTE: Final = ("quote", "verse", '"')
LEFT_OUT: Final = (
    "pass",
    "stem",
    "comment",
    "latexmath",
    "asciimath",
    "bibliography",
    "ditaa",
    "plantuml",
    "graphviz",
    "mermaid",
)
DEEPEST: Final = 12  # blocks in blocks


class AsciiDoc:
    about = About(title="AsciiDoc", endings=(".adoc", ".asciidoc", ".ad"))

    def can_read(self, file: TextFile) -> bool:
        """Its name says so; or it begins with a title and has settings or headings as only this has them."""
        if file.ending in self.about.endings:
            return True
        head = file.text[:HEAD]
        return file.ending in OTHER_NAMES and bool(SIGNS.match(head) and MORE_SIGNS.search(head))

    def read(self, file: TextFile) -> Iterator[Item]:
        post = front_matter.split(file.text)
        said, lines = header([line.rstrip() for line in post.body.split("\n")])
        words = Words(said)
        text = "\n".join([*Blocks(words).read(lines), "", *words.notes])
        fields = {FIELDS[name]: words.plain(value) for name, value in said.items() if name in FIELDS and value}
        fields["title"] = posts.MARKS.sub(r"\1", fields.get("title", ""))
        yield posts.item(file, Post("", {**fields, **post.fields}), markup.clean(text))


def header(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The settings of a text, and its lines without its head: title, author, edition."""
    said = {"doctitle": ""}
    number = 0
    while number < len(lines) and (
        not lines[number] or (lines[number].startswith(("//", ":")) and "////" not in lines[number])
    ):
        note(said, lines[number])
        number += 1
    title = HEADING.fullmatch(lines[number]) if number < len(lines) else None
    if title and len(title[1]) == 1:
        said["doctitle"] = bare(title)
        number += 1
        while number < len(lines) and lines[number]:
            if not note(said, lines[number]) and not lines[number].startswith("//"):
                note_line(said, lines[number])
            number += 1
    return said, lines[number:]


def bare(heading: re.Match[str]) -> str:
    """The words of a heading, without marks at their end."""
    return heading[2].removesuffix(f" {heading[1]}").rstrip()


def note(said: dict[str, str], line: str) -> bool:
    """Whether a line sets something, which is noted; the first wins, as a head comes before what it heads."""
    setting = ATTRIBUTE.fullmatch(line)
    if setting:
        said[setting[1].strip("!").lower()] = setting[2] or ""
    return setting is not None


def note_line(said: dict[str, str], line: str) -> None:
    """The lines below a title: who wrote it, and `v1.2, 2020-01-31: remark`."""
    if day := DAY.fullmatch(line):
        said.setdefault("date", day[1])
    elif "author" not in said:
        said["author"] = line.partition("<")[0].strip()


class Blocks:
    """Takes a text apart block by block."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def read(self, lines: list[str], depth: int = 0) -> list[str]:
        found: list[str] = []
        ends = ends_of(lines)
        number, role = 0, ""
        while number < len(lines):
            line = lines[number]
            if line and (given := ROLE.fullmatch(line)):
                role = given[1].strip("\"'[]# ").partition(",")[0].partition("%")[0].strip().lower() or role
                language = given[1].split(",")[1].strip() if given[1].count(",") and role == "source" else ""
                role = f"source {language}" if language else role
                number += 1
                continue
            made, number = self._block(lines, number, role, ends, depth)
            found += made
            role = ""
        return found

    def _block(
        self, lines: list[str], number: int, role: str, ends: dict[str, list[int]], depth: int
    ) -> tuple[list[str], int]:
        """What the block that begins here becomes, and where the next one may begin."""
        line = lines[number]
        if not line or line == "+":  # which joins a block to an item
            return [""], number + 1
        if (fence := FENCE.fullmatch(line)) and (end := closing(ends, line, number)) and depth < DEEPEST:
            return self._fenced(fence, role, lines[number + 1 : end], depth), end + 1
        if TABLE.fullmatch(line) and (end := closing(ends, line, number)):
            return ["", *self._words.read(in_pipes(lines[number + 1 : end])), ""], end + 1
        if line.startswith("//") or ORDER.fullmatch(line) or line == "<<<" or note(self._words.said, line):
            return [], number + 1
        if heading := HEADING.fullmatch(line):
            return ["", f"{'#' * len(heading[1])} {self._words.one(bare(heading))}", ""], number + 1
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if is_underline(line, after) and (number == 0 or not lines[number - 1]):
            return ["", f"{'#' * (UNDERLINES.index(after[0]) + 1)} {self._words.one(line)}", ""], number + 2
        if RULER.fullmatch(line):
            return ["", "* * *", ""], number + 1
        if title := TITLE.fullmatch(line):
            return ["", self._words.one(title[1]), ""], number + 1
        if line.startswith((" ", "\t")) and not LIST.fullmatch(line) and (number == 0 or not lines[number - 1]):
            end = next((place for place in range(number, len(lines)) if not lines[place]), len(lines))
            return fenced(lines[number:end]), end
        return self._paragraph(lines, number, role)

    def _fenced(self, fence: re.Match[str], role: str, lines: list[str], depth: int) -> list[str]:
        """A block between two lines that are the same."""
        mark = fence[1][0]
        if fence[1] == "--" and role.startswith(("source", "listing")):
            mark = "-----"
        elif fence[1] == "--":
            mark = "="
        if mark in "/+" or role in LEFT_OUT:
            return []
        if role == "verse":
            return ["", *(f"> {line}  " for line in self._words.read(tight(lines))), ""]
        if mark[0] in "-.`":
            language = role.removeprefix("source").strip() or fence[2].strip()
            return fenced([CODE.sub("", line) if "<" in line else line for line in lines], language)
        inner = self.read(lines, depth + 1)
        is_quote = mark in '_"' or role in QUOTE
        return quoted(inner) if is_quote else ["", *inner, ""]

    def _paragraph(self, lines: list[str], number: int, role: str) -> tuple[list[str], int]:
        """The lines up to a blank one, an item of a list with its mark in Markdown."""
        end = number + 1
        while end < len(lines) and lines[end] not in ("", "+") and not starts(lines[end]):
            end += 1
        words = [line for line in lines[number:end] if not line.startswith("//")]
        if role.startswith(("source", "listing", "literal")):
            return fenced(words, role.removeprefix("source").strip()), end
        if role in LEFT_OUT:
            return [], end
        made = self._words.read([itemised(words[0]), *words[1:]]) if words else []
        return (["", *(f"> {line}" for line in made), ""] if role in QUOTE else made), end


def ends_of(lines: list[str]) -> dict[str, list[int]]:
    """Where lines stand that may end a block, so that one without an end is found to have none at once."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if line and (FENCE.fullmatch(line) or TABLE.fullmatch(line)):
            found.setdefault(line, []).append(number)
    for places in found.values():
        places.reverse()  # so that the next one is the last of the list
    return found


def closing(ends: dict[str, list[int]], line: str, number: int) -> int:
    """The next line after `number` that is the same; of code with a language, its mark alone. 0 where there is none."""
    places = ends.get("```" if line.startswith("```") else line, [])
    while places and places[-1] <= number:
        places.pop()
    return places[-1] if places else 0


def is_underline(line: str, after: str) -> bool:
    """Whether `after` makes the line above it a title, in the older of two ways."""
    same = len(after) > 2 and after[0] in UNDERLINES and not after.strip(after[0])
    return same and line[0].isalnum() and abs(len(line) - len(after)) <= 2


def starts(line: str) -> bool:
    """Whether a line begins something new though no blank one stands before it."""
    return (
        (
            (line[:1] in "*-.=_+`/|,:'\"[#0123456789< \tabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
            and bool(LIST.fullmatch(line) or FENCE.fullmatch(line) or TABLE.fullmatch(line) or ROLE.fullmatch(line))
        )
        or bool(ORDER.fullmatch(line))
        or ((line.endswith("::") or ":: " in line) and TERM.fullmatch(line) is not None)
    )


def itemised(line: str) -> str:
    """The first line of a paragraph with Markdown's mark if it is an item."""
    if item := LIST.fullmatch(line):
        mark = item[1]
        depth = len(mark) - 1 if mark[0] in "*." else 0
        return f"{'  ' * depth}{'- ' if mark[0] in '*-' else '1. ' if mark[0] in '.<' else mark + ' '}{item[2]}"
    if (
        ("::" in line or ";;" in line)
        and "::" not in line.partition("[")[0].partition(" ")[0].rstrip(":")
        and (term := TERM.fullmatch(line))
    ):
        return f"- {term[1]}: {term[2] or ''}".rstrip()
    return line
