"""One step of training in four pictures: forward, loss, backward, update; and what the running training does now."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.views.inside.bars import Bar, Bars
from app.views.inside.key import Key
from app.views.inside.pane import Facts, Pane, beginning
from app.views.inside.scale import colour
from app.views.inside.strip import Chip, Strip
from app.views.layouts import Columns
from app.views.parts import card, holder, row, text
from app.words import inside, tour
from app.words import one_step as words
from core.inside.reports import Report, Step
from core.journal import Stepped

GLOWS = 10.0  # nats
STRONGEST = 0.75  # of the scale: words stay readable on it


class StepPane(Pane):
    view = "step"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._step: Step | None = None
        self._losses: list[float] = []
        self._now, now = card("call", margin=16, gap=4)
        self._live = text("", "")
        now.addWidget(text(tour.TRAINING_NOW, "label"))
        now.addWidget(self._live)
        self._now.hide()
        self.text = Strip(theme, words.FORWARD, self._say_token)
        self.loss = Bars(theme, words.LOSS, self._say_loss, secret=False)
        self._hardest = text("", "quiet")
        self._hardest.setProperty("private", True)
        self.blame = Bars(theme, words.BACKWARD, self._say_blame, secret=False)
        self.moves = Bars(theme, words.UPDATE, self._say_move, secret=False)
        self._which = text("", "label")
        self._which.setProperty("private", True)
        self._as_many = text("", "quiet")
        again = text(words.AND_AGAIN, "quiet")
        stages = Columns(least=330, gap=16)
        key = beginning(Key(theme, inside.CALM, inside.SURPRISING, most=STRONGEST))
        pictures = (
            (key, self.text),
            (self.loss, self._as_many, self._hardest),
            (self.blame,),
            (self._which, self.moves, again),
        )
        for number, (about, shown) in enumerate(zip(words.STAGES, pictures, strict=True), start=1):
            stages.addWidget(stage(number, about, shown))
        self.add(self._now, holder(stages))

    def show_live(self, fact: Stepped | None, steps: int) -> None:
        """What the running training does just now; nothing when none runs."""
        if fact is not None:
            self._live.setText(tour.training_live(fact.step, steps, fact.loss, fact.learning_rate))
        self._now.setVisible(fact is not None)

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Step)
        self._step = report
        self._arrays = report.arrays
        self._losses = [0.0, *report.arrays[0].values.tolist()]
        self.text.show_chips(
            [
                Chip(
                    token.text,
                    colour(min(nats / GLOWS, 1) * STRONGEST, self.theme.is_dark),
                    f"{nats:.1f}" if at else "–",
                )
                for at, (token, nats) in enumerate(zip(report.tokens, self._losses, strict=False))
            ],
            self._at(report),
        )
        after = report.loss_before if report.loss_after is None else report.loss_after
        most = max(report.loss_before, after, 1e-6)
        bars = [Bar(words.BEFORE, report.loss_before / most, f"{report.loss_before:.3f}", kind="train")]
        self.loss.show_bars(
            bars if report.loss_after is None else [*bars, Bar(words.AFTER, after / most, f"{after:.3f}")]
        )
        token = report.tokens[self._at(report)]
        self._hardest.setText(words.was_hardest(token, report.chance_before, report.chance_after))
        self._as_many.setText(words.as_many(report.loss_before, report.loss_after))
        most = max((pull for _, pull in report.gradients), default=1.0) or 1.0
        self.blame.show_bars([Bar(words.part(name), pull / most, f"{pull:.3f}") for name, pull in report.gradients])
        most = max((abs(weight.gradient) for weight in report.weights), default=1.0) or 1.0
        self._which.setText(words.six_of(report.weights, token, report.learning_rate))
        self.moves.show_bars(
            [
                Bar(words.weight(each), abs(each.gradient) / most, f"{each.before:+.4f} → {each.after:+.4f}")
                for each in report.weights
            ]
        )

    @staticmethod
    def _at(report: Step) -> int:
        """The token that was hardest."""
        return min(report.hardest + 1, len(report.tokens) - 1)

    def facts(self) -> Facts:
        step = self._step
        if step is None:
            return ()
        return (
            ("Loss before, nats a piece", f"{step.loss_before:.5f}"),
            ("Loss after", "–" if step.loss_after is None else f"{step.loss_after:.5f}"),
            ("Learning rate", f"{step.learning_rate:g}"),
            *((f"Gradient of {words.part(name)}", f"{pull:.5f}") for name, pull in step.gradients),
            *((each.name, inside.moved(each, step.learning_rate)) for each in step.weights),
        )

    def _say_token(self, index: int) -> str:
        assert self._step is not None
        token = self._step.tokens[index]
        if not index:
            return f"{inside.piece(token)}: the beginning is given"
        return f"{inside.piece(token)}: it was surprised by {self._losses[index]:.2f} nats"

    def _say_loss(self, index: int) -> str:
        bar = self.loss.bar(index)
        return f"Loss {bar.words}: {bar.said} nats a piece"

    def _say_blame(self, index: int) -> str:
        bar = self.blame.bar(index)
        return f"The loss pulls at {bar.words} with {bar.said}"

    def _say_move(self, index: int) -> str:
        bar = self.moves.bar(index)
        return f"{bar.words}: {bar.said}"


def stage(number: int, about: words.Stage, shown: Sequence[QWidget]) -> QWidget:
    """One of the four, on a card of its own: its number, its name, what it is called in books, and its picture."""
    frame, inside = card(margin=16, gap=10)
    head = row(text(str(number), "badge", wraps=False), text(about.name, "heading", wraps=False), gap=10)
    head.addStretch(1)
    head.addWidget(text(about.term, "label", wraps=False))
    inside.addLayout(head)
    inside.addWidget(text(about.story, "small"))
    for widget in shown:
        inside.addWidget(widget)
    inside.addStretch(1)
    return frame
