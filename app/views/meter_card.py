"""One meter: its figure, what it means, what stands beside it, and whether it is well. Knows no bot."""

from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.theme import Theme
from app.views.parts import text
from app.words import meters as words
from core.judge.gate import Meter

MARKS = {True: "✓", False: "✗", None: ""}


class MeterCard(QFrame):
    """A figure that failed says what it should be and which one thing to change."""

    def __init__(self, theme: Theme, meter: Meter) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        value = words.value_in_words(meter.value, meter.unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(6)
        column.addWidget(text(meter.title, "label"))
        figure = text(f"{value}  {MARKS[meter.passed]}".rstrip(), "figure")
        figure.setAccessibleName(f"{meter.title}: {value}")
        column.addWidget(figure)
        column.addWidget(text(meter.meaning, "quiet"))
        if meter.baselines:
            column.addWidget(text(words.beside(meter)))
        if meter.passed is False:
            column.addWidget(text(f"{words.SHOULD_BE} {meter.rule}. {meter.knob}"))
        column.addStretch(1)
