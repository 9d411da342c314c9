"""What may be tried in a night, and when it should wait. Changes nothing itself."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QVBoxLayout, QWidget

from app.views.layouts import Flow
from app.views.parts import column, holder, text, tick_with
from app.words import night as words


class NightCard(QFrame):
    """Emits `changed` when something was chosen. 0 degrees and 0 per cent are for not waiting."""

    changed = Signal()

    def __init__(self, *, several: bool, again: bool, hottest: int, emptiest: int) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.several, self.again = self._tick(several), self._tick(again)
        self.hottest = self._box(words.HOTTEST, words.DEGREES, words.degrees, hottest)
        self.emptiest = self._box(words.EMPTIEST, words.PERCENT, words.percent, emptiest)
        waits = Flow(gap=16)
        for box in (self.hottest, self.emptiest):
            waits.addWidget(holder(column(text(box.accessibleName(), "label"), box, gap=4)))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        parts: tuple[QWidget, ...] = (text(words.NIGHT, "heading"), text(words.NIGHT_LEAD, "quiet"))
        ticks = (tick_with(self.several, words.SEVERAL), tick_with(self.again, words.AGAIN))
        for part in (*parts, *ticks, holder(waits)):
            inside.addWidget(part)

    def _tick(self, is_on: bool) -> QCheckBox:
        tick = QCheckBox()
        tick.setChecked(is_on)
        tick.toggled.connect(self.changed)
        return tick

    def _box(self, name: str, values: Sequence[int], shown: Callable[[int], str], chosen: int) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.addItem(words.NEVER, 0)
        for value in values:
            box.addItem(shown(value), value)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.activated.connect(self.changed)
        return box

    @property
    def choices(self) -> dict[str, int | bool]:
        """By their names in the settings."""
        return {
            "several": self.several.isChecked(),
            "again": self.again.isChecked(),
            "hottest": int(self.hottest.currentData()),
            "emptiest": int(self.emptiest.currentData()),
        }
