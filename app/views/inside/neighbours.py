"""Neighbours: what lies near a word in the embedding, on a map and as bars, now and at earlier steps."""

from dataclasses import replace

from PySide6.QtWidgets import QLineEdit

from app.theme import Theme
from app.views.inside.bars import Bar, Bars
from app.views.inside.chart import Star, StarMap
from app.views.inside.pane import Facts, Pane, caption
from app.views.inside.scale import colour
from app.views.inside.strip import Chip, Strip
from app.views.layouts import Columns
from app.views.parts import column, holder, text
from app.words import inside as words
from app.words.inside_here import first_of
from core.inside.reports import Asked, Neighbours, Report

FEW = 8  # earlier steps that are shown


class NeighboursPane(Pane):
    view = "neighbours"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._found: Neighbours | None = None
        self.word, self.other = QLineEdit(), QLineEdit()
        fields = Columns(least=200, gap=16)
        for field, name, hint in (
            (self.word, words.FIND, words.FIND_HINT),
            (self.other, words.BLEND, words.BLEND_HINT),
        ):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
            field.editingFinished.connect(self._on_edited)
            fields.addWidget(holder(column(caption(name), field, gap=4)))
        self.map = StarMap(theme, words.MAP, self._say_star)
        self.near = Bars(theme, words.NEAREST, self._say_near)
        self.earlier = Strip(theme, words.EARLIER, self._say_earlier)
        self._about = text("", "quiet")
        self._first = text("", "quiet")
        self._first.setProperty("private", True)
        self._rotary = text(words.ROTARY, "small")
        self.add(holder(fields), self._first, caption(words.MAP), self.map, caption(words.NEAREST), self.near)
        self.add(caption(words.EARLIER), self._about, self.earlier, self._rotary)

    @property
    def beginning_only(self) -> str:
        """That only the beginning of the word is looked at, where that is so."""
        return self._first.text()

    def ask(self, asked: Asked) -> Asked:
        return replace(asked, view="neighbours", word=self.word.text().strip(), other=self.other.text().strip())

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Neighbours)
        self._found, self._arrays = report, report.arrays
        self.word.setPlaceholderText(report.centre[0].text.replace("·", "") or words.FIND_HINT)
        self._first.setText(first_of(self.word.text(), report))
        self._first.setVisible(bool(self._first.text()))
        middle = " + ".join(token.text for token in report.centre)
        best = report.near[0].similarity if report.near else 1.0
        stars = [Star(each.token.text, each.x, each.y, max(each.similarity / best, 0)) for each in report.near]
        self.map.show_stars([Star(middle, 0, 0, 1), *stars])
        self.near.show_bars([Bar(n.token.text, max(n.similarity, 0), f"{n.similarity:.2f}") for n in report.near])
        self._show_earlier(report)
        self._rotary.setVisible(not report.has_positions)

    def facts(self) -> Facts:
        if self._found is None:
            return ()
        return tuple((f"“{each.token.text}”", f"cosine {each.similarity:.4f}") for each in self._found.near)

    def _show_earlier(self, report: Neighbours) -> None:
        moments = spread(len(report.earlier), FEW)
        chips: list[Chip] = []
        self._said = list[str]()
        for number in moments:
            each = report.earlier[number]
            chips.append(Chip(f"{each.step:,}", colour(0.0, self.theme.is_dark)))
            names = [token.text for token in each.near[:6]]
            self._said.append(f"At step {each.step:,}: " + ", ".join(f"“{name}”" for name in names))
            for index, name in enumerate(names):
                last = "↵" if index == len(names) - 1 else ""
                chips.append(
                    Chip(f"{name} {last}".rstrip(" ") if not last else f"{name} ↵", colour(0.2, self.theme.is_dark))
                )
                self._said.append(f"At step {each.step:,}, neighbour {index + 1}: “{name}”")
        self.earlier.show_chips(chips)
        self.earlier.setVisible(bool(chips))
        self._about.setText("" if chips else words.NO_EARLIER)
        self._about.setVisible(not chips)

    def _on_edited(self) -> None:
        self.wanted.emit()

    def _say_star(self, index: int) -> str:
        assert self._found is not None
        return "The middle of the map" if not index else self._say_near(index - 1)

    def _say_near(self, index: int) -> str:
        assert self._found is not None
        each = self._found.near[index]
        return f"{words.piece(each.token)} is number {index + 1} of its neighbours, {each.similarity:.2f} alike"

    def _say_earlier(self, index: int) -> str:
        return self._said[index]


def spread(count: int, most: int) -> list[int]:
    """At most so many of `count`, evenly, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(index * (count - 1) / (most - 1)) for index in range(most)})
