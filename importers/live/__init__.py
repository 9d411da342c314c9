"""Live sources: one file each, read over the web. Each knows one service and the fetcher, and no corpus.

`LIVE` is in the order in which they are asked; the last ones know what an address that says nothing turns out to be.
"""

from typing import Final

from importers.live.blog import Blog
from importers.live.feed import Feed
from importers.live.substack import Substack
from importers.web import WebImporter

LIVE: Final[tuple[WebImporter, ...]] = (Substack(), Feed(), Blog())
