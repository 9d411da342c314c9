"""Sampling: the chances of the next piece under five sliders, throws of the dice, and branches."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from app import words as common
from app.theme import Theme
from app.views.dial import Dial
from app.views.inside.bars import Bar, Bars
from app.views.inside.chart import Node, Tree
from app.views.inside.pane import Facts, Pane, caption
from app.views.inside.scale import colour
from app.views.inside.strip import Chip, Strip
from app.views.layouts import Columns, Flow
from app.views.parts import Button, holder, text
from app.words import chat
from app.words import inside as words
from core.inside import reshape
from core.inside.reports import Array, Asked, Next, Report
from core.replies import Sampling

SHOWN = 24  # pieces, the likeliest
THROWS = 1_000
NODES = 64  # of the tree; older ones are let go with their branches' ends


@dataclass
class Branch:
    """A piece that was chosen, the chance it had for the dice, and where it came from."""

    token: int
    text: str
    chance: float
    parent: int
    ids: tuple[int, ...] = field(default=())  # everything read up to here


class SamplingPane(Pane):
    view = "sampling"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._next: Next | None = None
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._shaped = reshape.Shaped(np.zeros(0), np.zeros(0), 1.0)
        self._counts: NDArray[np.int64] | None = None
        self._branches: list[Branch] = []
        self._here = 0
        self._throws = 0
        self._asks_branch = False
        self.text = Strip(theme, words.NOW, self._say_token)
        self._make_dials()
        self.bars = Bars(theme, words.NOW, self._say_bar)
        self.bars.chosen.connect(self._on_bar)
        self.tree = Tree(theme, words.TREE, self._say_node)
        self.tree.chosen.connect(self._on_node)
        self._left = text("", "quiet")
        self._does = text(words.does(self.temperature.slider.accessibleName(), self.temperature.hint), "small")
        self.throw = Button(theme, words.THROW, drawing="again")
        self.go_on = Button(theme, words.GO_ON, drawing="next")
        self.back = Button(theme, words.BACK)
        self.throw.clicked.connect(self._on_throw)
        self.go_on.clicked.connect(self._on_go_on)
        self.back.clicked.connect(self._on_back)
        buttons = Flow(gap=8)
        for button in (self.go_on, self.back, self.throw):
            buttons.addWidget(button)
        self.add(
            self.text, holder(self._columns), self._does, holder(buttons), self._left, caption(words.OUTLINE), self.bars
        )
        self.add(caption(words.TREE), self.tree)

    def _make_dials(self) -> None:
        usual = Sampling()
        self.temperature = Dial(
            words.TEMPERATURE, common.TEMPERATURE_HINT, 200, round(usual.temperature * 100), hundredths
        )
        self.top_k = Dial(words.TOP_K, common.TOP_K_HINT, 100, usual.top_k, or_off)
        self.top_p = Dial(words.TOP_P, chat.TOP_P_HINT, 100, round(usual.top_p * 100), hundredths)
        self.min_p = Dial(words.MIN_P, chat.MIN_P_HINT, 50, round(usual.min_p * 100), hundredths)
        self.repetition = Dial(
            words.REPETITION, chat.REPETITION_HINT, 100, round((usual.repetition - 1) * 100), above_one
        )
        self._columns = Columns(least=118, gap=13)
        for dial in (self.temperature, self.top_k, self.top_p, self.min_p, self.repetition):
            dial.changed.connect(self._on_dial)
            self._columns.addWidget(dial)

    @property
    def sampling(self) -> Sampling:
        """As the dials stand."""
        return Sampling(
            temperature=self.temperature.value / 100,
            top_k=self.top_k.value,
            top_p=max(self.top_p.value, 1) / 100,
            min_p=self.min_p.value / 100,
            repetition=1 + self.repetition.value / 100,
        )

    def ask(self, asked: Asked) -> Asked:
        ids = self._branches[self._here].ids if self._asks_branch and self._branches else ()
        return replace(asked, view="sampling", ids=ids)

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Next)
        self._next, self._counts = report, None
        if not self._asks_branch or not self._branches or self._branches[self._here].ids != report.ids:
            root = report.tokens[-1].text if report.tokens else ""
            self._branches, self._here = [Branch(report.ids[-1], root, 1.0, -1, report.ids)], 0
        self._asks_branch = False
        self._order = np.argsort(-report.logits, kind="stable")
        new = len(self._branches[0].ids)
        self.text.show_chips(
            [Chip(token.text, colour(0.1 if at < new else 0.5, self.theme.is_dark))
             for at, token in enumerate(report.tokens)], len(report.tokens) - 1
        )  # fmt: skip
        self._show_tree()
        self._show()

    def facts(self) -> Facts:
        if self._next is None:
            return ()
        likely = self._order[:12].tolist()
        entropy = -float((self._shaped.before * np.log2(np.maximum(self._shaped.before, 1e-300))).sum())
        kept = self._shaped.after
        entropy_after = -float((kept * np.log2(np.maximum(kept, 1e-300))).sum())
        return (
            ("Uncertainty of the model", f"{entropy:.2f} bits"),
            ("Uncertainty of the dice", f"{entropy_after:.2f} bits"),
            ("Pieces left", f"{int((kept > 0).sum()):,} of {len(kept):,}"),
            *(
                (
                    f"“{self._next.texts[id_]}”",
                    f"logit {float(self._next.logits[id_]):.3f}; {self._shaped.before[id_]:.4f} before, "
                    f"{kept[id_]:.4f} after",
                )
                for id_ in likely
            ),
        )

    def arrays(self) -> Sequence[Array]:
        if self._next is None:
            return ()
        return (*self._next.arrays, Array("softmax, as the dials stand", "vocabulary", self._shaped.after))

    def _show(self) -> None:
        """As the dials stand: quick enough for every move of a hand."""
        report = self._next
        if report is None:
            return
        written = report.ids[len(self._branches[0].ids) :]
        shaped = self._shaped = reshape.shape(report.logits, written, self.sampling)
        likely = self._order[:SHOWN].tolist()
        most = max(float(shaped.before[likely].max()), float(shaped.after[likely].max()), 1e-9)
        bars = []
        for id_ in likely:
            after = float(shaped.after[id_])
            said = f"{int(self._counts[id_]):,}" if self._counts is not None else words.percent(after)
            bars.append(Bar(report.texts[id_], after / most, said, float(shaped.before[id_]) / most, is_out=after == 0))
        self.bars.show_bars(bars, self.bars.current)
        self._left.setText(words.left(int((shaped.after > 0).sum()), shaped.left))
        self.back.setEnabled(self._branches[self._here].parent >= 0)

    def _show_tree(self) -> None:
        nodes = [Node(b.text, b.chance, b.parent, n == self._here) for n, b in enumerate(self._branches)]
        self.tree.show_nodes(nodes, self._here)

    def _on_dial(self, _value: int) -> None:
        self._counts = None
        dial = self.sender()
        if isinstance(dial, Dial):
            self._does.setText(words.does(dial.slider.accessibleName(), dial.hint))
        self._show()

    def _on_throw(self) -> None:
        self._throws += 1
        self._counts = reshape.draw(self._shaped, THROWS, self._throws)
        self._show()
        self._left.setText(words.THROWN)

    def _on_go_on(self) -> None:
        """One throw of the dice."""
        if self._next is None:
            return
        self._throws += 1
        self._branch(int(reshape.draw(self._shaped, 1, self._throws).argmax()))

    def _on_bar(self, index: int) -> None:
        self._branch(int(self._order[index]))

    def _branch(self, id_: int) -> None:
        """Go on with a piece, on a new branch unless it was taken here before."""
        if self._next is None or id_ == self._next.end or len(self._branches) >= NODES:
            return
        known = [n for n, b in enumerate(self._branches) if b.parent == self._here and b.token == id_]
        if not known:
            here = self._branches[self._here]
            chance = float(self._shaped.after[id_] or self._shaped.before[id_])
            self._branches.append(Branch(id_, self._next.texts[id_], chance, self._here, (*here.ids, id_)))
        self._go(known[0] if known else len(self._branches) - 1)

    def _on_node(self, index: int) -> None:
        self._go(index)

    def _on_back(self) -> None:
        self._go(max(self._branches[self._here].parent, 0))

    def _go(self, index: int) -> None:
        self._here, self._asks_branch = index, True
        self.wanted.emit()

    def _say_token(self, index: int) -> str:
        assert self._next is not None
        return f"Piece {index}: {words.piece(self._next.tokens[index])}"

    def _say_bar(self, index: int) -> str:
        assert self._next is not None
        id_ = int(self._order[index])
        token = self._next.texts[id_]
        said = words.chance(token, float(self._shaped.before[id_]), float(self._shaped.after[id_]), index + 1)
        return f"{said}. Press Return to go on from it."

    def _say_node(self, index: int) -> str:
        branch = self._branches[index]
        return f"“{branch.text}”" + (
            f", chosen at {words.percent(branch.chance)}" if branch.parent >= 0 else ", the root"
        )


def hundredths(value: int) -> str:
    return f"{value / 100:.2f}"


def above_one(value: int) -> str:
    return f"{1 + value / 100:.2f}"


def or_off(value: int) -> str:
    return str(value) if value else "all"
