"""Org files, as Emacs and its kin keep notes and journals: to Markdown, without what only the program needs.

Drawers, clocks, plans, settings, comments and results of programs go; nothing that a file asks for is run or opened.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from core.documents import Item
from importers import front_matter, markup, posts
from importers.base import About, TextFile
from importers.blocks import OTHER_NAMES, fenced, quoted
from importers.front_matter import Post

HEAD: Final = 1 << 12  # characters looked at
SIGNS: Final = re.compile(
    r"^#\+(?:title|author|date|filetags|options|startup|begin_src|begin_quote):?[ \t]"
    r"|\A\s*:PROPERTIES:[ \t]*\n(?::[^\n]*\n){1,40}?:END:",
    re.IGNORECASE | re.MULTILINE,
)
KEYWORD: Final = re.compile(r"[ \t]*#\+([A-Za-z][\w-]*)(?:\[[^\]\n]*\])?:(?:[ \t]+(.*)|[ \t]*)")
FIELDS: Final = {
    "title": "title", "date": "date", "author": "author", "description": "description", "subtitle": "subtitle",
    "filetags": "tags", "hugo_draft": "draft", "draft": "draft", "hugo_slug": "slug", "status": "status",
    "layout": "layout",
}  # fmt: skip
COMMENT: Final = re.compile(r"[ \t]*#(?:[ \t].*)?")
BEGIN: Final = re.compile(r"[ \t]*#\+begin_([\w-]+)(?:[ \t]+(.*)|[ \t]*)", re.IGNORECASE)
END: Final = re.compile(r"[ \t]*#\+end_([\w-]+)[ \t]*", re.IGNORECASE)
DRAWER: Final = re.compile(r"[ \t]*:([\w-]+):[ \t]*")
PLAN: Final = re.compile(r"[ \t]*(?:(?:CLOSED|SCHEDULED|DEADLINE):[ \t]*[<\[][^<>\[\]\n]*[>\]][ \t]*)+|[ \t]*CLOCK:.*")
HEADLINE: Final = re.compile(
    r"(\*+)[ \t]+(?:(?:TO[D]O|DONE|NEXT|WAITING|WAIT|HOLD|SOMEDAY|CANCELLED|CANCELED|COMMENT)(?=[ \t]|$)[ \t]*)?"
    r"(?:\[#\w\][ \t]*)?(.*)"
)
TAGS: Final = re.compile(r"(?<![ \t])[ \t]++:(?:[\w@#%]+:)+[ \t]*$")
COOKIE: Final = re.compile(r" ?\[(?:\d{0,9}/\d{0,9}|\d{0,9}%)\]")
FIXED: Final = re.compile(r"[ \t]*:(?: (.*)|)")
ROW: Final = re.compile(r"[ \t]*\|.*")
ITEM: Final = re.compile(
    r"([ \t]*(?:[-+]|\d{1,9}[.)])[ \t]+)(?:\[@\d+\][ \t]*)?(?:\[[ xX-]\][ \t]+)?(?:(.{1,200}?)[ \t]+::[ \t]+)?"
)
WEEKDAY: Final = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[ \t]+[^\W\d]+\.?")
IMAGE: Final = re.compile(r"(?:file:)?[^\[\]\n]*\.(?:png|jpe?g|gif|webp|svg|heic|bmp|tiff?)", re.IGNORECASE)
PICTURE: Final = re.compile(" ?\x03")  # where one was
LINK: Final = re.compile(r"\[\[([^\[\]\n]{1,2000})\](?:\[([^\[\]]{1,2000})\])?\]")
CODE: Final = re.compile(r"(?<![^\s('\"{\-])([=~])(?=\S)([^\n]{0,300}?[^\s])\1(?![^\s.,;:!?'\")}\-\[])")
EMPHASIS: Final = tuple(
    (
        re.compile(
            rf"(?<![^\s('\"{{*/_+\-])\{mark}(?![\s\{mark}])([^\{mark}]{{0,400}}[^\s\{mark}])\{mark}"
            r"(?![^\s.,;:!?'\")}*/_+\[\-])"
        ),
        rf"{new}\1{new}",
    )
    for mark, new in (("/", "\x02"), ("*", "**"), ("+", "~~"), ("_", ""))
)  # the slanted first, by a mark of its own: Markdown's is Org's sign for bold
FOOTNOTE: Final = re.compile(r"\[fn:([\w-]*)(?::([^\[\]]*))?\]")
NOTE: Final = re.compile(r"\[fn:([\w-]+)\][ \t]*(.*)")
MOMENT: Final = re.compile(r"[<\[](\d{4}-\d{2}-\d{2}[^<>\[\]\n]{0,40})[>\]]")
GONE: Final = re.compile(
    r"@@[\w-]+:[^@\n]*@@|\{\{\{[^{}\n]*\}\}\}|<<<?[^<>\n]*>>>?|\[cite[^\[\]\n]*\]|(?<![\w/])#\+\w+:[^\n]*"
)
BREAK: Final = re.compile(r"\\\\[ \t]*$", re.MULTILINE)
IN_CODE: Final = {"src", "example"}
LEFT_OUT: Final = {"comment", "export", "html", "latex", "ascii"}
DEEPEST: Final = 8  # blocks in blocks


class Org:
    about = About(title="Org", endings=(".org",))

    def can_read(self, file: TextFile) -> bool:
        """Its name says so; or it has settings as only Org has them, and a name that may be anything's."""
        if file.ending in self.about.endings:
            return True
        return file.ending in OTHER_NAMES and SIGNS.search(file.text[:HEAD]) is not None

    def read(self, file: TextFile) -> Iterator[Item]:
        post = front_matter.split(file.text)
        lines = post.body.replace("\x02", "").replace("\x03", "").split("\n")
        said = Post("", {**settings(lines), **post.fields})
        yield posts.item(file, said, markup.clean("\n".join(in_markdown(lines))))


