"""The choices of a library: how often each source is read, kinds, languages, dates, lengths. Starts no work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Columns, Flow
from app.views.parts import Button, card, column, holder, text
from app.words import library as words
from app.words import number
from core.learnt import Source
from core.selection import MOST_WEIGHT, Selection

LARGE: Final = 1.5  # of the usual text, from which a source's buttons stand below its name


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
        self.kinds: dict[str, QCheckBox] = {}
        self.languages: dict[str, QCheckBox] = {}
        self._kinds, self._languages = Flow(gap=16), Flow(gap=16)
        self.first, self.last = QLineEdit(), QLineEdit()
        self.fewest, self.per_thread, self.alike = QSpinBox(), QSpinBox(), QSpinBox()
        self.fewest.setRange(0, 1_000_000)
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
            (words.FEWEST, self.fewest),
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
            text(words.KINDS, "label"),
            holder(self._kinds),
            text(words.LANGUAGES, "label"),
            holder(self._languages),
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
        self.fewest.setValue(selection.fewest_words)
        self.per_thread.setValue(selection.per_thread)
        self.alike.setValue(round(100 * selection.alike))
        for source, box in self.weights.items():
            box.setValue(selection.weight(source))
        self._tick()

    def _tick(self) -> None:
        for kind, tick in self.kinds.items():
            tick.setChecked(kind not in self._selection.kinds_off)
        for language, tick in self.languages.items():
            tick.setChecked(not self._selection.languages or language in self._selection.languages)

    def show_kinds(self, kinds: Mapping[str, int], languages: Mapping[str, int]) -> None:
        """A box for each kind and each language that there is, with how many documents that is, the most first."""
        self.kinds = boxes(self._kinds, kinds, words.kind)
        self.languages = boxes(self._languages, languages, language_name)
        self._tick()

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
            told, below = text(words.source_line(name, tokens.get(name, 0))), self._theme.scale >= LARGE
            self._sources.addWidget(told, 2 * line, 0, 1, 3 if below else 1)
            self._sources.addWidget(box, 2 * line + below, 1)
            self._sources.addWidget(forget, 2 * line + below, 2)
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
        ticked = tuple(sorted(name for name, tick in self.languages.items() if tick.isChecked()))
        elsewhere = [kind for kind in self._selection.kinds_off if kind not in self.kinds]
        off = [kind for kind, tick in self.kinds.items() if not tick.isChecked()]
        self.chosen.emit(
            replace(
                self._selection,
                first=first,
                last=last,
                kinds_off=tuple(sorted([*elsewhere, *off])),
                languages=ticked if len(ticked) < len(self.languages) else (),
                fewest_words=self.fewest.value(),
                per_thread=self.per_thread.value(),
                alike=self.alike.value() / 100,
                weights=tuple(sorted([*others, *weights])),
            )
        )


def boxes(into: Flow, found: Mapping[str, int], name: Callable[[str], str]) -> dict[str, QCheckBox]:
    """Fill `into` with a box to tick for each that was found."""
    while (item := into.takeAt(0)) is not None:
        if widget := item.widget():
            widget.deleteLater()
    made: dict[str, QCheckBox] = {}
    for value, count in sorted(found.items(), key=lambda each: (-each[1], each[0])):
        made[value] = QCheckBox(f"{name(value)} ({number(count)})")
        into.addWidget(made[value])
    return made


def language_name(code: str) -> str:
    """A language by its name, where Qt knows it."""
    language = QLocale.codeToLanguage(code)
    return QLocale.languageToString(language) if language != QLocale.Language.AnyLanguage else code


def is_day(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
