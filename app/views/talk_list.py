"""The conversations that are kept, in a sheet: search, open, export, delete. Reads and writes none itself."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.words import chat as words
from core.conversations import Conversation, search

ID = Qt.ItemDataRole.UserRole


class TalkList(QDialog):
    """Emits the id of the conversation that something is wanted of."""

    opened = Signal(str)
    export_wanted = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self, window: QWidget, theme: Theme, talks: Sequence[Conversation]) -> None:
        super().__init__(window)
        self.setWindowTitle(words.TALKS)
        self._talks = list(talks)
        self.field = QLineEdit()
        self.field.setPlaceholderText(words.SEARCH)
        self.field.setAccessibleName(words.SEARCH)
        self.list = QListWidget()
        self.list.setAccessibleName(words.TALKS)
        self._nothing = text("", "quiet")
        self.open_button = Button(theme, words.OPEN, kind="primary")
        self.export = Button(theme, words.EXPORT)
        self.delete = Button(theme, words.DELETE)
        self.close_button = Button(theme, words.CLOSE)
        self._lay_out(theme)
        self.field.textChanged.connect(self._show)
        self.list.itemActivated.connect(self._on_open)
        self.list.currentRowChanged.connect(self._on_chosen)
        self.open_button.clicked.connect(self._on_open)
        self.export.clicked.connect(self._on_export)
        self.delete.clicked.connect(self._on_delete)
        self.close_button.clicked.connect(self.close)
        self._show()

    def _lay_out(self, theme: Theme) -> None:
        buttons = Flow(gap=8)
        for button in (self.open_button, self.export, self.delete, self.close_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for widget in (text(words.TALKS, "heading"), self.field, self._nothing, self.list, holder(buttons)):
            column.addWidget(widget)
        self.resize(round(520 * theme.scale), round(480 * min(theme.scale, 1.2)))

    @property
    def chosen(self) -> str:
        item = self.list.currentItem()
        return str(item.data(ID)) if item else ""

    def _show(self) -> None:
        found = search(self._talks, self.field.text())
        self.list.clear()
        for talk in found:
            item = QListWidgetItem(f"{talk.title or words.NEW_WHY}   ·   {talk.started:%d %B %Y}")
            item.setData(ID, talk.id)
            self.list.addItem(item)
        self._nothing.setText(words.NOTHING_FOUND if self._talks else words.NO_TALKS)
        self._nothing.setVisible(not found)
        self.list.setVisible(bool(found))
        self.list.setCurrentRow(0)
        self._on_chosen()

    def _on_chosen(self) -> None:
        self.delete.set_words(words.DELETE)
        for button in (self.open_button, self.export, self.delete):
            button.setEnabled(bool(self.chosen))

    def _on_open(self) -> None:
        if self.chosen:
            self.opened.emit(self.chosen)
            self.close()

    def _on_export(self) -> None:
        self.export_wanted.emit(self.chosen)

    def _on_delete(self) -> None:
        """The first press asks, the second one does it."""
        if self.delete.text() != words.DELETE_SURE:
            self.delete.set_words(words.DELETE_SURE)
            return
        gone = self.chosen
        self._talks = [talk for talk in self._talks if talk.id != gone]
        self.delete_wanted.emit(gone)
        self._show()