def settings(lines: list[str]) -> dict[str, str]:
    """What the file says about itself, under the names that headers of posts use."""
    found: dict[str, str] = {}
    for line in lines:
        if "#+" in line and (keyword := KEYWORD.fullmatch(line)) and (field := FIELDS.get(keyword[1].lower())):
            found[field] = f"{found.get(field, '')} {keyword[2] or ''}".strip()
    if "date" in found:
        found["date"] = WEEKDAY.sub(r"\1", found["date"].strip("<>[] "))
    if "tags" in found:
        found["tags"] = ", ".join(filter(None, found["tags"].replace(":", " ").split()))
    return found


def in_markdown(lines: list[str], depth: int = 0) -> Iterator[str]:
    ends = ends_of(lines)
    words: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        made, after = structure(lines, number, ends, depth)
        if made is None:
            words.append(line)
            continue
        yield from inline(words)
        words = []
        yield from made
        number = after
    yield from inline(words)


def structure(lines: list[str], number: int, ends: dict[str, list[int]], depth: int) -> tuple[list[str] | None, int]:
    """What becomes of the line before `number`, and where to go on; None where it is just words."""
    line = lines[number - 1]
    if headline := HEADLINE.fullmatch(line):
        title = COOKIE.sub("", TAGS.sub("", headline[2])).strip()
        return ["", f"{'#' * min(len(headline[1]), 6)} {' '.join(inline([title]))}" if title else "", ""], number
    if begin := BEGIN.fullmatch(line):
        name = begin[1].lower()
        end = following(ends, name, number)
        return (block(name, begin[2] or "", lines[number:end], depth), end + 1) if end else ([], number)
    if KEYWORD.fullmatch(line):
        return ([], past_results(lines, number)) if line.lstrip().lower().startswith("#+results") else ([], number)
    if (drawer := DRAWER.fullmatch(line)) and (end := following(ends, ":", number)):
        return [], max(number, end + 1 if drawer[1].lower() != "end" else number)
    if (
        COMMENT.fullmatch(line)
        or PLAN.fullmatch(line)
        or END.fullmatch(line)
        or (drawer and drawer[1].lower() == "end")
    ):
        return [], number
    if FIXED.fullmatch(line):
        end = run(lines, number, FIXED)
        return fenced([FIXED.sub(lambda found: found[1] or "", one) for one in lines[number - 1 : end]]), end
    if ROW.fullmatch(line):
        end = run(lines, number, ROW)
        return ["", *rows(lines[number - 1 : end]), ""], end
    return None, number


