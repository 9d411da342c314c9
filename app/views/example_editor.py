"""One example to read and to change: what is asked, what is answered, the notes between them. Saves nothing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, card, holder, text
from app.views.plain_text import PlainText
from app.words import examples as words
from core.chatrows import Row

ASKED, ANSWER = 64, 120  # pixels of height at 100 %


class ExampleEditor(QWidget):
    """`changed` tells the row with other words, `use_wanted` whether it is to be used."""

    changed = Signal(object, str, str)  # Row, what is asked, what is answered
    use_wanted = Signal(object, bool)
    undo_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._row: Row | None = None
        self._is_used = False
        self.why = text("", "quiet")
        self.state = text("", "small")
        self.asked, self.answer = self._field(words.ASKED), self._field(words.ANSWER)
        self._notes_head, self.notes = text(words.NOTES, "label"), PlainText(theme, "small", "quiet")
        self.save = Button(theme, words.SAVE, kind="primary")
        self.use = Button(theme, words.LEAVE_OUT)
        self.undo = Button(theme, words.UNDO, does=words.UNDO_WHY)
        self._lay_out()
        self.save.clicked.connect(self._on_save)
        self.use.clicked.connect(self._on_use)
        self.undo.clicked.connect(self.undo_wanted)
        for field in (self.asked, self.answer):
            field.textChanged.connect(self._on_typed)
        theme.changed.connect(self._dress)
        self._dress()
        self.show_row(None, is_used=False)

    def _lay_out(self) -> None:
        buttons = Flow(gap=8)
        for button in (self.save, self.use, self.undo):
            buttons.addWidget(button)
        frame, inside = card(gap=8, margin=20)
        self._parts = [text(words.ASKED, "label"), self.asked, text(words.ANSWER, "label"), self.answer,
                       self._notes_head, self.notes, self.state]  # fmt: skip
        for part in (self.why, *self._parts, holder(buttons)):
            inside.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)

    def _field(self, about: str) -> QPlainTextEdit:
        field = QPlainTextEdit()
        field.setAccessibleName(about)
        field.setTabChangesFocus(True)
        return field

    @property
    def row(self) -> Row | None:
        return self._row

    @property
    def is_changed(self) -> bool:
        """Whether there are words in the fields that were not saved."""
        return self._row is not None and self._typed != (self._row.asked.strip(), self._row.answer.strip())

    def show_row(self, row: Row | None, *, is_used: bool) -> None:
        self._row, self._is_used = row, is_used
        for part in self._parts:
            part.setVisible(row is not None)
        for button in (self.save, self.use):
            button.setVisible(row is not None)
        self.why.setText(words.CHOOSE if row is None else words.WHY[row.kind])
        if row is not None:
            self.asked.setPlainText(row.asked)
            self.answer.setPlainText(row.answer)
            self.notes.set_text(row.system)
            said = words.state(row.dropped, is_used=is_used, is_edited=row.edited)
            self.state.setText(said)
            self.state.setVisible(bool(said))
            self.use.set_words(words.LEAVE_OUT if is_used else words.USE)
        for part in (self._notes_head, self.notes):
            part.setVisible(row is not None and bool(row.system))
        self._on_typed()

    def allow_undo(self, can: bool) -> None:
        self.undo.setVisible(can)

    @property
    def _typed(self) -> tuple[str, str]:
        return self.asked.toPlainText().strip(), self.answer.toPlainText().strip()

    def _on_typed(self) -> None:
        self.save.setEnabled(self.is_changed and all(self._typed))

    def _on_save(self) -> None:
        self.changed.emit(self._row, *self._typed)

    def _on_use(self) -> None:
        self.use_wanted.emit(self._row, not self._is_used)

    def _dress(self) -> None:
        self.asked.setFixedHeight(round(ASKED * self._theme.scale))
        self.answer.setFixedHeight(round(ANSWER * self._theme.scale))
