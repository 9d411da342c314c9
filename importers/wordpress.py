"""WordPress: what Tools, Export writes (WXR), in one file or several.

Posts are stored as they were typed: a blank line is a paragraph. The user's comments come with what they answer.
Pages are left out, and so is everything that WordPress keeps for itself in the same list.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import Final, TypeAlias

from lxml import etree

from core.documents import Document, Item, Skipped, Turn, Visibility
from core.sources import Guide, Person
from importers import dates
from importers.characters import one_line
from importers.comments import Comment, Under, documents
from importers.elements import elements, named, words
from importers.export import Files
from importers.fragment import from_html
from importers.markup import quotes
from importers.posts import A_PAGE
from importers.typed import as_html

Fields: TypeAlias = dict[str, str]

SPACES: Final = {  # the beginnings of namespaces, whose versions change, and what we call them
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
}
OURS: Final = "http://wordpress.org/export/"
KINDS: Final = {"publish": "post", "private": "post", "draft": "draft", "pending": "draft", "future": "draft"}
MACHINERY: Final = {  # what stands in the list of posts and is none
    "attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache", "user_request",
    "elementor_library",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Author:
    login: str
    name: str
    id: str
    mail: str


class WordPress:
    guide = Guide(
        source="wordpress",
        title="WordPress",
        steps=(
            "In the dashboard of your site, open Tools, Export.",
            "Choose All content, and download the export file.",
            "Choose the .xml here, or the .zip as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return b"<rss" in head and OURS.encode() in head

    def people(self, files: Files) -> list[Person]:
        """The authors. The only one is the user."""
        found = authors(files)
        if len(found) == 1:
            return [Person(one.login, one.name, is_me=True) for one in found.values()]
        counts = Counter(fields(item)["dc:creator"] for name in files.names for item in items(files, name))
        del counts[""]
        names = {login: one.name for login, one in found.items()}
        return [Person(login, names.get(login, login), n, len(counts) == 1) for login, n in counts.most_common()]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        known = authors(files)
        mine = [known.get(login, Author(login, login, "", "")) for login in sorted(me)]  # before 2010 none are listed
        for name in files.names:
            for item in items(files, name):
                yield from entry(item, known, me, mine, files.origin(name))


def items(files: Files, name: str) -> Iterator[etree._Element]:
    return elements(files, name, root="rss", tags=("item",))


def authors(files: Files) -> dict[str, Author]:
    """Those that the files name before the first post, by their logins."""
    found: dict[str, Author] = {}
    for name in files.names:
        for element in elements(files, name, root="rss", tags=("author", "item")):
            if not str(element.tag).startswith(f"{{{OURS}"):
                break
            said = fields(element)
            login = said["wp:author_login"]
            shown = one_line(said["wp:author_display_name"]) or login
            found[login] = Author(login, shown, said["wp:author_id"], said["wp:author_email"].lower())
    return found


def fields(element: etree._Element) -> Fields:
    """What an element says, by the names of its parts: `title`, `wp:status`, `content:encoded`."""
    said = Said()
    for child in element:
        tag = child.tag
        if isinstance(tag, str):
            said[called(tag)] = words(child)
    return said


class Said(Fields):
    """A missing field is an empty one."""

    def __missing__(self, key: str) -> str:
        return ""


@lru_cache(1_000)
def called(tag: str) -> str:
    space, name = named(tag)
    if space.startswith(OURS):
        return f"{'excerpt' if space.endswith('/excerpt/') else 'wp'}:{name}"
    return SPACES.get(space, "") + name


def entry(
    item: etree._Element, known: dict[str, Author], me: frozenset[str], mine: list[Author], origin: str
) -> Iterator[Item]:
    """A post when it is the user's, and the user's comments under it."""
    said = fields(item)
    if said["wp:post_type"] in MACHINERY or said["wp:post_type"].startswith("wp_"):
        return
    kind, login = KINDS.get(said["wp:status"], ""), said["dc:creator"]
    key = said["guid"] or said["link"]
    text = from_html(as_html(said["content:encoded"])) or from_html(as_html(said["excerpt:encoded"]))
    title = one_line(unescape(from_html(said["title"])))
    when = written(said)
    author = known[login].name if login in known else login
    is_mine = login in me
    if kind and text and said["wp:post_type"] == "page":
        yield Skipped(said["link"] or key, A_PAGE)
    elif kind and text and is_mine:
        yield Document(
            source=WordPress.guide.source,
            key=key,
            text=text,
            title=title,
            url=said["link"],
            author=author,
            kind=kind,
            written=when,
            zone_known=dates.from_words(said["wp:post_date_gmt"]) is not None,
            quotes=quotes(text),
            visibility=visibility(said),
            origin=origin,
        )
    post = Turn(author, text, "me" if is_mine else "other", when)
    under = Under(WordPress.guide.source, key, title, said["link"], post, origin)
    yield from documents((comment(one, key, mine) for one in approved(item)), under)


def written(said: Fields) -> datetime | None:
    stamps = (said["wp:post_date_gmt"], said["wp:post_date"], said["pubDate"])
    return next((found for found in map(dates.from_words, stamps) if found), None)


def visibility(said: Fields) -> Visibility:
    """Private is also what was never published, and what only those see who know a word."""
    return "public" if said["wp:status"] == "publish" and not said["wp:post_password"] else "private"


def approved(item: etree._Element) -> Iterator[Fields]:
    """The comments of people that stand on the site."""
    for element in item.iterchildren("{*}comment"):
        said = fields(element)
        if said["wp:comment_approved"] == "1" and said["wp:comment_type"] in ("", "comment"):
            yield said


def comment(said: Fields, post: str, mine: list[Author]) -> Comment:
    mail, id, parent = said["wp:comment_author_email"].lower(), said["wp:comment_user_id"], said["wp:comment_parent"]
    return Comment(
        key=f"{post}#comment-{said['wp:comment_id']}",
        author=one_line(said["wp:comment_author"]),
        text=from_html(as_html(said["wp:comment_content"])),
        written=dates.from_words(said["wp:comment_date_gmt"]) or dates.from_words(said["wp:comment_date"]),
        mine=any((mail and mail == one.mail) or (id not in ("", "0") and is_account(id, said, one)) for one in mine),
        parent=f"{post}#comment-{parent}" if parent not in ("", "0") else "",
    )


def is_account(id: str, said: Fields, one: Author) -> bool:
    """Whether a comment by the account `id` is by an author, who in old exports has only a name."""
    return (
        id == one.id if one.id else said["wp:comment_author"].casefold() in (one.login.casefold(), one.name.casefold())
    )
