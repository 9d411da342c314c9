"""What a look found of one kind at one place, and what the user says to it. Imports nothing."""

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout

from app.theme import Theme
from app.views.parts import text, tick_with
from app.views.table_columns import TableColumns
from app.views.which_are_you import WhichAreYou
from app.words import gathering as words
from core.sources import Found


class FoundCard(QFrame):
    """A heading to tick, a sentence, and the questions that this kind raises. `changed` follows every answer."""

    changed = Signal()
    columns_chosen = Signal(object)  # Columns

    def __init__(self, theme: Theme, found: Found, place: str, known: Collection[str]) -> None:
        super().__init__()
        self.found = found
        self.setProperty("kind", "inset")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(16, 14, 16, 14)
        inside.setSpacing(8)
        self.wanted = QCheckBox()
        self.wanted.setChecked(bool(found.items or found.private or found.people or found.columns))
        self.wanted.setEnabled(self.wanted.isChecked())
        self.wanted.toggled.connect(self._on_changed)
        self._sentence = text("")
        inside.addWidget(tick_with(self.wanted, f"{found.title}  ·  {place}", "question"))
        self.wanted.setVisible(self.wanted.isEnabled())
        inside.addWidget(self._sentence)
        self.columns = self._make_columns(theme)
        self.you = WhichAreYou(theme, found.people, known) if found.people else None
        self.private = QCheckBox() if found.private else None
        for widget in (self.columns, self.you):
            if widget is not None:
                inside.addWidget(widget)
        if self.you is not None:
            self.you.changed.connect(self._on_changed)
        if self.private is not None:
            self.private.toggled.connect(self._on_changed)
            inside.addWidget(
                tick_with(self.private, words.let_private_in(0 if words.is_asked(found) else found.private))
            )
        self._describe()

    def _make_columns(self, theme: Theme) -> TableColumns | None:
        if self.found.columns is None:
            return None
        made = TableColumns(theme, self.found.columns, self.found.all_columns, self.found.examples)
        made.chosen.connect(self.columns_chosen)
        return made

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        return self._sentence.text()

    @property
    def me(self) -> tuple[str, ...]:
        """The ids of those who were ticked."""
        return tuple(person.id for person in self.you.ticked) if self.you is not None else ()

    @property
    def lets_private_in(self) -> bool:
        return self.private is not None and self.private.isChecked()

    @property
    def is_answered(self) -> bool:
        """Whether it is known who the user is and what the texts are, as far as this comes in."""
        has_text = self.found.columns is None or bool(self.found.columns.text)
        return not self.wanted.isChecked() or (has_text and (self.you is None or bool(self.you.ticked)))

    @property
    def brings(self) -> bool:
        """Whether anything of it would come in: what is private does only where that was said."""
        return self.wanted.isChecked() and bool(self.found.items or not self.found.private or self.lets_private_in)

    def _on_changed(self) -> None:
        self._describe()
        self.changed.emit()

    def _describe(self) -> None:
        """Names, once they are ticked, are those of the user; before, the likeliest user's."""
        me = self.you.ticked if self.you is not None else ()
        self._sentence.setText(words.what_was_found(self.found, private=self.lets_private_in, me=me))
