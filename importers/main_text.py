"""The part of a page that trafilatura takes for its text. Knows no Markdown.

The library is loaded with the first page: it takes 0.2 seconds, half of what a reader needs to begin, and most exports
hold no page.
"""

import logging

from lxml import etree

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it would log the user's own text


def main_text(tree: etree._Element) -> etree._Element | None:
    """A tree in trafilatura's own tags; None where it finds no text. It may change `tree`."""
    import trafilatura
    from trafilatura.settings import Document

    found = trafilatura.bare_extraction(
        tree, include_comments=False, include_formatting=True, include_tables=True, with_metadata=False
    )
    body: etree._Element | None = found.body if isinstance(found, Document) else None
    return body
