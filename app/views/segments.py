"""A few short choices of which one holds, side by side. Knows no meaning."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy

from app.views.layouts import Flow


class Segments(QFrame):
    """Emits the index of the choice that was made."""

    chosen = Signal(int)

    def __init__(self, names: Sequence[str], about: str, chosen: int = 0) -> None:
        super().__init__()
        self.setProperty("kind", "segments")
        self.setAccessibleName(about)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        flow = Flow(self, gap=2)
        flow.setContentsMargins(3, 3, 3, 3)
        # No QButtonGroup: with one, the Tab key comes to the chosen button only.
        self.buttons = [self._make_button(name, f"{about}: {name}") for name in names]
        for button in self.buttons:
            flow.addWidget(button)
        self.choose(chosen)

    def name(self, index: int, words: str) -> None:
        """Put other words on a choice."""
        self.buttons[index].setText(words)

    def _make_button(self, name: str, does: str) -> QPushButton:
        button = QPushButton(name)
        button.setProperty("kind", "segment")
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(does)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        self.choose(next(index for index, button in enumerate(self.buttons) if button is self.sender()))
        self.chosen.emit(self.index)

    def choose(self, index: int) -> None:
        """Mark a choice, without a word to anybody."""
        self.index = index
        for each, button in enumerate(self.buttons):
            button.setChecked(each == index)
