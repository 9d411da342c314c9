"""Importers: everything a person has written, as documents. Knows neither torch nor Qt; reads, never decides.

Lists are in the order in which importers are asked; the last one of `ALL` reads every text, and
the last one of `EXPORTS` knows only what stands alone.
"""

from typing import Final

from importers.asciidoc import AsciiDoc
from importers.base import FileImporter
from importers.binary import DocumentImporter
from importers.blogger import Blogger
from importers.bluesky import Bluesky
from importers.captions import Captions
from importers.chatgpt import ChatGPT
from importers.claude import Claude
from importers.discord import Discord
from importers.epub import Epub
from importers.export import Export
from importers.facebook import Facebook
from importers.ghost import Ghost
from importers.goodreads import Goodreads
from importers.google_chat import GoogleChat
from importers.hangouts import Hangouts
from importers.imessage import IMessage
from importers.instagram import Instagram
from importers.keep import Keep
from importers.linkedin import LinkedIn
from importers.mail import Mail
from importers.markdown import Markdown
from importers.mastodon import Mastodon
from importers.medium import Medium
from importers.open_document import OpenDocument
from importers.org import Org
from importers.pdf import Pdf
from importers.plain import PlainText
from importers.reddit import Reddit
from importers.restructured_text import RestructuredText
from importers.rich_text import RichText
from importers.signal_text import Signal
from importers.slack import Slack
from importers.sms import TextMessages
from importers.substack import Substack
from importers.table import Table
from importers.telegram import Telegram
from importers.twitter import Twitter
from importers.web_page import WebPage
from importers.whatsapp import WhatsApp
from importers.word import Word
from importers.wordpress import WordPress
from importers.youtube_comments import YouTubeComments

DOCUMENTS: Final[tuple[DocumentImporter, ...]] = (OpenDocument(), Epub(), Word(), RichText(), Pdf())
ALL: Final[tuple[FileImporter, ...]] = (WebPage(), Org(), RestructuredText(), AsciiDoc(), Markdown(), PlainText())
EXPORTS: Final[tuple[Export, ...]] = (
    Twitter(),
    Bluesky(),
    Mastodon(),
    Reddit(),
    Telegram(),
    ChatGPT(),
    Claude(),
    WordPress(),
    Blogger(),
    Ghost(),
    Substack(),
    Medium(),
    Instagram(),
    Facebook(),
    LinkedIn(),
    Goodreads(),
    YouTubeComments(),
    Discord(),
    GoogleChat(),
    Keep(),
    Hangouts(),
    TextMessages(),
    Slack(),
    Signal(),
    IMessage(),
    Captions(),
    WhatsApp(),
    Mail(),
    Table(),
)
