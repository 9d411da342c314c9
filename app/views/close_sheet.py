"""The question that closing asks while a bot is training. Stops nothing itself."""

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app import words
from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text


class CloseSheet(QDialog):
    """Accepted when training should stop; Escape keeps it going."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self.setWindowTitle(words.NAME)
        self.setModal(True)
        self.stop = Button(theme, words.STOP_AND_SAVE, kind="primary")
        self.keep = Button(theme, words.KEEP_TRAINING)
        self.stop.clicked.connect(self.accept)
        self.keep.clicked.connect(self.reject)
        buttons = Flow(gap=12)
        buttons.addWidget(self.stop)
        buttons.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for widget in (text(words.CLOSE_TITLE, "heading"), text(words.CLOSE_WHY, "quiet"), holder(buttons)):
            column.addWidget(widget)
        self.setMinimumWidth(round(400 * theme.scale))
        self.stop.setFocus()
