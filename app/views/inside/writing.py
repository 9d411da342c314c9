"""Your writing: each piece coloured by surprise, in log space; lines most like the writer, and those known by heart."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.views.inside.bars import Bar, Bars
from app.views.inside.key import Key
from app.views.inside.pane import Facts, Pane, beginning, caption
from app.views.inside.scale import colour
from app.views.inside.strip import Chip, Strip
from app.views.parts import Button, text
from app.words import inside as words
from core.inside.reports import Asked, Line, Report, Surprise

WIDE = 2.5  # standard deviations from the mean, where the colours end (as in GLTR and its kin)
LINE = 0.66  # of the width for a line of the writer
STRONGEST = 0.85  # of the scale: words stay readable on it
BEND = 2.5  # of the scale: what is usual stays calm, so that what is not stands out
LOUD = 5.0  # nats that the strongest colour stands for at least: a text without surprise stays calm


class WritingPane(Pane):
    view = "writing"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._seen: Surprise | None = None
        self._asks_lines = False
        self._lines: tuple[Sequence[Line], Sequence[Line]] = ((), ())
        self.text = Strip(theme, words.SURPRISE, self._say)
        self._overall = text("", "quiet")
        self._about = text(words.DIFFERENCE, "quiet")
        self.search = Button(theme, words.FIND_LINES, drawing="book", does=words.FIND_LINES_WHY)
        self.search.clicked.connect(self._on_find)
        self.most_you = Bars(theme, words.MOST_YOU, self._say_most_you, names=LINE)
        self.repeats = Bars(theme, words.REPEATS, self._say_repeat, names=LINE)
        self._headings = caption(words.MOST_YOU), caption(words.REPEATS)
        self._none = text(words.NO_REPEATS, "quiet")
        self._keys = (
            beginning(Key(theme, words.CALM, words.SURPRISING, most=STRONGEST)),
            beginning(Key(theme, words.HARDER, words.EASIER, apart=True)),
        )
        self.add(self._about, *self._keys, self.text, self._overall, beginning(self.search))
        self.add(self._headings[0], self.most_you, self._headings[1], self.repeats, self._none)
        self._show_lines(None)

    def ask(self, asked: Asked) -> Asked:
        return replace(asked, view="writing", lines=self._asks_lines)

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Surprise)
        self._seen, self._arrays = report, report.arrays
        self._about.setVisible(report.is_difference)
        for key, is_meant in zip(self._keys, (not report.is_difference, report.is_difference), strict=True):
            key.setVisible(is_meant)
        self._overall.setText("" if report.is_difference else words.overall(report.bits_per_byte))
        self.text.show_chips(
            [
                Chip(token.text, colour(float(share), self.theme.is_dark, apart=report.is_difference))
                for token, share in zip(report.tokens[1:], shares(report)[1:], strict=True)
            ]
        )
        if report.most_you:
            self._show_lines(report)
        self._asks_lines = False

    def facts(self) -> Facts:
        seen = self._seen
        if seen is None:
            return ()
        hardest = np.argsort(-np.nan_to_num(seen.nats))[:12].tolist()
        return (
            ("Bits per byte", f"{seen.bits_per_byte:.3f}"),
            ("Pieces it would have guessed first", f"{int((seen.rank[1:] == 0).sum())} of {len(seen.tokens) - 1}"),
            *((words.piece(seen.tokens[n]), words.nats(float(seen.nats[n]), int(seen.rank[n]))) for n in hardest),
        )

    def _show_lines(self, report: Surprise | None) -> None:
        self._lines = (report.most_you, report.repeats) if report else ((), ())
        most_you, repeats = self._lines
        self.most_you.show_bars(
            [Bar(each.text, each.bits_per_byte / 4, f"{each.bits_per_byte:.2f}") for each in most_you]
        )
        self.repeats.show_bars(
            [Bar(each.text, each.repeated / each.length, f"{each.repeated} of {each.length}") for each in repeats]
        )
        for widget in (*self._headings, self.most_you):
            widget.setVisible(report is not None)
        self.repeats.setVisible(bool(repeats))
        self._none.setVisible(report is not None and not repeats)

    def _on_find(self) -> None:
        self._asks_lines = True
        self.wanted.emit()

    def _say(self, index: int) -> str:
        seen = self._seen
        assert seen is not None
        at = index + 1
        if seen.is_difference:
            return words.changed(seen.tokens[at], float(seen.nats[at]))
        expected, share = seen.expected[at], float(seen.expected_chance[at])
        return words.surprised(seen.tokens[at], float(seen.nats[at]), int(seen.rank[at]), expected, share)

    def _say_most_you(self, index: int) -> str:
        each = self._lines[0][index]
        return words.line(each.text, each.bits_per_byte, 0)

    def _say_repeat(self, index: int) -> str:
        each = self._lines[1][index]
        return words.line(each.text, each.bits_per_byte, each.repeated)

    def first_focus(self) -> QWidget:
        return self.text


def shares(report: Surprise) -> Sequence[float]:
    """Each piece's place on the colour scale: in log space, from WIDE deviations below the mean to WIDE above."""
    nats = np.nan_to_num(report.nats.astype(np.float64))
    if report.is_difference:
        most = max(float(np.abs(nats).max()), 1e-6)
        return [float(each) for each in 0.5 + 0.5 * nats / most]
    logs = np.log(np.maximum(nats, 1e-3))
    known = logs[1:] if len(logs) > 1 else logs
    low = known.mean() - WIDE * known.std()
    high = min(known.mean() + WIDE * known.std(), max(float(known.max()), math.log(LOUD)))
    return [float(each) for each in STRONGEST * np.clip((logs - low) / max(high - low, 1e-6), 0, 1) ** BEND]
