"""Importers: everything a person has written, as documents. Knows neither torch nor Qt; reads, never decides.

`ALL` is in the order in which importers are asked; the last one reads every text.
"""

from typing import Final

from importers.base import FileImporter
from importers.markdown import Markdown
from importers.plain import PlainText
from importers.web_page import WebPage

ALL: Final[tuple[FileImporter, ...]] = (WebPage(), Markdown(), PlainText())
