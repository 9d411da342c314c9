"""A number with its name, as large as it is important. Knows no source."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views.parts import text


class Figure(QWidget):
    """The name above, the number below; read out together."""

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__()
        self.name = name
        self._number = text("–", "figure", wraps=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(text(name, "label", wraps=False))
        column.addWidget(self._number)
        self.setToolTip(hint)
        self.setAccessibleName(name)

    @property
    def number(self) -> str:
        return self._number.text()

    def show_number(self, number: str) -> None:
        self._number.setText(number)
        self.setAccessibleName(f"{self.name}: {number}")
