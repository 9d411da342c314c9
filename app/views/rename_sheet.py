"""Asks for a new name. Renames nothing itself."""

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.words import NAME, NOT_NOW
from app.words import history as words
from core.runs import TITLE


class RenameSheet(QDialog):
    """Accepted with a name; Escape leaves it as it is."""

    def __init__(self, window: QWidget, theme: Theme, name: str) -> None:
        super().__init__(window)
        self.setWindowTitle(NAME)
        self.setModal(True)
        self.field = QLineEdit(name)
        self.field.setMaxLength(TITLE)
        self.field.setAccessibleName(words.RENAME_WHY)
        self.field.selectAll()
        self.rename = Button(theme, words.RENAME.rstrip("…"), kind="primary")
        self.keep = Button(theme, NOT_NOW)
        self.rename.clicked.connect(self.accept)
        self.field.returnPressed.connect(self.accept)
        self.keep.clicked.connect(self.reject)
        buttons = Flow(gap=12)
        buttons.addWidget(self.rename)
        buttons.addWidget(self.keep)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        for widget in (text(words.RENAME_WHY, "heading"), self.field, holder(buttons)):
            inside.addWidget(widget)
        self.setMinimumWidth(round(400 * theme.scale))
        self.field.setFocus()
