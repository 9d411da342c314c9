"""Markdown as people write it, cleaned to the words they wrote. Knows no header and no file.

Kept: headings, lists, emphasis, tables, short code, quotations as "> " lines, the writer's punctuation.
Gone: template tags, raw HTML (turned into Markdown), footnote marks, addresses of links and pictures: a bot that
learns addresses makes up addresses, so a link leaves its words, and a bare address leaves the name of its site.
Every step takes time in proportion to the length of the text: patterns never look past the next opening bracket.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

from core.documents import Span
from importers.characters import pieces, straight, tidy
from importers.stash import Stash, without_tokens
from importers.tags import MARKS, SILENT, Writer, alternative

FENCE: Final = re.compile(r"([ \t>]*)(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^`]*")
TEMPLATE_FENCE: Final = re.compile(r"\s*\{(?:%-?|\{[<%])\s*highlight\s+[\"']?(\w*)")
TEMPLATE_FENCE_END: Final = re.compile(r"\s*\{(?:%-?\s*endhighlight|\{[<%]\s*/\s*highlight)")
QUERIES: Final = {"dataview", "dataviewjs", "tasks", "query"}  # programs for Obsidian, not writing
SPAN: Final = re.compile(  # code or a formula
    r"(`++)(?:(?<!``)[^`]++\1(?!`)|(?<=[^`]``)(?:[^`]|`(?!`))++``(?!`))?|(\$\$)(?:[^$]|\$(?!\$))++\$\$"
)
TEMPLATE: Final = re.compile(
    r"\{%(?:[^%{]|%(?!\})|\{(?!%))*+%\}|\{\{(?:[^{}]|\}(?!\})|\{(?!\{))*+\}\}|\{:[^{}\n]*+\}|\{[#.][\w\s.#=\"'-]*+\}"
)
CONTENTS: Final = re.compile(r"^[*-] .*\n\{:\s*toc[^{}]*\}", re.MULTILINE)
TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:[\s/](?:[^<>\"']|\"[^<\"]*+\"|'[^<']*+'|[\"'])*+)?)>")
ATTRIBUTE: Final = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
INDENT: Final = re.compile(r"(?<=\n)[ \t]+")

RULER: Final = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
UNDERLINE: Final = re.compile(r" {0,3}(?:(=+)|-+)[ \t]*")
DEFINITION: Final = re.compile(r" {0,3}\[([^\[\]]+)\]:[ \t]*(.*)")
ADDRESS: Final = re.compile(r"<?(?:[a-z][\w+.-]*:|/|\.|#|www\.|[\w-]+(?:[./][\w-]+)+)\S*|\S+", re.IGNORECASE)
CALLOUT: Final = re.compile(r"[ \t]*>[ \t]*\[![\w-]+\][+-]?[ \t]*(.*)")
QUOTED: Final = re.compile(r" {0,3}>")
LIST_ITEM: Final = re.compile(r"\s*(?:[-*+•]|\d{1,9}[.)])(?:\s|$)")
OWN_LINE: Final = re.compile(r"\s*(?:[-*+•]\s|\d{1,9}[.)]\s|#{1,6}\s|\||>|:\s|\ue000\d+\ue001$)")
ALONE: Final = re.compile(r"(?:> ?)*\s*(?:#{1,6}\s|\ue000\d+\ue001$)|[^|]*\|")  # headings, code, rows of a table
ONLY_TAGS: Final = re.compile(r"\s*(?:#[^\W\d][\w/-]*\s*)+")
TASK: Final = re.compile(r"(\s*[-*+] )\[[ xX]\] ")
CODE_INDENT: Final = re.compile(r"(?: {4}|\t| {1,3}\t)")

IMAGE: Final = re.compile(r"!\[([^\[\]]*+)\](?:\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)|\[[^\[\]]*+\])?")
EMBED: Final = re.compile(r"!\[\[[^\[\]]*+\]\]")
WIKILINK: Final = re.compile(r"\[\[(?:[^\[\]|]*+\|)?([^\[\]|]*+)\]\]")
FOOTNOTE: Final = re.compile(r"\[\^[^\[\]\s]++\]:?")
LINK: Final = re.compile(
    r"\[([^\[\]]*+)\](?:\(\s*<?[^()\s<>]*+(?:\([^()\s]*+\)[^()\s]*+)*+>?(?:\s+(?:\"[^\"]*+\"|'[^']*+'))?\s*\)|\[([^\[\]]*+)\])"
)
REFERENCE: Final = re.compile(r"\[([^\[\]]++)\]")
BARE: Final = re.compile(r"<?https?://(?:www\.)?([\w.-]*+)[^\s<>()\[\]\"']*+>?", re.IGNORECASE)
END_OF_SENTENCE: Final = ".,;:!?*_"
MAIL: Final = re.compile(r"<(?:mailto:)?([\w.+-]+@[\w.-]+)>")
COMMENT: Final = re.compile(r"%%[^%]*+(?:%(?!%)[^%]*+)*+%%")
HIGHLIGHT: Final = re.compile(r"==([^=\n]++)==")
BLOCK_ID: Final = re.compile(r"[ \t]\^[\w-]+$", re.MULTILINE)
ESCAPE: Final = re.compile(r"\\([!\"$%&'(),./:;<=?@\[\]^_{}~-]|(?<=.\\)>)")
WRAPPED: Final = range(45, 111)  # characters of a line that an editor has broken: shorter is verse, longer a paragraph


def clean(body: str) -> str:
    """The writer's words in `body`, a text made straight (characters.py), as Markdown."""
    stash = Stash()
    lines = list(fences(without_tokens(body).split("\n"), stash))
    text = without_html("".join(spans(piece, stash) for piece in pieces(preformatted("\n".join(lines), stash))))
    lines, labels = blocks(text.split("\n"), stash)
    return tidy(stash.restore(paragraphs(lines, labels)))


