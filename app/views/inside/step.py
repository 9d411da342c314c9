"""One step of training in four pictures: forward, loss, backward, update; and what the running training does now."""

from app.theme import Theme
from app.views.inside.bars import Bar, Bars
from app.views.inside.pane import Facts, Pane, caption
from app.views.inside.scale import colour
from app.views.inside.strip import Chip, Strip
from app.views.parts import text
from app.words import inside as words
from app.words import tour as tour_words
from core.inside.reports import Report, Step
from core.journal import Stepped

GLOWS = 10.0  # nats


class StepPane(Pane):
    view = "step"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._step: Step | None = None
        self._live = text("", "quiet")
        self._live.hide()
        self.text = Strip(theme, words.FORWARD, self._say_token)
        self.loss = Bars(theme, words.LOSS, self._say_loss, secret=False)
        self._hardest = text("", "")
        self._hardest.setProperty("private", True)
        self.blame = Bars(theme, words.BACKWARD, self._say_blame, secret=False)
        self.moves = Bars(theme, words.UPDATE, self._say_move, secret=False)
        names = [text(name, "heading") for name in words.STEPS_NAMES]
        self.add(self._live, names[0], caption(words.FORWARD), self.text, names[1], caption(words.LOSS), self.loss)
        self.add(self._hardest, names[2], caption(words.BACKWARD), self.blame)
        self.add(names[3], caption(words.UPDATE), self.moves)

    def show_live(self, fact: Stepped, steps: int) -> None:
        """What the running training does just now."""
        self._live.setText(tour_words.training_live(fact.step, steps, fact.loss, fact.learning_rate))
        self._live.show()

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Step)
        self._step = report
        self._arrays = report.arrays
        losses = report.arrays[1].values
        self._losses = [0.0, *losses.tolist()]
        self.text.show_chips(
            [
                Chip(token.text, colour(min(nats / GLOWS, 1) * 0.75, self.theme.is_dark), f"{nats:.1f}" if at else "–")
                for at, (token, nats) in enumerate(zip(report.tokens, self._losses, strict=False))
            ],
            min(report.hardest + 1, len(report.tokens) - 1),
        )
        most = max(report.loss_before, report.loss_after, 1e-6)
        self.loss.show_bars(
            [
                Bar("before this step", report.loss_before / most, f"{report.loss_before:.3f}", kind="train"),
                Bar("after it", report.loss_after / most, f"{report.loss_after:.3f}"),
            ]
        )
        token = report.tokens[min(report.hardest + 1, len(report.tokens) - 1)]
        self._hardest.setText(words.was_hardest(token, report.chance_before, report.chance_after))
        most = max((pull for _, pull in report.gradients), default=1.0) or 1.0
        self.blame.show_bars([Bar(name, pull / most, f"{pull:.3f}") for name, pull in report.gradients])
        most = max((abs(weight.gradient) for weight in report.weights), default=1.0) or 1.0
        self.moves.show_bars(
            [
                Bar(each.name, abs(each.gradient) / most, f"{each.before:+.4f} → {each.after:+.4f}")
                for each in report.weights
            ]
        )

    def facts(self) -> Facts:
        step = self._step
        if step is None:
            return ()
        return (
            ("Loss before, nats a piece", f"{step.loss_before:.5f}"),
            ("Loss after", f"{step.loss_after:.5f}"),
            ("Learning rate", f"{step.learning_rate:g}"),
            *((f"Gradient of {name}", f"{pull:.5f}") for name, pull in step.gradients),
            *((each.name, words.moved(each, step.learning_rate)) for each in step.weights),
        )

    def _say_token(self, index: int) -> str:
        assert self._step is not None
        token = self._step.tokens[index]
        if not index:
            return f"{words.piece(token)}: the beginning is given"
        return f"{words.piece(token)}: it was surprised by {self._losses[index]:.2f} nats"

    def _say_loss(self, index: int) -> str:
        bar = self.loss.bar(index)
        return f"Loss {bar.words}: {bar.said} nats a piece"

    def _say_blame(self, index: int) -> str:
        bar = self.blame.bar(index)
        return f"The loss pulls at {bar.words} with {bar.said}"

    def _say_move(self, index: int) -> str:
        bar = self.moves.bar(index)
        return f"{bar.words}: {bar.said}"
