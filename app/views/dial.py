"""A slider with its name, its value in words, and a sentence on what it does. Knows no sampling."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.views.parts import text


class Dial(QWidget):
    """A whole number from 0 to `most`; `in_words` says what it means. `explained`: the hint stands below it."""

    changed = Signal(int)

    def __init__(
        self, name: str, hint: str, most: int, value: int, in_words: Callable[[int], str], *, explained: bool = False
    ) -> None:
        super().__init__()
        self._in_words = in_words
        self.hint = hint
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, most)
        self.slider.setPageStep(max(most // 10, 1))
        self.slider.setAccessibleName(name)
        self.slider.setAccessibleDescription(hint)
        self.setToolTip(hint)
        self._value = text("", "label", wraps=False)
        head = QHBoxLayout()
        head.addWidget(text(name, "label", wraps=False))
        head.addStretch(1)
        head.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.slider)
        if explained:
            column.addWidget(text(hint, "small"))
        self.slider.valueChanged.connect(self._on_changed)
        self.slider.setValue(value)
        self._on_changed(value)

    @property
    def value(self) -> int:
        return self.slider.value()

    def _on_changed(self, value: int) -> None:
        self._value.setText(self._in_words(value))
        self.changed.emit(value)
