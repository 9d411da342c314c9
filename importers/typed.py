"""Text as it is typed into WordPress, half HTML and half not, as HTML. Knows no export.

A blank line is a paragraph and the end of a line a break, unless the text was made of blocks; words in brackets are
orders to the program. A number in brackets is not.
"""

import re
from collections.abc import Iterator
from typing import Final

from importers.raw_html import between

BLOCKS: Final = "<!-- wp:"  # the editor since 2018 marks its paragraphs
BLOCK: Final = re.compile(
    r"</?(?:address|article|aside|blockquote|dd|div|dl|dt|fig\w+|footer|form|h[1-6]|header|hr|li|ol|p|pre|section|table"
    r"|tbody|td|tfoot|th|thead|tr|ul)\b[^<>]*+>?",
    re.IGNORECASE,
)
PREFORMATTED: Final = re.compile(r"(<pre\b|</pre>)", re.IGNORECASE)
CODE: Final = re.compile(r"\[(/?)(?:sourcecode|code|cc|php|python|javascript|css|html|xml|sql|bash)\b[^\[\]]*+\]")
WITH_CONTENT: Final = ("caption", "wp_caption", "embed", "youtube")  # what stands between is no writing
ORDER: Final = re.compile(  # [gallery], [name key="value" …], [/name]
    r"\[(?:(?:gallery|audio|video|playlist|embed|caption|more|toc|contact-form)\b[^\[\]]*+"
    r"|/[a-zA-Z][\w-]*+|[a-zA-Z][\w-]*+(?:\s+[\w-]++=(?:\"[^\"\[\]]*+\"|'[^'\[\]]*+'|[^\s\[\]\"']++))++\s*+/?)\]"
)


def as_html(text: str) -> str:
    text = without_orders(text.replace("\r\n", "\n"))
    if BLOCKS in text:
        return text
    parts, inside = [], 0
    for part in PREFORMATTED.split(text):
        inside += (part.lower() == "<pre") - (part.lower() == "</pre>")
        parts.append(part if inside > 0 else "".join(broken(part.split("\n"))))
    return "".join(parts)


def without_orders(text: str) -> str:
    """`text` without what is said to the program; code between such orders becomes code of HTML."""
    if "[" not in text:
        return text
    for name in WITH_CONTENT:
        for end in " ]":
            text = between(text, f"[{name}{end}", f"[/{name}]")
    prose, *more = CODE.split(text)
    parts = [ORDER.sub("", prose)]
    for slash, part in zip(more[::2], more[1::2], strict=True):
        code = part.replace("&", "&amp;").replace("<", "&lt;")
        parts.append(f"</pre>{ORDER.sub('', part)}" if slash else f"<pre>{code}")
    return "".join(parts)


def broken(lines: list[str]) -> Iterator[str]:
    """Lines with a tag between them where there was only their end."""
    before = ""
    for number, line in enumerate(lines):
        line = line.strip() if number else line.rstrip()
        if not line:
            yield "<p>" if number else ""
        elif before and not ends_with_block(before) and not BLOCK.match(line):
            yield f"<br>{line}"
        else:
            yield f" {line}" if number else line
        before = line


def ends_with_block(line: str) -> bool:
    return line.endswith(">") and BLOCK.fullmatch(line, line.rfind("<")) is not None
