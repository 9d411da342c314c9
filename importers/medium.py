"""Medium: the export of an account, a page for each post. Responses to others are pages too, without what they answer.

Bookmarks, claps and highlights are other people's words, and never looked at.
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from core.documents import Document, Item, Skipped
from core.sources import Guide, Person
from importers.characters import one_line
from importers.elements import words
from importers.export import Files
from importers.fragment import leave_out
from importers.html_tree import in_markdown, parsed
from importers.markup import quotes
from importers.records import moment, whole_text

POST: Final = (b'class="h-entry"', b'data-field="body"')
PROFILE: Final = (b'class="h-card"', b'<a class="u-url" href="https://medium.com/@')
AROUND: Final = {"graf--title", "graf--subtitle", "graf--mixtapeEmbed", "section-divider"}
ADDRESS: Final = re.compile(r"https://medium\.com/p/([0-9a-f]+)")
RESPONSE: Final = 150  # words; a longer one would be a post


class Medium:
    guide = Guide(
        source="medium",
        title="Medium",
        steps=(
            "On medium.com, open Settings, Security and apps, Download your information.",
            "Wait for the mail with the link, then download the zip.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return all(sign in head for sign in POST) or all(sign in head for sign in PROFILE)

    def people(self, files: Files) -> list[Person]:
        """The account."""
        for name in files.names:
            if PROFILE[0] in files.head(name):
                shown = said(page(files, name), "p-name")
                return [Person(shown, shown, is_me=True)] if shown else []
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name in files.names:
            if POST[0] in files.head(name):
                yield post(page(files, name), files.origin(name))


def page(files: Files, name: str) -> etree._Element:
    tree = parsed(whole_text(files, name))
    return etree.Element("html") if tree is None else tree


def post(tree: etree._Element, origin: str) -> Item:
    title, subtitle, body = said(tree, "p-name"), said(tree, "p-summary"), first(tree, "e-content")
    has_heading = first(tree, "graf--title") is not None or subtitle != ""
    text = "" if body is None else written(body)
    if not text:
        return Skipped(origin, "There are no words in this post.")
    is_response = not has_heading and text.startswith(title.rstrip("…")) and len(text.split()) < RESPONSE
    time, link = first(tree, "dt-published"), first(tree, "p-canonical")
    addresses = [found for one in tree.iter("a") if (found := ADDRESS.match(one.get("href") or ""))]
    return Document(
        source=Medium.guide.source,
        key=addresses[-1][1] if addresses else origin,  # its own stands below the text
        text=text,
        title="" if is_response else title,
        url="" if link is None else str(link.get("href", "")),
        author=said(tree, "p-author"),
        kind="draft" if time is None else "comment" if is_response else "post",
        written=None if time is None else moment(str(time.get("datetime", ""))),
        quotes=quotes(text),
        visibility="private" if time is None else "public",
        origin=origin,
    )


def written(body: etree._Element) -> str:
    leave_out(body, AROUND)
    return in_markdown(body, set())


def first(tree: etree._Element, name: str) -> etree._Element | None:
    """The first element of a class."""
    return next((one for one in tree.iter() if name in (one.get("class") or "").split()), None)


def said(tree: etree._Element, name: str) -> str:
    element = first(tree, name)
    return "" if element is None else one_line(words(element))
