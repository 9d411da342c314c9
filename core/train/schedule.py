"""The learning rate of each step: warm-up, stable, decay. Pure: a recipe and what was decided since, nothing else.

The shape is that of MiniCPM (2404.06395): cooling down only at the end lets a run be judged, best kept and its length
changed while the rate is still high. Each decision holds for the steps after its own, so a run that is resumed earlier
makes the same steps with the same rates.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from core.journal import Refitted, TurnedBack
from core.recipe import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The schedule after step `begins`: level until `cools_from`, then from `share` of the rate to nothing at
    `steps`."""

    begins: int
    steps: int
    cools_from: int
    share: float = 1.0
    factor: float = 1.0  # of the recipe's rate, after it turned back

    def cooling(self, step: int) -> float:
        """The share of the rate that the decay leaves at `step`; the last step still learns."""
        if step <= self.cools_from:
            return self.share
        return self.share * max(0, self.steps - step + 1) / (self.steps - self.cools_from + 1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """All segments of a run, each holding for the steps after its beginning."""

    recipe: Recipe
    segments: tuple[Segment, ...]

    @classmethod
    def of(cls, recipe: Recipe, decisions: Iterable[object] = ()) -> Self:
        """The schedule of a recipe after these decisions, in their order; other facts are passed over."""
        whole = recipe.steps - round(recipe.steps * recipe.decay_share)
        made = cls(recipe, (Segment(begins=0, steps=recipe.steps, cools_from=whole),))
        for decision in decisions:
            if isinstance(decision, Refitted | TurnedBack):
                made = made.after(decision)
        return made

    @property
    def steps(self) -> int:
        """How many steps there will be."""
        return self.segments[-1].steps

    @property
    def cools_from(self) -> int:
        """The step after which the rate falls."""
        return self.segments[-1].cools_from

    def after(self, decision: Refitted | TurnedBack) -> Self:
        """The schedule with one more decision."""
        step = decision.step
        if isinstance(decision, TurnedBack):
            kept = tuple(segment for segment in self.segments if segment.begins < step) or self.segments[:1]
            last = kept[-1]
            new = replace(last, begins=step, factor=last.factor * decision.rate)
            if decision.cools:
                new = replace(new, share=last.cooling(step), cools_from=step)
            return replace(self, segments=(*kept, new))
        last = self.segments[-1]
        steps = max(decision.steps, step + 1)
        if step > last.cools_from:
            new = replace(last, begins=step, steps=steps, share=last.cooling(step), cools_from=step)
        elif last.cools_from == step and last.begins == step:  # it has just turned back to cool down
            new = replace(last, steps=steps)
        else:
            level = steps - round(steps * self.recipe.decay_share)
            new = replace(last, begins=step, steps=steps, cools_from=max(step, level))
        return replace(self, segments=(*self.segments, new))

    def rate(self, step: int) -> float:
        """The rate of `step`, from 1 to `steps`."""
        if not 1 <= step <= self.steps:
            raise ValueError(f"steps run from 1 to {self.steps}, got {step}")
        segment = next(each for each in reversed(self.segments) if each.begins < step)
        warming = step / self.recipe.warmup_steps if self.recipe.warmup_steps else 1.0
        return self.recipe.learning_rate * segment.factor * min(1.0, warming, segment.cooling(step))


def learning_rate(recipe: Recipe, step: int) -> float:
    """The rate of `step` of a run of which nothing was decided since: up in a straight line, level, down to zero."""
    return Schedule.of(recipe).rate(step)
