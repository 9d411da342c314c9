"""Goodreads: the reviews in the export of a library. Notes to oneself are private; books without words are left out."""

from collections.abc import Iterator

from core.documents import Document, Item
from core.sources import Guide, Person
from importers import dates
from importers.characters import one_line
from importers.export import Files
from importers.fragment import from_html
from importers.markup import quotes
from importers.records import Row, rows


class Goodreads:
    guide = Guide(
        source="goodreads",
        title="Goodreads",
        steps=(
            "On goodreads.com, open My Books, and at the left Import and export.",
            "Choose Export Library, and wait until the file can be downloaded.",
            "Choose the .csv here.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        header = head.partition(b"\n")[0].lower()
        return b"book id" in header and b"my review" in header

    def people(self, files: Files) -> list[Person]:
        """Nobody: the list is of one reader."""
        return []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name in files.names:
            for row in rows(files, name):
                yield from book(row, files.origin(name))


def book(row: Row, origin: str) -> Iterator[Document]:
    """What the user wrote about a book: for everybody, and for themself."""
    review, note = from_html(row["my review"]), from_html(row["private notes"])
    title = one_line(f"{row['title']} by {row['author']}" if row["author"] else row["title"])
    for kind, text in (("review", review), ("note", note)):
        if text:
            yield Document(
                source=Goodreads.guide.source,
                key=f"{kind}-{row['book id']}",
                text=text,
                title=title,
                url=f"https://www.goodreads.com/book/show/{row['book id']}",
                kind=kind,
                written=dates.from_words(row["date read"]) or dates.from_words(row["date added"]),
                zone_known=False,
                quotes=quotes(text),
                visibility="public" if kind == "review" else "private",
                origin=origin,
            )
