"""How a run learned, from what was written down: lines to hold its curve against, phases, and the jump. No torch."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from core.inside.reports import Mark, Milestone, Phase
from core.journal import Evaluated, Fact

JUMP: Final = 0.5  # nats a token that copying must make a repeated text easier, to say that it clicked
WORSE: Final = 1.03  # of its best: from here on unseen text gets harder while it learns on
CLOSER: Final = 0.5  # of the way from single tokens to pairs


def jump(milestones: Sequence[Milestone]) -> int | None:
    """The first step from which a repeated random text is clearly easier the second time."""
    return next((each.step for each in milestones if each.induction >= JUMP), None)


def phases(facts: Sequence[Fact], ruler: Sequence[Mark], copies_from: int | None) -> tuple[Phase, ...]:
    """Parts of the run by which line its curve on unseen text has crossed; no judgement of ours enters."""
    looks = [fact for fact in facts if isinstance(fact, Evaluated)]
    if not looks or len(ruler) < 3:
        return ()
    kinds = [_kind(looks, number, [mark.bits for mark in ruler[:3]], copies_from) for number in range(len(looks))]
    starts = [0, *(number + 1 for number, (one, other) in enumerate(pairwise(kinds)) if one != other)]
    ends = [*starts[1:], len(looks)]
    return tuple(
        Phase(kinds[start], looks[start].step, looks[min(end, len(looks) - 1)].step)  # type: ignore[arg-type]  # see _kind
        for start, end in zip(starts, ends, strict=True)
    )


def _kind(looks: Sequence[Evaluated], number: int, lines: Sequence[float], copies_from: int | None) -> str:
    guess, single, pairs = lines
    look, bits = looks[number], looks[number].bits_per_byte
    best = min(range(number + 1), key=lambda n: looks[n].bits_per_byte)
    if best < number and bits > WORSE * looks[best].bits_per_byte and look.train_bits_per_byte < bits / WORSE:
        return "by heart"
    if bits < pairs:
        return "copying" if copies_from is not None and look.step >= copies_from else "context"
    if bits < single - CLOSER * (single - pairs):
        return "pairs"
    return "frequent" if bits < guess - CLOSER * (guess - single) else "guessing"


def nearest_step(steps: Sequence[int], wanted: int) -> int:
    """The index of the step that is closest."""
    at = bisect_left(steps, wanted)
    around = [index for index in (at - 1, at) if 0 <= index < len(steps)]
    return int(np.argmin([abs(steps[index] - wanted) for index in around])) + around[0] if around else 0
