"""Where a run is heading: its schedule, its deadline, its patience, its strikes, all told from the journal.

Decides; the loop acts. Knows no model and no file. A decision is a fact before it holds, so a run is a pure function of
its recipe and its journal.
"""

from collections.abc import Sequence
from typing import Final

from core.journal import Evaluated, Fact, Refitted, StepSkipped, TurnedBack
from core.recipe import Recipe
from core.train.deadline import Deadline
from core.train.schedule import Schedule
from core.train.sentinels import SLOWER, Patience, Strikes, Verdict

SHORTEST: Final = 10  # steps of a cool-down
SETTLED: Final = 0.02  # of all steps: so near to the end there is nothing to gain from turning back


class Steering:
    """Made from what an earlier life of the run has decided."""

    def __init__(self, recipe: Recipe, facts: Sequence[Fact], deadline: Deadline, patience: int | None) -> None:
        self._recipe, self.deadline = recipe, deadline
        self._decisions = [fact for fact in facts if isinstance(fact, Refitted | TurnedBack)]
        self.schedule = Schedule.of(recipe, self._decisions)
        self._decided_up_to = max((fact.step for fact in self._decisions), default=0)
        self._patience = Patience(patience)
        for fact in facts:
            if isinstance(fact, Evaluated):
                self._patience.looked(fact.step, fact.bits_per_byte)
        self.strikes = Strikes(turned=sum(fact.rate < 1 for fact in self._turns))
        self.skipped = sum(isinstance(fact, StepSkipped) for fact in facts)

    @property
    def _turns(self) -> list[TurnedBack]:
        return [fact for fact in self._decisions if isinstance(fact, TurnedBack)]

    @property
    def full_precision(self) -> bool:
        """Whether it computes in fp32 now, whatever the recipe says."""
        return any(turn.full_precision for turn in self._turns)

    @property
    def steps(self) -> int:
        return self.schedule.steps

    def is_cooling(self, step: int) -> bool:
        return step >= self.schedule.cools_from

    def looked(self, step: int, bits: float) -> None:
        """Held-out text was measured."""
        self._patience.looked(step, bits)

    def decide(self, fact: Refitted | TurnedBack) -> None:
        """Let a decision hold, which is in the journal by now."""
        if isinstance(fact, TurnedBack):
            self._decisions = [old for old in self._decisions if old.step <= fact.step]
            self._patience.forget_after(fact.step)
        self._decisions.append(fact)
        self._decided_up_to = fact.step
        self.schedule = Schedule.of(self._recipe, self._decisions)

    def refit(self, step: int, spent: float) -> Refitted | None:
        """Another number of steps, where the time asks for it. What an earlier life decided is kept to: those steps
        are made again as they were."""
        if step < self._decided_up_to or step < self._recipe.warmup_steps or not self.deadline.is_due(spent):
            return None
        every = (self._recipe.evaluate_every, self._recipe.save_every)
        steps = self.deadline.fit(step, self.steps, spent, every)
        return None if steps is None or steps == self.steps else Refitted(step, steps)

    def lost_patience(self, step: int) -> tuple[TurnedBack, Refitted] | None:
        """To the best step and a cool-down from there, when the last looks brought nothing."""
        best = self._patience.best_step
        near_the_end = step >= self.steps * (1 - SETTLED)
        if best is None or not self._patience.is_over or self.is_cooling(step) or near_the_end or step < 1:
            return None
        share = self._recipe.decay_share
        wanted = round(best * share / (1 - share)) if share < 1 else best
        length = max(SHORTEST, min(wanted, self.steps - step))
        return TurnedBack(best, cools=True), Refitted(best, best + length)

    def failed(self) -> Verdict:
        """A step gave no finite number."""
        self.skipped += 1
        return self.strikes.failed()

    def turn(self, step: int) -> TurnedBack:
        """Back to `step` after numbers that were none: more slowly, and in full precision."""
        return TurnedBack(step, rate=SLOWER, full_precision=self._recipe.precision != "fp32")
