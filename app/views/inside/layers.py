"""Layers: the logit lens as a grid, and every piece that was ever on top."""

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QResizeEvent

from app.theme import Theme
from app.views.inside.grid import Grid
from app.views.inside.key import Key
from app.views.inside.pane import Facts, Pane, caption, titled
from app.views.inside.scale import colour
from app.views.inside.strip import Chip, Strip
from app.words import inside as words
from core.inside.reports import Asked, Layers, Report

WIDE = 62  # pixels of a column at 100 %: a word can be read
ROW = 24
STRONGEST = 0.8  # of the scale: words stay readable on it
FARTHEST = 8_192.0  # rank from which on a final answer is far away; the scale is logarithmic


class LayersPane(Pane):
    view = "layers"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._seen: Layers | None = None
        self._wanted = -1
        self._first = 0  # the first column that is shown
        self.text = Strip(theme, words.TEXT, self._say_token)
        self.text.chosen.connect(self._on_token)
        self.grid = Grid(theme, words.LENS, self._say_cell)
        self.leaders = Grid(theme, words.LEADERS, self._say_leader)
        key = Key(theme, words.FAR, words.NEAR, most=STRONGEST)
        self.add(self.text, titled(words.LENS, key), self.grid, caption(words.LEADERS), self.leaders)

    def ask(self, asked: Asked) -> Asked:
        return replace(asked, view="layers", position=self._wanted)

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Layers)
        self._seen, self._arrays, self._wanted = report, report.arrays, -1
        here = {report.position}
        self.text.show_chips(
            [Chip(token.text, colour(0.55 if at in here else 0.1, self.theme.is_dark))
             for at, token in enumerate(report.tokens)], report.position
        )  # fmt: skip
        self._show()

    def facts(self) -> Facts:
        seen = self._seen
        if seen is None:
            return ()
        at = seen.columns.index(seen.position)
        return tuple(
            (f"{words.row_name(row)}: “{seen.top[n][at].text}”",
             f"{words.percent(float(seen.chance[n, at]))}; final answer at rank {int(seen.rank[n, at]) + 1:,}")
            for n, row in enumerate(seen.rows)
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def _show(self) -> None:
        seen = self._seen
        if seen is None:
            return
        fits = max(1, min(len(seen.columns), int((self.width() - 90 * self.theme.scale) / (WIDE * self.theme.scale))))
        here = seen.columns.index(seen.position)
        self._first = max(0, min(here - fits + 1, len(seen.columns) - fits))
        columns = slice(self._first, self._first + fits)
        nearness = 1 - np.log1p(seen.rank[::-1, columns]) / np.log(FARTHEST)
        names = [seen.tokens[at].text for at in seen.columns[columns]]
        tops = [[token.text for token in row[columns]] for row in reversed(seen.top)]
        rows = [words.row_name(row) for row in reversed(seen.rows)]
        self.grid.show_values(
            np.clip(nearness, 0, 1).astype(np.float32) * STRONGEST,
            rows,
            names,
            tops,
            at=(0, here - self._first),
            row_height=ROW,
        )
        leads = np.sqrt(np.clip(seen.leads.T, 0, 1)).astype(np.float32)
        self.leaders.show_values(
            leads, [token.text for token in seen.leaders], [words.row_name(row) for row in seen.rows], row_height=ROW
        )

    def _on_token(self, index: int) -> None:
        self._wanted = index
        self.wanted.emit()

    def _say_token(self, index: int) -> str:
        assert self._seen is not None
        return f"Piece {index}: {words.piece(self._seen.tokens[index])}. Press Return to centre the layers on it."

    def _say_cell(self, row: int, column: int) -> str:
        assert self._seen is not None
        at, layer = self._first + column, len(self._seen.rows) - 1 - row
        return words.guess(
            self._seen.rows[layer],
            self._seen.tokens[self._seen.columns[at]],
            self._seen.top[layer][at],
            float(self._seen.chance[layer, at]),
            int(self._seen.rank[layer, at]),
        )

    def _say_leader(self, row: int, column: int) -> str:
        assert self._seen is not None
        share = float(self._seen.leads[column, row])
        where = words.row_name(self._seen.rows[column])
        return f"{words.piece(self._seen.leaders[row])} at “{where}”: {words.percent(share)}"
