"""The four numbers of a run. Knows the journal's facts and how to say how long is left."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout

from app import words
from app.theme import Theme
from app.views.figure import Figure
from app.views.layouts import Columns
from app.views.parts import holder, text
from core.health import verdict
from core.journal import Evaluated, Fact, Finished, Resumed, Sampled, Stepped, StepSkipped, TurnedBack


class RunFigures(QFrame):
    """Step, speed, time left, best bits per byte, and what that means."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = theme
        self._figures = [Figure(name) for name in (words.STEP, words.SPEED, words.TIME_LEFT, words.BEST)]
        self._columns = Columns(least=0)
        for figure in self._figures:
            self._columns.addWidget(figure)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(12)
        inside.addWidget(holder(self._columns))
        self.health = text("")
        inside.addWidget(self.health)
        inside.addWidget(text(words.BEST_HINT, "small"))
        theme.changed.connect(self._dress)
        self._dress()
        self.clear()

    def _dress(self) -> None:
        self._columns.least = round(150 * self._theme.scale)

    @property
    def numbers(self) -> dict[str, str]:
        """What is on show, by name."""
        return {figure.name: figure.number for figure in self._figures}

    @property
    def has_begun(self) -> bool:
        return self.step > 0

    def clear(self) -> None:
        self._total = self.step = 0
        self._seconds = self._speed = 0.0
        self._best: float | None = None
        self._is_finished = False
        self._seen: list[Fact] = []
        self.health.hide()
        self._show()

    def show_total(self, steps: int) -> None:
        self._total = steps
        self._show()

    def add(self, facts: Sequence[object]) -> None:
        for fact in facts:
            if isinstance(fact, Fact):
                self._seen.append(fact)
            match fact:
                case Stepped():
                    self.step, self._seconds, self._speed = fact.step, fact.seconds, fact.tokens_per_second
                case Evaluated():
                    if fact.best:
                        self._best = fact.bits_per_byte
                case Resumed() | TurnedBack():
                    self.step = fact.step
                case Finished():
                    self._is_finished, self._speed = True, fact.tokens_per_second or self._speed
        if any(isinstance(fact, Evaluated | Finished | StepSkipped) for fact in facts):
            self._show_health()
        self._show()

    def _show_health(self) -> None:
        """The sentence about the curve; of single steps the last few hundred tell."""
        steps = [fact for fact in self._seen if isinstance(fact, Stepped)][-400:]
        self._seen = [*(fact for fact in self._seen if not isinstance(fact, Stepped | Sampled)), *steps]
        self.health.setText(verdict(self._seen).sentence)
        self.health.setVisible(self.has_begun)

    def _show(self) -> None:
        step, speed, left, best = self._figures
        step.show_number(words.step_of(self.step, 0 if self._is_finished else self._total))
        speed.show_number(words.number(round(self._speed)) if self._speed else "–")
        left.show_number(self._left())
        best.show_number("–" if self._best is None else f"{self._best:.2f}")

    def _left(self) -> str:
        if self._is_finished:
            return words.NONE_LEFT
        if not self.step or not self._total:
            return "–"
        return words.duration((self._total - self.step) * self._seconds / self.step)
