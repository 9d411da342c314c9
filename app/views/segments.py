"""A few short choices of which one holds, side by side. Knows no meaning."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy

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
        self._group = QButtonGroup(self)
        for number, name in enumerate(names):
            button = QPushButton(name)
            button.setProperty("kind", "segment")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{about}: {name}")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setChecked(number == chosen)
            self._group.addButton(button, number)
            flow.addWidget(button)
        self._group.idClicked.connect(self.chosen)

    @property
    def index(self) -> int:
        return self._group.checkedId()

    def name(self, index: int, words: str) -> None:
        """Put other words on a choice."""
        self._group.button(index).setText(words)
