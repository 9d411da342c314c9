"""One meter: its figure, what it means, what stands beside it, and whether it is well. Knows no bot."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.parts import text
from app.words import meters as words
from core.meters import Meter, in_words

MARKS = {True: "✓", False: "✗", None: ""}


class MeterCard(QFrame):
    """A figure that failed says what it should be and which one thing to change."""

    def __init__(self, theme: Theme, meter: Meter) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        value = in_words(meter.value, meter.unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(6)
        column.addWidget(text(meter.title, "label"))
        figure = text(f"{value}  {MARKS[meter.passed]}".rstrip(), "figure")
        figure.setAccessibleName(f"{meter.title}: {value}")
        column.addWidget(figure)
        column.addWidget(text(meter.meaning, "quiet"))
        if meter.baselines:
            column.addWidget(beside(meter))
        if meter.passed is False:
            column.addWidget(text(f"{words.SHOULD_BE} {meter.rule}. {meter.knob}"))
        column.addStretch(1)


def beside(meter: Meter) -> QWidget:
    """The same figure of others, a line each."""
    lines = QWidget()
    grid = QGridLayout(lines)
    grid.setContentsMargins(0, 4, 0, 4)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(0, 1)
    for row, base in enumerate(meter.baselines):
        name, value = text(words.beside(base.name)), text(in_words(base.value, meter.unit), wraps=False)
        value.setAccessibleName(f"{name.text()}: {value.text()}")
        grid.addWidget(name, row, 0)
        grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return lines
