"""What should happen when a training is done. Changes nothing itself."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from app.morning import Then
from app.views.layouts import Flow
from app.views.parts import holder, text
from app.views.segments import Segments
from app.words import morning as words


class MorningCard(QFrame):
    """Emits what was chosen."""

    then_chosen = Signal(str)
    address_given = Signal(str)

    def __init__(self, then: Then, address: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        names = [each for each, _ in words.THENS]
        self.then = Segments([name for _, name in words.THENS], words.THEN, names.index(then))
        self.address = QLineEdit(address)
        self.address.setAccessibleName(words.ADDRESS)
        self.address.setPlaceholderText(words.ADDRESS_HINT)
        self.then.chosen.connect(self._on_then)
        self.address.editingFinished.connect(self._on_address)
        line = Flow(gap=12)
        line.addWidget(text(words.THEN, "label", wraps=False))
        line.addWidget(self.then)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        parts: tuple[QWidget, ...] = (
            text(words.MORNING, "heading"),
            text(words.MORNING_LEAD, "quiet"),
            holder(line),
            text(words.ADDRESS, "label"),
            self.address,
        )
        for part in parts:
            inside.addWidget(part)

    def _on_then(self, index: int) -> None:
        self.then_chosen.emit(words.THENS[index][0])

    def _on_address(self) -> None:
        self.address_given.emit(self.address.text().strip())
