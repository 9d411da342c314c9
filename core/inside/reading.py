"""One pass over a text, from which every view of it is drawn: another view reads nothing again. Knows no view."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from torch import Tensor

from core.inside.capture import capture, points
from core.inside.subject import Subject

Reading: TypeAlias = Mapping[str, Tensor]  # all hook points of core/inside/capture.py but patterns and logits


def reading(subject: Subject, ids: Sequence[int]) -> Reading:
    """What was left by reading `ids` with the side that speaks, of which one is kept beside what was made of it."""

    def make() -> Reading:
        wanted = [name for name in points(subject.model.shape.layers) if not name.endswith(("pattern", "logits"))]
        return capture(subject.model, ids, wanted)

    return subject.remember(("reading", subject.side, tuple(ids)), make, weigh)


def weigh(seen: Reading) -> int:
    """In bytes; a layer hands on what the next one is given, so that is there only once."""
    return sum({part.data_ptr(): part.nbytes for part in seen.values()}.values())