def quotes(text: str) -> tuple[Span, ...]:
    """Where `text`, cleaned, quotes others: each run of lines that begin with ">", outside code."""
    found: list[Span] = []
    position, end, fenced = 0, -2, False
    for line in text.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        if line.startswith(">") and not fenced:
            start = found.pop()[0] if end + 1 == position and found else position
            end = position + len(line)
            found.append((start, end))
        position += len(line) + 1
    return tuple(found)


# Code, set aside first: what looks like markup inside it is not.


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
        code = html.unescape(TAG.sub("", inside))
        parts += [text[position:start], "\n\n", stash.put_block(code), "\n\n"]
        position = end + len("</pre>")
    return "".join((*parts, text[position:]))


def spans(text: str, stash: Stash) -> str:
    """Set code in a line, and formulas, aside."""
    return SPAN.sub(lambda match: stash.put(match[0] if match[2] else match[0].replace("\n", " ")), text)


# HTML and template tags


def without_html(text: str) -> str:
    """Raw HTML as Markdown; comments, scripts and template tags gone."""
    text = between(text, "<!--", "-->")
    for tag in ("script", "style"):
        text = between(text, f"<{tag}", f"</{tag}>")
    writer = Writer()
    depth = 0  # inside such blocks, HTML is indented at will
    for piece in pieces(text):
        piece = TEMPLATE.sub("", CONTENTS.sub("", piece))
        position = 0
        for match in TAG.finditer(piece):
            tag = match[2].lower()
            if tag not in MARKS and tag not in SILENT and not match[3].endswith("/"):
                continue  # a name in angle brackets, or a type: the writer's own
            data = piece[position : match.start()]
            writer.data(INDENT.sub("", data) if depth else data)
            position = match.end()
            if match[1]:
                writer.end(tag)
            else:
                writer.start(tag, attributes(match[3]))
            if tag in ("div", "section", "figure", "table", "blockquote"):
                depth = max(0, depth + (-1 if match[1] else 1))
        data = piece[position:]
        writer.data(INDENT.sub("", data) if depth else data)
    return writer.close()


def attributes(text: str) -> dict[str, str]:
    return {name.lower(): html.unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(text)}


