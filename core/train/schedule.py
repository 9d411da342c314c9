"""The learning rate of each step: warm-up, stable, decay. A pure function; knows no model.

The shape is that of MiniCPM (2404.06395): cooling down only at the end lets a run be judged, and best kept, while
the rate is still high.
"""

from core.recipe import Recipe


def learning_rate(recipe: Recipe, step: int) -> float:
    """The rate of `step`, from 1 to `recipe.steps`: up in a straight line, level, down in a straight line to zero."""
    if not 1 <= step <= recipe.steps:
        raise ValueError(f"steps run from 1 to {recipe.steps}, got {step}")
    decay_steps = round(recipe.steps * recipe.decay_share)
    warming = step / recipe.warmup_steps if recipe.warmup_steps else 1.0
    cooling = (recipe.steps - step + 1) / (decay_steps + 1)  # the last step still learns
    return recipe.learning_rate * min(1.0, warming, cooling)
