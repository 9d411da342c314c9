"""What a bot sees: one example after the other as tokens, the learnt ones told apart. Starts no work."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import Theme
from app.views.ink import Ink, Stroke, Style
from app.views.parts import Button, holder, row, text
from app.views.segments import Segments
from app.words import library as words

if TYPE_CHECKING:
    from core.examples.sight import Piece, Sight


class TokensView(QWidget):
    """`shape_wanted` tells for which kind of bot examples are to be made."""

    shape_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._sights: Sequence[Sight] = ()
        self._here = 0
        self.shape = Segments(words.SHAPES, words.SHAPE)
        self.told = text("", "small")
        self.pane = Ink(theme, words.SEES)
        self.earlier, self.later = Button(theme, words.EARLIER), Button(theme, words.LATER)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        for widget in (text(words.SEES, "heading"), text(words.SEES_WHY, "quiet"), self.shape, self.told):
            whole.addWidget(widget)
        whole.addWidget(self.pane, 1)
        whole.addWidget(holder(row(self.earlier, self.later)))
        self.shape.chosen.connect(self.shape_wanted)
        self.earlier.clicked.connect(self._on_earlier)
        self.later.clicked.connect(self._on_later)
        self.show_sights(())

    def show_sights(self, sights: "Sequence[Sight]") -> None:
        self._sights, self._here = sights, 0
        self._show()

    def refuse(self, why: str) -> None:
        """Say why a training on this would not be begun."""
        self.show_sights(())
        self.told.setText(why)

    def _on_earlier(self) -> None:
        self._here -= 1
        self._show()

    def _on_later(self) -> None:
        self._here += 1
        self._show()

    def _show(self) -> None:
        self.earlier.setEnabled(self._here > 0)
        self.later.setEnabled(self._here + 1 < len(self._sights))
        if not self._sights:
            self.told.setText("")
            self.pane.show_strokes(())
            return
        sight = self._sights[self._here]
        total = len(sight.pieces)
        self.told.setText(words.example(self._here, len(self._sights), sight.kind, sight.source, sight.learnt, total))
        self.pane.show_strokes([Stroke(shown(piece), style(piece, n)) for n, piece in enumerate(sight.pieces)])


def shown(piece: "Piece") -> str:
    return f"{piece.text}\n" if piece.special else piece.text


def style(piece: "Piece", n: int) -> Style:
    """Neighbours that are learnt take turns in two grounds, so that one sees where one ends."""
    if piece.special:
        return "special"
    if piece.learnt:
        return "learnt" if n % 2 else "learnt too"
    return "quiet"
