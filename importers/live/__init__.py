"""Live sources: one file each, read over the web. Each knows one service and the fetcher, and no corpus.

`LIVE` is in the order in which they are asked, which is the reverse of the order in which they are shown: the commonest
addresses say least of what is behind them.
"""

from typing import Final

from importers.live.blog import Blog
from importers.live.bluesky import Bluesky
from importers.live.feed import Feed
from importers.live.hacker_news import HackerNews
from importers.live.mastodon import Mastodon
from importers.live.medium import Medium
from importers.live.podcast import Podcast
from importers.live.substack import Substack
from importers.live.wayback import Wayback
from importers.live.youtube import YouTube
from importers.web import WebImporter

LIVE: Final[tuple[WebImporter, ...]] = (
    Wayback(),
    Podcast(),
    HackerNews(),
    Mastodon(),
    Bluesky(),
    YouTube(),
    Medium(),
    Substack(),
    Feed(),
    Blog(),
)
