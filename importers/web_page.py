"""HTML files: one page, its own text without menus and footers. Knows no network."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from core.documents import Item
from importers import front_matter, posts
from importers.base import About, TextFile
from importers.extraction import content, said_in_head, title, words
from importers.html_tree import parsed

HEAD: Final = 1 << 12  # characters looked at
WHOLE_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^-]*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
ANY_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")


class WebPage:
    about = About(title="HTML", endings=(".html", ".htm", ".xhtml"))

    def can_read(self, file: TextFile) -> bool:
        """It begins as a page does; or it is named like one, has a tag, and may begin with a header of Hugo's."""
        head = file.text[:HEAD]
        return bool(WHOLE_PAGE.match(head)) or (file.ending in self.about.endings and bool(ANY_TAG.search(head)))

    def read(self, file: TextFile) -> Iterator[Item]:
        post = front_matter.split(file.text)
        tree = parsed(post.body)
        if tree is None:
            yield posts.item(file, post, "")
            return
        own = content(tree)
        text = words(tree, own)
        post = replace(post, fields={**said_in_head(tree), **post.fields})
        yield posts.item(file, post, text, title(tree, own))
