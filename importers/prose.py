"""The words of a paragraph: links, pictures and footnote marks gone, lines joined. Knows no blocks."""

import html
import re
from collections.abc import Iterator
from typing import Final

from importers.characters import pieces, straight
from importers.lines import OWN_LINE
from importers.tags import alternative

ALONE: Final = re.compile(r"(?:> ?)*\s*(?:#{1,6}\s|\ue000\d+\ue001$)|[^|]*\|")  # headings, code, rows of a table
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
