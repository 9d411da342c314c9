"""Plain text: diaries, letters, books, and everything that no other importer knows better."""

from collections.abc import Iterator
from typing import Final

from core.documents import Item
from importers import posts, prose
from importers.base import About, TextFile
from importers.characters import one_line, tidy
from importers.front_matter import Post

LONGEST_TITLE: Final = 100  # characters; a longer first line is the first sentence


class PlainText:
    about = About(title="plain text", endings=(".txt", ".text", ""))

    def can_read(self, file: TextFile) -> bool:
        return True

    def read(self, file: TextFile) -> Iterator[Item]:
        text = tidy(unwrapped(file.text))
        yield posts.item(file, Post(text), text, heading(text))


def unwrapped(text: str) -> Iterator[str]:
    """Paragraphs without the line ends that an editor or a typist put in."""
    for paragraph in text.split("\n\n"):
        if "\n" not in paragraph:
            yield paragraph.rstrip()
            yield ""
            continue
        lines = paragraph.split("\n")
        yield from prose.unwrapped(lines, max(len(line) for line in lines))
        yield ""


def heading(text: str) -> str:
    """The first line, when it stands alone and is short enough to be a title."""
    first, _, after = text.partition("\n")
    alone = after.startswith("\n")
    return one_line(first).strip("_*=# ") if alone and len(first) <= LONGEST_TITLE else ""
