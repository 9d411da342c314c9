"""Tokens: the text in pieces, beside GPT-2's cut; a word put together merge by merge; the first lessons."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit, QSlider, QWidget

from app.theme import Theme
from app.views.inside.bars import Bar, Bars
from app.views.inside.pane import Facts, Pane, caption
from app.views.inside.scale import colour
from app.views.inside.strip import Chip, Strip
from app.views.parts import Button, holder, row, text
from app.words import inside as words
from app.words import number as count
from core.inside.reports import Asked, Cut, Report, Token

BEAT = 650  # milliseconds for each merge while it plays
SHADES = (0.10, 0.22, 0.16, 0.28, 0.13)  # of the scale, in turn, so that neighbours differ
LESSONS = 10  # in the picture; a table has the rest


class TokensPane(Pane):
    view = "tokens"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._cut: Cut | None = None
        self.own = Strip(theme, words.THE_CUT, self._say_own)
        self.gpt2 = Strip(theme, words.GPT2_CUT, self._say_gpt2)
        self._sums = text("", "quiet")
        self.word = QLineEdit()
        self.word.setAccessibleName(words.WORD)
        self.word.setPlaceholderText(words.WORD_HINT)
        self.word.editingFinished.connect(self._on_word)
        self.play = Button(theme, "", kind="bare", drawing="next", does=words.PLAY)
        self.play.clicked.connect(self._on_play)
        self.merge = QSlider(Qt.Orientation.Horizontal)
        self.merge.setAccessibleName(words.MERGE_STEP)
        self.merge.valueChanged.connect(self._on_merge)
        self.pieces = Strip(theme, words.PLAY, self._say_piece)
        self._played = text("", "quiet")
        self.lessons = Bars(theme, words.LESSONS, self._say_lesson, secret=False)
        self._about_lessons = text("", "quiet")
        self._timer = QTimer(self, interval=BEAT)
        self._timer.timeout.connect(self._on_beat)
        self.add(caption(words.THE_CUT), self.own, self._sums, caption(words.GPT2_CUT), self.gpt2)
        self.add(caption(words.PLAY), holder(row(self.word, self.play, gap=8)), self.merge, self.pieces, self._played)
        self.add(caption(words.LESSONS), self._about_lessons, self.lessons)

    def ask(self, asked: Asked) -> Asked:
        return replace(asked, view="tokens", word=self.word.text().strip())

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Cut)
        self._cut, self._arrays = report, report.arrays
        self.own.show_chips(self._chips([token.text for token in report.tokens[1:]]))
        self.gpt2.show_chips(self._chips(report.gpt2))
        self._sums.setText(words.cut_facts(len(report.tokens) - 1, len(report.gpt2), report.n_bytes))
        self.word.setPlaceholderText(report.word.strip())
        self._timer.stop()
        self.merge.setRange(0, len(report.stages) - 1)
        self.merge.setValue(len(report.stages) - 1)
        self._on_merge(self.merge.value())
        self._show_lessons(report)

    def facts(self) -> Facts:
        cut = self._cut
        if cut is None:
            return ()
        own, others = max(len(cut.tokens) - 1, 1), max(len(cut.gpt2), 1)
        return (
            ("Pieces it knows", count(cut.vocab)),
            ("Bytes of this text", count(cut.n_bytes)),
            ("Pieces for your bot", count(len(cut.tokens) - 1)),
            ("Pieces for GPT-2, which knows 50,257", count(len(cut.gpt2))),
            ("Bytes a piece", f"{cut.n_bytes / own:.2f} (GPT-2: {cut.n_bytes / others:.2f})"),
            *(
                (f"Lesson {each.number + 1}: {each.left} + {each.right}", f"{each.count:,} times")
                for each in cut.learned
            ),
        )

    def _show_lessons(self, report: Cut) -> None:
        shown = report.learned[:LESSONS]
        most = max((each.count for each in shown), default=1)
        self.lessons.show_bars(
            [Bar(f"{each.left} + {each.right}", each.count / most, f"{each.count:,}") for each in shown]
        )
        self.lessons.setVisible(bool(shown))
        self._about_lessons.setText("" if shown else words.NO_LESSONS[report.spelling])
        self._about_lessons.setVisible(not shown)

    def _chips(self, texts: Sequence[str]) -> list[Chip]:
        return [Chip(each, self._shade(index)) for index, each in enumerate(texts)]

    def _shade(self, index: int) -> QColor:
        return colour(SHADES[index % len(SHADES)], self.theme.is_dark)

    def _on_word(self) -> None:
        if self._cut is not None and self.word.text().strip() != self._cut.word.strip():
            self.wanted.emit()

    def _on_play(self) -> None:
        self.merge.setValue(0)
        self._timer.start()

    def _on_beat(self) -> None:
        self.merge.setValue(self.merge.value() + 1)
        if self.merge.value() == self.merge.maximum():
            self._timer.stop()

    def _on_merge(self, value: int) -> None:
        if self._cut is None:
            return
        self.pieces.show_chips(self._chips(self._cut.stages[value]))
        rank = self._cut.numbers[value - 1] if value else None
        self._played.setText(words.played(value, len(self._cut.numbers), rank))

    def _say_own(self, index: int) -> str:
        token: Token = self._cut.tokens[index + 1]  # type: ignore[union-attr]  # there are chips, so there is a report
        return f"Piece {index + 1}: {words.piece(token)}, number {token.id:,} of its list"

    def _say_gpt2(self, index: int) -> str:
        return f"Piece {index + 1}: “{self._cut.gpt2[index]}”" if self._cut else ""

    def _say_piece(self, index: int) -> str:
        return f"“{self._cut.stages[self.merge.value()][index]}”" if self._cut else ""

    def _say_lesson(self, index: int) -> str:
        if self._cut is None:
            return ""
        each = self._cut.learned[index]
        places = "; ".join(f"… {line} …" for line in each.lines)
        return f"Lesson {each.number + 1}: {each.left} + {each.right}, {each.count:,} times. {places}"

    def first_focus(self) -> QWidget:
        return self.own
