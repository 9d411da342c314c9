"""The question which of several people the user is: a list to tick. Knows no export."""

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.parts import Button, text
from app.words import gathering as words
from core.sources import Person

ROWS = 5  # that are seen at once


class WhichAreYou(QWidget):
    """Where the export knows it the list is folded away; `changed` follows every tick."""

    changed = Signal()

    def __init__(self, theme: Theme, people: tuple[Person, ...], known: Collection[str]) -> None:
        super().__init__()
        self._theme, self._people = theme, people
        names = {name.casefold() for name in known}
        is_marked = any(person.is_me for person in people)
        self._heading, self._hint = text(words.WHICH_ARE_YOU, "question"), text(words.WHICH_HINT, "quiet")
        self.list = QListWidget()
        self.list.setAccessibleName(words.WHICH_ARE_YOU)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for person in people:
            is_known = not {person.id.casefold(), person.name.casefold()}.isdisjoint(names)
            item = QListWidgetItem(words.person(person.name, person.count))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = person.is_me if is_marked else is_known
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.itemChanged.connect(self._on_changed)
        self._you = text("")
        self.change = Button(theme, words.CHANGE, kind="small", does=words.WHICH_ARE_YOU)
        self.change.clicked.connect(self._unfold)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.setSpacing(6)
        for widget in (self._you, self._heading, self._hint, self.list):
            inside.addWidget(widget)
        inside.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._fit)
        self._fit()
        self._fold(bool(self.ticked) and is_marked)

    @property
    def ticked(self) -> tuple[Person, ...]:
        checked = Qt.CheckState.Checked
        return tuple(person for row, person in enumerate(self._people) if self.list.item(row).checkState() == checked)

    def _fold(self, folded: bool) -> None:
        self._you.setText(words.you_are(tuple(person.name for person in self.ticked)))
        for widget in (self._heading, self._hint, self.list):
            widget.setVisible(not folded)
        self._you.setVisible(folded)
        self.change.setVisible(folded and len(self._people) > 1)

    def _unfold(self) -> None:
        self._fold(False)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_changed(self) -> None:
        self.changed.emit()

    def _fit(self) -> None:
        row = max(self.list.sizeHintForRow(0), round(22 * self._theme.scale))
        self.list.setFixedHeight(row * min(len(self._people), ROWS) + 16)
