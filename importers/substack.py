"""Substack: the export of a publication, a table of posts and a file for each. The subscribers are never looked at."""

import html
import re
from collections.abc import Iterator
from typing import Final

from core.documents import Document, Item, Skipped
from core.sources import Guide, Person
from importers.characters import one_line
from importers.export import Files
from importers.fragment import from_html
from importers.markup import quotes
from importers.posts import A_PAGE
from importers.records import Row, moment, rows, whole_text

HEADER: Final = re.compile(rb'(?:\xef\xbb\xbf)?"?post_id"?,"?post_date"?,"?is_published"?,')
AROUND: Final = frozenset(  # asks to subscribe, to share and to pay, and what was shown of other posts
    (
        "subscription-widget-wrap", "subscription-widget-wrap-editor", "subscription-widget", "subscribe-widget",
        "button-wrapper", "captioned-button-wrap", "digest-post-embed", "embedded-post-wrap",
        "embedded-publication-wrap", "poll-embed", "install-substack-app-embed", "paywall-jump", "share-dialog",
        "tweet", "twitter-embed", "comment", "image-link-expand", "community-chat", "footnote-anchor",
        "footnote-number",
    )
)  # fmt: skip
THANKS: Final = re.compile(r"^Thanks for reading\b[^\n]*\bsubscribe\b[^\n]*\n*", re.MULTILINE | re.IGNORECASE)


class Substack:
    guide = Guide(
        source="substack",
        title="Substack",
        steps=(
            "In the dashboard of your publication, open Settings, Import and export.",
            "Choose Create new export, and wait until it can be downloaded.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return HEADER.match(head) is not None

    def people(self, files: Files) -> list[Person]:
        """Nobody: the export does not say who wrote a post."""
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name in files.names:
            folder = name.removesuffix(name.rpartition("/")[2])
            for row in rows(files, name):
                yield post(row, files, f"{folder}posts/{row['post_id']}.html")


def post(row: Row, files: Files, name: str) -> Item:
    """One row of the table, with what stands in its own file."""
    if row["type"] == "page":
        return Skipped(files.origin(name), A_PAGE)
    try:
        body = whole_text(files, name)
    except KeyError:
        return Skipped(files.origin(name), "The text of this post is missing in the export.")
    text = THANKS.sub("", from_html(body, AROUND)).strip() or unescaped(row["subtitle"])
    if not text:
        return Skipped(files.origin(name), "There are no words in this post.")
    is_public = row["is_published"].lower() == "true"
    return Document(
        source=Substack.guide.source,
        key=row["post_id"],
        text=text,
        title=unescaped(row["title"]),
        kind="post" if is_public else "draft",
        written=moment(row["post_date"]),
        quotes=quotes(text),
        visibility="private" if not is_public else "public" if row["audience"] in ("everyone", "") else "unlisted",
        origin=files.origin(name),
    )


def unescaped(words: str) -> str:
    return one_line(html.unescape(words))
