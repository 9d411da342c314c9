"""A block of somebody's text with Markdown's looks and none of its reach: it opens no file, no picture and no address.

Whatever the text holds, nothing is loaded: pictures become their words, HTML stays letters, and a link is only told to
whoever asks, with its whole target. Letters that turn the reading direction or cannot be seen are shown as marks.
Knows no speaker.
"""

import re
from typing import Any, Final

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from app.theme import Theme
from app.views.plain_text import hard_wrapped

MOST: Final = 16_000  # characters shown, and
LINES: Final = 1_000  # lines; more is cut, and said to be
FORMATTED: Final = 20_000  # characters of a text that is laid out as Markdown; a longer one is shown as it is
MARKS: Final = 2_000  # of Markdown's letters; a text with more is no prose
RUN: Final = 200  # letters without a space, above which breaks are put in
PICTURE: Final = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?")
REFERENCE: Final = re.compile(r"^ {0,3}\[[^\]]+\]:.*$", re.MULTILINE)
AUTOLINK: Final = re.compile(r"<(?=[A-Za-z/!?])")
LETTERS: Final = re.compile(r"[\[\]*_`>#|~\\]")
DEEP: Final = re.compile(r"^[\s>*+\-\d.)]{24,}", re.MULTILINE)
HIDDEN: Final = re.compile(
    "[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e0fff]"
)
MARK: Final = "\u25e6"  # what stands for a letter that cannot be seen
COPIED: Final = "copied"  # what the shaded passages lead to: never an address
LINKS: Final = ("http", "https", "mailto")


class NothingElse(QTextDocument):
    """A document that loads nothing: Qt would read files for pictures, and over a network share on Windows."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return QImage()


class SafeText(QTextBrowser):
    """`fit` tells how large it would like to be; `link_asked` what a link would open, which nobody has done yet."""

    link_asked = Signal(str)
    copy_asked = Signal(int)  # which of the shaded passages was pressed

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._text = theme, ""
        self._tinted: tuple[list[str], str] = ([], "")
        self._shaded: list[str] = []
        self._fitted: tuple[int, QSize] | None = None  # how wide it might be, and what it took
        self._document = NothingElse(self)
        self._document.setDocumentMargin(0)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._document.setDefaultTextOption(option)
        self.setDocument(self._document)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)  # else it goes back to the width it had before
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "bare")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.viewport().setAutoFillBackground(False)
        self.anchorClicked.connect(self._on_clicked)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def text(self) -> str:
        """As it was given."""
        return self._text

    def set_text(self, text: str, *, formatted: bool = False) -> None:
        """Show a text: as it is, or with Markdown's looks."""
        self._text, self._tinted, self._shaded, self._fitted = text, ([], ""), [], None
        shown = visible(cut(text))
        if formatted and is_prose(shown):
            features = (
                QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
            )
            self._document.setMarkdown(harmless(shown), features)
            self._air()
        else:
            self._document.setPlainText(hard_wrapped(shown))
        self.setAccessibleName(text[:FORMATTED])

    def tint(self, spans: list[str], colour: str) -> None:
        """Another colour for these passages, where they stand word for word."""
        self._tinted = (spans, colour)
        if not spans:
            return
        look = QTextCharFormat()
        look.setForeground(QColor(getattr(self._theme.colours, colour)))
        plain = self._document.toPlainText()
        here = 0
        for span in spans:
            at = plain.find(span, here)
            if at >= 0:
                cursor = QTextCursor(self._document)
                cursor.setPosition(at)
                cursor.setPosition(at + len(span), QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(look)
                here = at + len(span)

    def shade(self, passages: list[str]) -> None:
        """A ground and a dotted line for these passages, which can be pressed. Blanks and Markdown's marks in them are
        passed over, as they look otherwise here than in what was written."""
        self._shaded = passages
        plain, here = self._document.toPlainText(), 0
        for n, passage in enumerate(passages):
            words = [re.escape(word) for word in re.findall(r"\w+", passage)]
            found = re.compile(r"\W+".join(words)).search(plain, here) if words else None
            if found is not None:
                cursor = QTextCursor(self._document)
                cursor.setPosition(found.start())
                cursor.setPosition(found.end(), QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(self._shading(n))
                here = found.end()

    def _shading(self, number: int) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setBackground(QColor(self._theme.colours.tint))
        look.setForeground(QColor(self._theme.colours.text))
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        look.setUnderlineColor(QColor(self._theme.colours.accent_text))
        look.setAnchor(True)
        look.setAnchorHref(f"{COPIED}:{number}")
        return look

    def fit(self, most: int) -> QSize:
        """The size of the text when it may be `most` pixels wide; takes that size. Laid out only when either is new."""
        if self._fitted is not None and self._fitted[0] == most:
            return self._fitted[1]
        self.setLineWrapColumnOrWidth(most)
        width = min(most, int(self._document.idealWidth()) + 1)
        self.setLineWrapColumnOrWidth(width)
        size = QSize(width, int(self._document.size().height() + 0.999))
        self.setFixedSize(size)
        self._fitted = most, size
        return size

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing, whatever is asked for."""
        return QImage()

    def _air(self) -> None:
        """Some space between paragraphs, which Markdown's own looks lack; none between the lines of a list."""
        air = QTextBlockFormat()
        air.setBottomMargin(self._theme.size("body") / 2)
        block = self._document.begin()
        while block.isValid() and block.next().isValid():
            if block.textList() is None or block.next().textList() is None:
                QTextCursor(block).mergeBlockFormat(air)
            block = block.next()

    def _on_clicked(self, url: QUrl) -> None:
        if url.scheme() == COPIED and url.path().isdecimal():
            self.copy_asked.emit(int(url.path()))
        if url.scheme().lower() in LINKS:
            self.link_asked.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def _dress(self) -> None:
        self._document.setDefaultFont(self._theme.font("body"))
        self._fitted = None
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, QColor(self._theme.colours.text))
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        palette.setColor(QPalette.ColorRole.Link, QColor(self._theme.colours.accent_text))
        self.setPalette(palette)
        self.tint(*self._tinted)
        self.shade(self._shaded)


def cut(text: str) -> str:
    """As much of a text as can be laid out in a moment."""
    kept = "\n".join(text[:MOST].split("\n", LINES)[:LINES])
    return text if len(kept) == len(text) else f"{kept}\n…"


def visible(text: str) -> str:
    """Letters that cannot be seen, or turn the reading direction, as marks; endless runs with breaks in them."""
    return re.sub(rf"\S{{{RUN}}}", lambda run: f"{run[0]}\n", HIDDEN.sub(MARK, text.replace("\x00", MARK)))


def is_prose(text: str) -> bool:
    """Whether a text may be laid out as Markdown without taking for ever."""
    return len(text) <= FORMATTED and len(LETTERS.findall(text)) <= MARKS and DEEP.search(text) is None


def harmless(text: str) -> str:
    """Markdown without pictures, references and HTML; all of them stay readable as letters."""
    text = PICTURE.sub(lambda picture: f"({picture[1] or 'a picture'})", text)
    text = REFERENCE.sub(lambda line: "\\" + line[0].lstrip(), text)
    return AUTOLINK.sub("\\\\<", text)
