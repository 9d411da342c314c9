"""X's long articles, as its archive keeps them in `article.js` and `article-metadata.js`.

No archive with an article in it was seen while this was written: the files are known by name alone, and X's own
pages hold an article as blocks of Draft.js. So this reads what could be there: a list of blocks wherever it stands in
a record, as objects or as JSON in a string, else the longest text under a name that means one; title, day and state
under each of their likely names. A record in which nothing of that is found is told as a skip, and never guessed at.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Final

from core.documents import Document, Item, Skipped
from importers.blocks import fenced
from importers.characters import one_line, straight, tidy
from importers.html_tree import in_markdown, parsed
from importers.markup import quotes
from importers.records import Record, fingerprint, identity, moment, records, seconds, text

KINDS: Final = {"article", "articles", "article_metadata"}
WRAPPERS: Final = ("article", "articleMetadata", "articleResults", "result")
BODIES: Final = {"text", "body", "content", "plaintext", "html", "contenthtml", "markdown", "bodytext"}
TITLES: Final = ("title", "articleTitle", "headline")
IDS: Final = ("articleId", "id", "id_str", "restId", "rest_id", "articleEntityId")
MOMENTS: Final = (
    "publishedAt", "firstPublishedAt", "published_at", "createdAt", "created_at", "createdAtMs", "createdAtMillis",
    "publishedAtMs", "timestamp",
)  # fmt: skip
STATES: Final = ("lifecycleState", "lifecycle_state", "state", "status")
MARKS: Final = {
    "header-one": "# ", "header-two": "## ", "header-three": "### ", "unordered-list-item": "- ",
    "ordered-list-item": "1. ", "blockquote": "> ",
}  # fmt: skip
STYLES: Final = {"bold": "**", "italic": "*"}
DEEPEST: Final = 12  # objects in objects
UNKNOWN: Final = (
    "This article is in a form that Mynah does not know yet. Its text on x.com can be saved as a page, and read."
)


def articles(found: Iterable[tuple[str, Record]], author: str) -> Iterator[Item]:
    """The articles in records that each stand with where they come from; what only describes one is added to it."""
    read = [(origin, unwrapped(record)) for origin, record in found]
    described = {id_of(one): one for _, one in read if not body(one)}
    told = set[str]()
    for origin, one in read:
        words, id = body(one), id_of(one)
        if words:
            told.add(id)
            yield document(one, described.get(id, {}) if id else {}, words, author, origin)
    for origin, one in read:
        if not body(one) and id_of(one) not in told:
            yield Skipped(f"{origin}: {first(one, TITLES) or 'an article'}", UNKNOWN)


def document(one: Record, more: Record, words: str, author: str, origin: str) -> Document:
    id = id_of(one)
    said = {**more, **{name: value for name, value in one.items() if value}}
    is_draft = (
        any(text(said, name).lower() in ("draft", "unpublished") for name in STATES) or said.get("isDraft") is True
    )
    return Document(
        source="x",
        key=f"article-{id or fingerprint(words)}",
        text=words,
        title=one_line(first(said, TITLES)),
        url=f"https://x.com/i/article/{id}" if id.isdecimal() and not is_draft else "",
        author=author,
        kind="draft" if is_draft else "post",
        visibility="private" if is_draft else "public",
        written=moment_of(said),
        quotes=quotes(words),
        origin=origin,
    )


def unwrapped(record: Record) -> Record:
    """The record itself, without the names around it."""
    for _ in range(DEEPEST):
        inner = next((record[name] for name in WRAPPERS if isinstance(record.get(name), dict)), None)
        if not isinstance(inner, dict):
            return record
        record = {**{name: value for name, value in record.items() if not isinstance(value, dict)}, **inner}
    return record


def first(record: Record, names: Iterable[str]) -> str:
    return next((found for name in names if (found := text(record, name).strip())), "")


def id_of(record: Record) -> str:
    return next((found for name in IDS if (found := identity(record, name))), "")


def moment_of(record: Record) -> datetime | None:
    for name in MOMENTS:
        value = record.get(name)
        found = moment(value) if isinstance(value, str) else None
        if found := found or seconds(value):
            return found
    return None


def body(record: Record) -> str:
    """The text of an article as Markdown; empty where none is found."""
    blocks = next(draft(record), None)
    if blocks is not None:
        return tidy(straight("\n".join(in_lines(blocks))).split("\n"))
    found = max(plain(record), key=len, default="")
    tree = parsed(found) if "</" in found else None
    return in_markdown(tree, set()) if tree is not None else tidy(straight(found).split("\n"))


def draft(value: object, depth: int = 0) -> Iterator[list[Record]]:
    """Every list of blocks in a value, wherever it stands."""
    if depth > DEEPEST:
        return
    if isinstance(value, str) and value.lstrip().startswith("{") and '"blocks"' in value:
        with suppress(ValueError, RecursionError):
            yield from draft(json.loads(value), depth + 1)
    elif isinstance(value, dict):
        blocks = records(value, "blocks")
        if blocks and all(isinstance(one.get("text"), str) for one in blocks):
            yield blocks
        for inner in value.values():
            yield from draft(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from draft(inner, depth + 1)


def plain(value: object, name: str = "", depth: int = 0) -> Iterator[str]:
    """Every text under a name that means one."""
    if isinstance(value, str) and name.lower().replace("_", "") in BODIES:
        yield value
    elif isinstance(value, dict) and depth < DEEPEST:
        for inner_name, inner in value.items():
            yield from plain(inner, inner_name, depth + 1)


def in_lines(blocks: Iterable[Record]) -> Iterator[str]:
    before = ""
    for block in blocks:
        kind, words = text(block, "type"), text(block, "text")
        if kind == "atomic" or not words.strip():  # a picture, a post of somebody
            continue
        if kind == "code-block":
            yield from fenced(words.split("\n"))
            continue
        mark = MARKS.get(kind, "")
        yield from ([] if mark == before and mark in ("- ", "1. ") else [""])
        yield mark + styled(words, records(block, "inlineStyleRanges")).replace(
            "\n", f"\n{mark if mark == '> ' else ''}"
        )
        before = mark


def styled(words: str, ranges: Iterable[Record]) -> str:
    """`words` with Markdown's marks; places are counted as JavaScript does, in halves of UTF-16."""
    halves = words.encode("utf-16-le", "surrogatepass")
    marks: list[tuple[int, str]] = []
    for one in ranges:
        start, length = one.get("offset"), one.get("length")
        mark = STYLES.get(text(one, "style").lower())
        if (
            mark
            and isinstance(start, int)
            and isinstance(length, int)
            and 0 <= start < start + length <= len(halves) // 2
        ):
            inside = halves[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")
            start += len(inside) - len(inside.lstrip())
            end = start + len(inside.strip().encode("utf-16-le", "replace")) // 2
            marks += [(start, mark), (end, mark)] if inside.strip() else []
    for place, mark in sorted(marks, reverse=True):
        halves = halves[: 2 * place] + mark.encode("utf-16-le") + halves[2 * place :]
    return halves.decode("utf-16-le", "replace")
