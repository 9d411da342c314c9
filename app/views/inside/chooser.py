"""What is looked at: a text, a saved state of the model, and of one with adapters its side. Knows no view."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.views.segments import Segments
from app.words import inside as words
from core.inside.reports import Side

SIDES: tuple[Side, ...] = ("merged", "base", "difference")
LONGEST = 20_000  # characters that are kept: more than any view looks at


class Chooser(QFrame):
    """Emits what was changed."""

    text_changed = Signal()  # by typing: more letters may follow
    changed = Signal()  # by choosing
    line_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._reply = ""
        self.field = QLineEdit()
        self.field.setAccessibleName(words.TEXT)
        self.field.setPlaceholderText(words.TEXT_HINT)
        self.field.setMaxLength(LONGEST)
        self.field.textEdited.connect(self._on_edited)
        self.field.returnPressed.connect(self.changed)
        self.mine = Button(theme, words.MINE, kind="small", drawing="again", does=words.MINE_WHY)
        self.mine.clicked.connect(self.line_wanted)
        self.reply = Button(theme, words.REPLY, kind="small", drawing="chat", does=words.REPLY_WHY)
        self.reply.clicked.connect(self._on_reply)
        self.reply.setEnabled(False)
        self.steps = QComboBox()
        self.steps.setAccessibleName(words.CHECKPOINT_WHY)
        self.steps.activated.connect(self._on_chosen)
        self.sides = Segments(words.SIDES, words.SIDE)
        self.sides.chosen.connect(self._on_chosen)
        self.sides.hide()
        line = Flow(gap=12)
        as_it_was = text(words.CHECKPOINT, "label", wraps=False)
        parts: list[QWidget] = [self.mine, self.reply, as_it_was, self.steps, self.sides]
        for part in parts:
            line.addWidget(part)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(16, 14, 16, 14)
        inside.setSpacing(8)
        for widget in (text(words.TEXT, "label"), self.field, holder(line)):
            inside.addWidget(widget)

    @property
    def text(self) -> str:
        return self.field.text()

    @property
    def step(self) -> int | None:
        """The chosen step; None is the best."""
        step: int | None = self.steps.currentData()
        return step

    @property
    def side(self) -> Side:
        return SIDES[self.sides.index] if not self.sides.isHidden() else "merged"

    def set_text(self, line: str) -> None:
        self.field.setText(" ".join(line.split())[:LONGEST])
        self.field.setCursorPosition(0)

    def remember_reply(self, reply: str) -> None:
        self._reply = reply
        self.reply.setEnabled(bool(reply.strip()))

    def clear(self) -> None:
        self.field.clear()
        self.remember_reply("")
        self.steps.clear()

    def show_steps(self, steps: Sequence[int], *, has_sides: bool) -> None:
        """The newest first, and the best above all; what was chosen stays chosen while it is there."""
        chosen = self.step
        self.steps.clear()
        self.steps.addItem(words.BEST, None)
        for step in reversed(steps):
            self.steps.addItem(words.at_step(step), step)
        self.steps.setCurrentIndex(max(self.steps.findData(chosen), 0) if chosen is not None else 0)
        self.sides.setVisible(has_sides)

    def _on_edited(self) -> None:
        self.text_changed.emit()

    def _on_chosen(self, _index: int) -> None:
        self.changed.emit()

    def _on_reply(self) -> None:
        self.set_text(self._reply)
        self.changed.emit()
