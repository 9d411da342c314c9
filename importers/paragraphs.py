"""HTML of nothing but paragraphs, headings and quotations, as Markdown without a parser: what most posts are.

Says what html_tree.py says of the same, or nothing where anything else stands in it. Knows no service and no tree.
"""

import re
from typing import Final

from importers.characters import is_straight
from importers.html_tree import in_lines, unescaped
from importers.tags import AROUND, MARKS, quotation

ATTRIBUTES: Final = r"(?: ++[a-z-]++=\"[^\"<>]*+\")*+"
WORDS: Final = r"(?! )[^<>*]++(?<! )"  # the marks of emphasis are put around them as they are
LINE: Final = (
    rf"[^<>]++|<(?:em>{WORDS}</em|i>{WORDS}</i|strong>{WORDS}</strong|b>{WORDS}</b)>|<br ?/?>"
    rf"|<a{ATTRIBUTES}>(?!https?://)[^<>]*+</a>"  # else it shows its address
    r"|<!--(?:[^<>-]|-(?!->))*+-->"
)
HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
HEADING: Final = "|".join(f"<{tag}{ATTRIBUTES}>[^<>]*+</{tag}>" for tag in HEADINGS)
PROSE: Final = re.compile(
    rf"(?:<p{ATTRIBUTES}>(?:{LINE})*+(?:</p>)?+|{LINE}|{HEADING}"
    rf"|<blockquote{ATTRIBUTES}>(?:{LINE}|<p{ATTRIBUTES}>(?:{LINE})*+</p>)*+</blockquote>)*+"
)
OTHER_ENTITY: Final = re.compile("&(?!(?:amp|lt|gt|quot);)")  # than those that unescaped() knows
OPEN, CLOSED = "\ue000", "\ue001"  # of quotations: not in any text that is straight
SAID: Final[dict[str, str]] = {  # what a tag becomes
    **{tag: MARKS[tag][0] for tag in ("p", *HEADINGS)},
    **{f"/{tag}": MARKS[tag][1] for tag in ("p", *HEADINGS)},
    **dict.fromkeys(("br", "br/"), MARKS["br"][0]),
    **{f"{slash}{tag}": AROUND[tag] for tag in ("em", "i", "strong", "b") for slash in ("", "/")},
    "blockquote": OPEN,
    "/blockquote": CLOSED,
    "a": "",
    "/a": "",
}


def from_paragraphs(html: str) -> str | None:
    """The words of `html`, as Markdown; None when there may be more in it than is known here."""
    flat = html.replace("\t", " ").replace("\n", " ")
    if PROSE.fullmatch(flat) is None or ("&" in flat and OTHER_ENTITY.search(flat)):
        return None
    if not is_straight(flat.encode("utf-8", "surrogatepass")):
        return None
    said, *tags = flat.split("<")
    parts = [said]
    for one in tags:
        tag, _, said = one.partition(">")
        mark = SAID.get(tag)
        parts += (SAID.get(tag.partition(" ")[0], "") if mark is None else mark, said)  # a comment is nothing
    before, *quoted = "".join(parts).split(OPEN)
    parts = [before]
    for one in quoted:
        said, _, behind = one.partition(CLOSED)
        parts += (quotation(said), behind)
    return in_lines(unescaped("".join(parts)))
