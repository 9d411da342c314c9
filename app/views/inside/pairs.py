"""Pairs: what follows a piece in the writing and in the model, two texts, and one ruler for both."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QLineEdit

from app.theme import Theme
from app.views.inside.bars import Bar, Bars
from app.views.inside.grid import Grid
from app.views.inside.key import Key
from app.views.inside.pane import Facts, Pane, caption, titled
from app.views.layouts import Columns
from app.views.parts import card, column, holder, text
from app.views.plain_text import PlainText
from app.words import inside as words
from core.inside.reports import Asked, Follower, Pairs, Report

BYTE = 8.0  # bits: the length of the ruler


class PairsPane(Pane):
    view = "pairs"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._pairs: Pairs | None = None
        self.given = QLineEdit()
        self.given.setAccessibleName(words.GIVEN)
        self.given.editingFinished.connect(self._on_given)
        self._seen = text("", "quiet")
        self.follows = Bars(theme, words.FOLLOWS, self._say_follows)
        self.says = Bars(theme, words.MODEL_SAYS, self._say_says)
        self.ruler = Bars(theme, words.RULER, self._say_mark, secret=False)
        self.table = Grid(theme, words.TABLE, self._say_cell)
        self.counted, self.written = PlainText(theme), PlainText(theme)
        sides = Columns(least=260, gap=20)
        sides.addWidget(holder(column(caption(words.FOLLOWS), self.follows)))
        sides.addWidget(holder(column(caption(words.MODEL_SAYS), self.says)))
        texts = Columns(least=260, gap=16)
        for heading, body in ((words.BY_COUNTING, self.counted), (words.BY_MODEL, self.written)):
            frame, inside = card("inset", margin=16, gap=6)
            body.setProperty("private", True)
            inside.addWidget(text(heading, "label"))
            inside.addWidget(body)
            inside.addStretch(1)
            texts.addWidget(frame)
        self.add(caption(words.GIVEN), self.given, self._seen, holder(sides), holder(texts))
        self.add(
            caption(words.RULER), self.ruler, titled(words.TABLE, Key(theme, words.NEVER, words.OFTEN)), self.table
        )

    def ask(self, asked: Asked) -> Asked:
        return replace(asked, view="pairs", word=self.given.text().strip())

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Pairs)
        self._pairs, self._arrays = report, report.arrays
        self.given.setPlaceholderText(report.given.text)
        self._seen.setText(words.seen(report.given, report.seen))
        self.follows.show_bars(bars(report.followers))
        self.says.show_bars(bars(report.model_says))
        self.ruler.show_bars(
            [
                Bar(
                    mark.name,
                    mark.bits / BYTE,
                    f"{mark.bits:.2f}",
                    kind="accent" if mark.name == "your bot" else "train",
                )
                for mark in report.ruler
            ]
        )
        names = [token.text for token in report.frequent]
        shares = np.log1p(report.counts) / max(float(np.log1p(report.counts.max())), 1.0) if report.counts.size else 0
        self.table.show_values(np.asarray(shares, np.float32).reshape(len(names), -1), names, names)
        self.counted.set_text(f"{report.given.text.replace('·', ' ')}{report.by_counting}".strip())
        said = f"{report.given.text.replace('·', ' ')}{report.by_model}".strip()
        self.written.set_text(said if report.by_model else "…")

    def facts(self) -> Facts:
        pairs = self._pairs
        if pairs is None:
            return ()
        return (
            (f"Times “{pairs.given.text}” occurs", f"{pairs.seen:,}"),
            *((f"… followed by “{each.token.text}”", f"{each.count:,}") for each in pairs.followers),
            *((f"Ruler: {mark.name}", f"{mark.bits:.3f} bits per byte") for mark in pairs.ruler),
        )

    def _on_given(self) -> None:
        if self.given.text().strip():
            self.wanted.emit()

    def _say_follows(self, index: int) -> str:
        assert self._pairs is not None
        each = self._pairs.followers[index]
        return f"{words.piece(each.token)} follows {each.count:,} times, {words.percent(each.share)}"

    def _say_says(self, index: int) -> str:
        assert self._pairs is not None
        each = self._pairs.model_says[index]
        return f"Your bot expects {words.piece(each.token)}: {words.percent(each.share)}"

    def _say_mark(self, index: int) -> str:
        assert self._pairs is not None
        mark = self._pairs.ruler[index]
        return f"{mark.name}: {mark.bits:.2f} bits per byte"

    def _say_cell(self, row: int, column: int) -> str:
        assert self._pairs is not None
        first, second = self._pairs.frequent[row], self._pairs.frequent[column]
        return f"{words.piece(first)}, then {words.piece(second)}: {int(self._pairs.counts[row, column]):,} times"


def bars(followers: Sequence[Follower]) -> list[Bar]:
    most = max((each.share for each in followers), default=1.0) or 1.0
    return [Bar(each.token.text, each.share / most, words.share(each.share, each.count)) for each in followers]
