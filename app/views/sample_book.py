"""What the bot writes while it learns, from the same prompts at every look. Knows no model."""

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app import words
from app.theme import Theme
from app.views.parts import card, text
from app.views.plain_text import PlainText
from core.journal import Resumed, Sampled, TurnedBack

MOST: Final = 12  # looks that are shown; the others stay in the journal


class SampleBook(QWidget):
    """One card a step, the newest on top."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._steps: list[tuple[int, QFrame, QVBoxLayout]] = []  # newest first
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    @property
    def is_empty(self) -> bool:
        return not self._steps

    @property
    def texts(self) -> list[str]:
        """Everything on show, from the top down."""
        return [each.text for _, frame, _ in self._steps for each in frame.findChildren(PlainText)]

    def clear(self) -> None:
        self._keep([])

    def add(self, facts: Sequence[object]) -> None:
        for fact in facts:
            match fact:
                case Sampled():
                    self._add(fact)
                case Resumed() | TurnedBack():
                    self._keep([entry for entry in self._steps if entry[0] <= fact.step])

    def _add(self, sample: Sampled) -> None:
        if not self._steps or self._steps[0][0] != sample.step:
            frame, inside = card(gap=8, margin=20)
            inside.addWidget(text(words.at_step(sample.step), "heading"))
            self._column.insertWidget(0, frame)
            self._steps.insert(0, (sample.step, frame, inside))
            self._keep(self._steps[:MOST])
        inside = self._steps[0][2]
        if inside.count() > 1:
            line = QFrame()
            line.setProperty("kind", "line")
            inside.addWidget(line)
        block = PlainText(self._theme)
        block.set_text(without_gaps(sample.prompt + sample.text))
        inside.addWidget(block)

    def _keep(self, steps: list[tuple[int, QFrame, QVBoxLayout]]) -> None:
        for entry in self._steps:
            if entry not in steps:
                self._column.removeWidget(entry[1])
                entry[1].hide()
                entry[1].deleteLater()
        self._steps = list(steps)


def without_gaps(words: str) -> str:
    """One blank line at most: an early model writes little else."""
    return re.sub(r"\n\s*\n", "\n\n", words).strip()
