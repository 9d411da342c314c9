"""A text with marks in it: what is cut, put in, quoted, learnt. Read only, scrolled, by keyboard too. Knows no rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit

from app.theme import Theme
from app.views.plain_text import hard_wrapped

Style: TypeAlias = Literal["plain", "gone", "put", "quiet", "learnt", "learnt too", "special"]
MOST: Final = 40_000  # characters that are shown: more cannot be read in one go, and laying them out takes time


@dataclass(frozen=True, slots=True)
class Stroke:
    """Some text and how it looks."""

    text: str
    style: Style = "plain"


class Ink(QTextEdit):
    """Shows strokes. What a screen reader hears is the text."""

    def __init__(self, theme: Theme, about: str) -> None:
        super().__init__()
        self._theme = theme
        self._strokes: Sequence[Stroke] = ()
        self._more = ""
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(about)
        self.setProperty("kind", "ink")
        theme.changed.connect(self._dress)

    def show_strokes(self, strokes: Sequence[Stroke], more: str = "") -> None:
        """`more` is said where there is more than can be shown."""
        self._strokes, self._more = strokes, more
        self._dress()

    def _dress(self) -> None:
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        left = MOST
        for stroke in self._strokes:
            shown = hard_wrapped(stroke.text[:left])
            cursor.insertText(shown, self._format(stroke.style))
            left -= len(stroke.text)
            if left <= 0:
                cursor.insertText(f"\n\n{self._more}", self._format("quiet"))
                break
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _format(self, style: Style) -> QTextCharFormat:
        colours = self._theme.colours
        made = QTextCharFormat()
        made.setFont(self._theme.font("body"))
        made.setForeground(QColor(colours.text))
        match style:
            case "gone":
                made.setForeground(QColor(colours.alarm))
                made.setFontStrikeOut(True)
            case "put":
                made.setForeground(QColor(colours.accent_text))
                made.setBackground(QColor(colours.tint))
            case "quiet":
                made.setForeground(QColor(colours.quiet))
                made.setFontItalic(True)
            case "learnt" | "learnt too":
                made.setBackground(QColor(colours.tint if style == "learnt" else colours.raised))
                made.setFontUnderline(True)
            case "special":
                made.setForeground(QColor(colours.on_accent))
                made.setBackground(QColor(colours.accent))
        return made