def between(text: str, start: str, end: str) -> str:
    """`text` without everything from `start` to `end`; a start without an end stays."""
    parts: list[str] = []
    position = 0
    while (opened := text.find(start, position)) >= 0 and (closed := text.find(end, opened + len(start))) >= 0:
        parts.append(text[position:opened])
        position = closed + len(end)
    return "".join((*parts, text[position:]))


# Lines


def blocks(lines: list[str], stash: Stash) -> tuple[list[str], set[str]]:
    """Lines in one shape each, and the labels that links refer to."""
    return Blocks(stash).read(lines)


class Blocks:
    """Reads lines one after the other, remembering what the one before was."""

    def __init__(self, stash: Stash) -> None:
        self._stash = stash
        self._out: list[str] = []
        self._labels: set[str] = set()
        self._code: list[str] = []
        self._in_list = False
        self._in_callout = False

    def read(self, lines: list[str]) -> tuple[list[str], set[str]]:
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
            self._define(definition[1], definition[2])
        elif not ONLY_TAGS.fullmatch(line):
            self._in_list = bool(LIST_ITEM.match(line)) or (self._in_list and line[0] in " \t")
            self._out.append(TASK.sub(r"\1", line))

    def _define(self, label: str, words: str) -> None:
        """A link's address goes; a footnote's words stay where they are, unless they are an address too."""
        if not label.startswith("^"):
            self._labels.add(label.lower())
        elif not ADDRESS.fullmatch(words.strip()):
            self._out += ["", words]


# Words


def paragraphs(lines: list[str], labels: set[str]) -> Iterator[str]:
    """The lines, cleaned inside, paragraph by paragraph."""
    paragraph: list[str] = []
    for line in (*lines, ""):
        if line.strip():
            paragraph.append(line)
        elif paragraph:
            cleaned = "".join(inline(piece, labels) for piece in pieces("\n".join(paragraph)))
            yield from (*unwrapped(cleaned.split("\n")), "")
            paragraph = []


def inline(text: str, labels: set[str]) -> str:
    """One paragraph's words, without the markup around them."""
    if "[" in text:
        text = EMBED.sub("", text)
        text = IMAGE.sub(lambda image: alternative(image[1]), text)
        text = WIKILINK.sub(lambda link: link[1].partition("#")[0] or link[1].lstrip("#^"), text)
        text = FOOTNOTE.sub("", text)
        text = LINK.sub(lambda link: link[1], text)
        text = REFERENCE.sub(lambda link: link[1] if link[1].lower() in labels else link[0], text)
    if "://" in text:
        text = BARE.sub(site, text)
    if "%%" in text:
        text = COMMENT.sub("", text)
    text = BLOCK_ID.sub("", HIGHLIGHT.sub(r"\1", MAIL.sub(r"\1", text)))
    text = ESCAPE.sub(r"\1", text)
    return straight(html.unescape(text)) if "&" in text else text


def site(address: re.Match[str]) -> str:
    """The name of a site from an address, with the end of the sentence that the address stood in."""
    whole = address[0].removesuffix(">")
    if not address[1]:
        return whole.removeprefix("<")
    return address[1].rstrip(".-_") + whole[len(whole.rstrip(END_OF_SENTENCE)) :]


def unwrapped(lines: list[str], width: int = 0) -> Iterator[str]:
    """Join the lines of one paragraph that an editor broke. With a `width`, only where the next word had no room."""
    parts: list[str] = []
    last = ""
    for line in lines:
        margin = "> " if line.startswith("> ") else ""
        words = line.removeprefix(margin)
        if parts and last.startswith("> ") == bool(margin) and goes_on(last, words, width):
            parts.append(words.strip())
        else:
            if parts:
                yield " ".join(parts)
            parts = [line.rstrip()]
        last = line
    if parts:
        yield " ".join(parts)


def goes_on(line: str, words: str, width: int) -> bool:
    """Whether `words`, the next line, only stand on a line of their own because `line` was full."""
    if len(line) not in WRAPPED or line.endswith(("  ", "\\")) or OWN_LINE.match(words) or ALONE.match(line):
        return False
    return len(line) + 1 + len(words.split(" ", 1)[0]) > width
