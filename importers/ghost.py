"""Ghost: the JSON file that its settings export, with all posts of a site. Pages are left out."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from core.documents import Document, Item, Skipped, Visibility
from core.sources import Guide, Person
from importers import lexical, markup
from importers.characters import one_line, straight
from importers.export import Files
from importers.fragment import from_html
from importers.posts import A_PAGE
from importers.records import Record, at, identity, json_records, moment, seconds, text

BEGINNING: Final = re.compile(rb'\s*\{\s*(?:"db"\s*:\s*\[\s*\{\s*)?"meta"\s*:\s*\{[^{}]*"exported_on"')
WRAPPED: Final = re.compile(rb'\s*\{\s*"db"')  # since Ghost 1
PUBLISHED: Final = {"published", "sent"}  # sent: by mail alone
CARDS: Final = frozenset(  # what the editor puts between the words: asks to subscribe, previews of other sites
    f"kg-{name}"
    for name in (
        "bookmark-card", "signup-card", "cta-card", "product-card", "button-card", "embed-card", "file-card",
        "audio-card", "video-card", "header-card", "email-cta-card",
    )
)  # fmt: skip


class Ghost:
    guide = Guide(
        source="ghost",
        title="Ghost",
        steps=(
            "In the dashboard of your site, open Settings, Advanced, Import/Export.",
            "Choose Export, then Content & settings, and download the file.",
            "Choose the .json here, or the .zip as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return BEGINNING.match(head.removeprefix(b"\xef\xbb\xbf")) is not None

    def people(self, files: Files) -> list[Person]:
        """The people of the site who wrote. Who alone did is the user."""
        names = users(files)
        counts = Counter(author for authors in authorships(files).values() for author in authors if author in names)
        ids = sorted(counts or names, key=lambda id: (-counts[id], id))
        return [Person(id, names[id], counts[id], len(ids) == 1) for id in ids]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        names, authors = users(files), authorships(files)
        for name in files.names:
            for post in each(files, name, "posts"):
                own = [one for one in authors.get(identity(post, "id"), []) if one in me]
                if own or not me:
                    yield from item(post, names.get(own[0], "") if own else "", files.origin(name))


def each(files: Files, name: str, table: str) -> Iterator[Record]:
    """The rows of one table of the site's database."""
    wrapped = WRAPPED.match(files.head(name).removeprefix(b"\xef\xbb\xbf"))
    return json_records(files, name, f"{'db.item.' if wrapped else ''}data.{table}.item")


def users(files: Files) -> dict[str, str]:
    """The people of the site: their names by their ids."""
    return {
        identity(user, "id"): one_line(text(user, "name")) or text(user, "email")
        for name in files.names
        for user in each(files, name, "users")
    }


def authorships(files: Files) -> dict[str, list[str]]:
    """The authors of each post, the first one first. Before Ghost 1.22 a post had one."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in files.names:
        for post in each(files, name, "posts"):
            if author := identity(post, "author_id"):
                found.setdefault(identity(post, "id"), []).append((-1, author))
        for row in each(files, name, "posts_authors"):
            order = at(row, "sort_order")
            place = order if isinstance(order, int) else 0
            found.setdefault(identity(row, "post_id"), []).append((place, identity(row, "author_id")))
    return {post: [author for _, author in sorted(authors)] for post, authors in found.items()}


def item(post: Record, author: str, origin: str) -> Iterator[Item]:
    """The post, when anything is written in it."""
    words, key = written_in(post), identity(post, "uuid") or identity(post, "id")
    title = one_line(text(post, "title"))
    is_public = text(post, "status") in PUBLISHED
    if words and (text(post, "type") == "page" or at(post, "page") in (1, True)):
        yield Skipped(f"{origin}: {title}", A_PAGE)
    elif words:
        yield Document(
            source=Ghost.guide.source,
            key=key,
            text=words,
            title=title,
            url=text(post, "canonical_url"),
            author=author,
            kind="post" if is_public else "draft",
            written=when(post, "published_at") or when(post, "created_at"),
            quotes=markup.quotes(words),
            visibility=visibility(post) if is_public else "private",
            origin=origin,
        )


def written_in(post: Record) -> str:
    """The words of a post, from whichever form of it there is; of a picture without words, its summary."""
    page = text(post, "html") or lexical.as_html(text(post, "lexical"))
    return (
        from_html(page, CARDS)
        or markup.clean(straight(text(post, "markdown") or text(post, "plaintext")))
        or markup.clean(straight(text(post, "custom_excerpt")))
    )


def when(post: Record, field: str) -> datetime | None:
    """A moment as text, or in old exports as milliseconds."""
    return moment(text(post, field)) or seconds(at(post, field))


def visibility(post: Record) -> Visibility:
    """What members pay for is published, though not to everybody."""
    return "public" if text(post, "visibility") in ("public", "") else "unlisted"
