"""The choices of a library: how often each source is read, dates, a cap for conversations. Starts no work."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Columns
from app.views.parts import Button, card, column, holder, text
from app.words import library as words
from core.learnt import Source
from core.selection import MOST_WEIGHT, Selection


class ChoicesView(QWidget):
    """`chosen` tells the Selection when it is saved; `forget_wanted` tells a source."""

    chosen = Signal(object)
    forget_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._selection = Selection()
        self.weights: dict[str, QDoubleSpinBox] = {}
        self._sources = QGridLayout()
        self._sources.setVerticalSpacing(8)
        self._sources.setColumnStretch(0, 1)
        self.verdict = text("", "lead")
        self.first, self.last = QLineEdit(), QLineEdit()
        self.per_thread, self.alike = QSpinBox(), QSpinBox()
        self.per_thread.setRange(0, 1_000_000)
        self.alike.setRange(50, 100)
        self.told = text("", "small")
        self.save = Button(theme, words.SAVE, kind="primary")
        self._lay_out()
        self.save.clicked.connect(self._on_save)

    def _lay_out(self) -> None:
        fields = Columns(least=round(220 * self._theme.scale), gap=12)
        for about, field in (
            (words.FIRST, self.first),
            (words.LAST, self.last),
            (words.PER_THREAD, self.per_thread),
            (words.ALIKE_FROM, self.alike),
        ):
            field.setAccessibleName(about)
            fields.addWidget(holder(column(text(about, "label"), field, gap=4)))
        frame, inside = card(margin=20)
        for widget in (
            text(words.CHOICES, "heading"),
            text(words.CHOICES_WHY, "quiet"),
            self.verdict,
            holder(self._sources),
            holder(fields),
            self.told,
            self.save,
        ):
            inside.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        whole.addStretch(1)

    def show_selection(self, selection: Selection) -> None:
        self._selection = selection
        self.first.setText(selection.first)
        self.last.setText(selection.last)
        self.per_thread.setValue(selection.per_thread)
        self.alike.setValue(round(100 * selection.alike))
        for source, box in self.weights.items():
            box.setValue(selection.weight(source))

    def show_sources(self, names: Sequence[str], learnt: Sequence[Source], verdict: str) -> None:
        """A line for each source: how much of it is learnt, how often it is read, and a way to forget it."""
        while (item := self._sources.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        self.weights = {}
        tokens = {one.source: one.tokens for one in learnt}
        for line, name in enumerate(names):
            box = QDoubleSpinBox()
            box.setRange(0, MOST_WEIGHT)
            box.setSingleStep(0.5)
            box.setValue(self._selection.weight(name))
            box.setAccessibleName(f"{words.WEIGHT}: {name}")
            forget = Button(self._theme, words.FORGET, does=f"{words.FORGET_SOURCE} {name}")
            forget.setObjectName(name)
            forget.clicked.connect(self._on_forget)
            self._sources.addWidget(text(words.source_line(name, tokens.get(name, 0))), line, 0)
            self._sources.addWidget(box, line, 1)
            self._sources.addWidget(forget, line, 2)
            self.weights[name] = box
        self.verdict.setText(verdict)

    def _on_forget(self) -> None:
        self.forget_wanted.emit(self.sender().objectName())

    def _on_save(self) -> None:
        first, last = self.first.text().strip(), self.last.text().strip()
        if not all(is_day(day) for day in (first, last) if day):
            self.told.setText(words.NOT_A_DAY)
            return
        others = [(source, times) for source, times in self._selection.weights if source not in self.weights]
        weights = [(source, box.value()) for source, box in self.weights.items() if box.value() != 1]
        self.told.setText("")
        self.chosen.emit(
            replace(
                self._selection,
                first=first,
                last=last,
                per_thread=self.per_thread.value(),
                alike=self.alike.value() / 100,
                weights=tuple(sorted([*others, *weights])),
            )
        )


def is_day(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