def ends_of(lines: list[str]) -> dict[str, list[int]]:
    """Where blocks of each name end, and drawers: so that one without an end is found to have none at once."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if "#+" in line and (end := END.fullmatch(line)):
            found.setdefault(end[1].lower(), []).append(number)
        elif ":" in line and line.strip().lower() == ":end:":
            found.setdefault(":", []).append(number)
    return found


def following(ends: dict[str, list[int]], name: str, number: int) -> int:
    """The first end of that name from line `number` on; 0 where there is none."""
    places = ends.get(name, [])
    place = bisect_left(places, number)
    return places[place] if place < len(places) else 0


def run(lines: list[str], number: int, kind: re.Pattern[str]) -> int:
    """The line after the last in a row that is of one kind."""
    while number < len(lines) and kind.fullmatch(lines[number]):
        number += 1
    return number


def past_results(lines: list[str], number: int) -> int:
    """Behind what a program in the file has answered."""
    return run(lines, number, FIXED)


def block(name: str, said: str, lines: list[str], depth: int) -> list[str]:
    if name in IN_CODE:
        language = said.split()[0] if name == "src" and said.split() else ""
        return fenced([line.removeprefix(",") for line in lines], language)
    if name in LEFT_OUT:
        return []
    if name == "verse":
        return ["", *("\n".join(inline(lines)).replace("\n", "  \n").split("\n")), ""]
    inner = list(in_markdown(lines, depth + 1)) if depth < DEEPEST else lines
    return quoted(inner) if name == "quote" else ["", *inner, ""]


def rows(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line.lstrip().startswith("|-"):
            yield line.strip().replace("+", "|")
        else:
            yield from inline([line.strip()])


def inline(lines: list[str]) -> list[str]:
    """Lines of words with Markdown's marks."""
    if not lines:
        return []
    text = "\n".join(itemised(line) for line in lines)
    made = "\n\n".join(marked(paragraph) for paragraph in text.split("\n\n"))
    return PICTURE.sub("", made.replace("\x02", "*")).split("\n")


def itemised(line: str) -> str:
    """A line as Markdown begins it: items without their boxes, notes with Markdown's marks."""
    if note := NOTE.fullmatch(line):
        return f"[^{note[1]}]: {note[2]}"
    if item := ITEM.match(line):
        return f"{item[1].replace('+', '-')}{f'{item[2]}: ' if item[2] else ''}{line[item.end() :]}"
    return line


def marked(text: str) -> str:
    parts = CODE.split(LINK.sub(shown, text))
    prose = [emphasised(part) for part in parts[::3]]
    code = [f"`{part}`" for part in parts[2::3]]
    return "".join(one for pair in zip(prose, [*code, ""], strict=True) for one in pair)


def shown(link: re.Match[str]) -> str:
    """What a reader sees of a link: its words, else where it leads; nothing for a picture."""
    address, words = link[1], link[2]
    if IMAGE.fullmatch(words or address):
        return "\x03"
    if words:
        return words
    if address.startswith(("http://", "https://")):
        return address
    return "" if address.startswith(("id:", "file:", "attachment:")) else address.lstrip("*#").removeprefix("fuzzy:")


def emphasised(text: str) -> str:
    text = FOOTNOTE.sub(lambda note: f" ({note[2].strip()})" if note[2] else f"[^{note[1]}]", GONE.sub("", text))
    text = BREAK.sub("  ", MOMENT.sub(r"\1", text))
    for pattern, new in EMPHASIS:
        text = pattern.sub(new, text)
    return text
