"""Markdown files: posts of Jekyll, Hugo and 11ty, notes of Obsidian, or just Markdown."""

import re
from collections.abc import Iterator
from typing import Final

from core.documents import Item
from importers import front_matter, markup, posts
from importers.base import About, TextFile

HEAD: Final = 1 << 12  # characters looked at
SIGNS: Final = re.compile(
    r"^#{1,6} \S|\]\([^()\s]*\)|^(?:---|\+\+\+)[ \t]*\n[\w-]+[ \t]*[:=]|\[\[[^\[\]\n]+\]\]", re.MULTILINE
)
IMPORT: Final = re.compile(  # code of MDX between the words
    r"^(?:import\s[^\n]*['\"];?|export\s+(?:const|let|default|function)\s[^\n]*)$", re.MULTILINE
)


class Markdown:
    about = About(title="Markdown", endings=(".md", ".markdown", ".mdown", ".mkd", ".mdx", ".dj", ""))

    def can_read(self, file: TextFile) -> bool:
        """Its name says so, or it has a header, a heading or a link of Markdown near its beginning."""
        return (file.ending != "" and file.ending in self.about.endings) or bool(SIGNS.search(file.text[:HEAD]))

    def read(self, file: TextFile) -> Iterator[Item]:
        post = front_matter.split(file.text)
        yield posts.item(file, post, markup.clean(IMPORT.sub("", post.body) if file.ending == ".mdx" else post.body))
