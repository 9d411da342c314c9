"""How a training is doing, in one plain sentence, from its curve alone. Pure: numbers in, a verdict out.

The thresholds are in bits per byte of held-out text, where 0.01 is the least that a reader of samples could notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal, TypeAlias

from core.journal import Evaluated, Fact, Stepped, StepSkipped, is_finished

Kind: TypeAlias = Literal[
    "begins", "learning", "levelling off", "memorising", "diverging", "stalled", "hot", "finished"
]

RECENT: Final = 3  # looks that a verdict rests on
NOTICEABLE: Final = 0.01  # bits per byte
APART: Final = 0.03  # bits per byte by which held-out text got worse while the training text got better
FLIGHT: Final = 1.3  # times the lowest loss of the last while
LONGEST_SILENCE: Final = 120.0  # seconds without a sign, after which the window says so
STEPS: Final = 20  # whose median says where the loss is

SENTENCES: Final[dict[Kind, str]] = {
    "begins": "It has just begun: after a few looks at unseen text there will be more to say.",
    "learning": "It is learning: text it has never seen surprises it less at each look.",
    "levelling off": "It is levelling off: each look brings little. More time would help little, more writing would.",
    "memorising": "It is memorising: it gets better at your text by heart, and worse at text it has never seen.",
    "diverging": "It is losing its way: the loss goes up. If that goes on, it turns back by itself.",
    "stalled": "It is not getting on: no step was finished for a while.",
    "hot": "It waits for the computer to cool down, and goes on by itself.",
    "finished": "It is finished.",
}


@dataclass(frozen=True, slots=True)
class Health:
    """A verdict, and the sentence for the window."""

    kind: Kind
    sentence: str


def verdict(facts: Sequence[Fact], *, is_hot: bool = False, silent_for: float = 0.0, step_takes: float = 1.0) -> Health:
    """The state of the run that `facts` tell of; `silent_for` seconds nothing was heard of it."""
    return _of(_kind(facts, is_hot=is_hot, is_silent=silent_for > max(60.0, 20 * step_takes)))


def _of(kind: Kind) -> Health:
    return Health(kind, SENTENCES[kind])


def _kind(facts: Sequence[Fact], *, is_hot: bool, is_silent: bool) -> Kind:
    if is_finished(facts):
        return "finished"
    if is_hot:
        return "hot"
    if is_silent:
        return "stalled"
    if _diverges(facts):
        return "diverging"
    looks = [fact for fact in facts if isinstance(fact, Evaluated)]
    if len(looks) < 2:
        return "begins"
    recent = looks[-RECENT:]
    best_before = min(look.bits_per_byte for look in looks[:-1])
    worse = recent[-1].bits_per_byte - min(look.bits_per_byte for look in looks)
    learnt = recent[0].train_bits_per_byte - recent[-1].train_bits_per_byte
    if worse > APART and learnt > 0:
        return "memorising"
    return "learning" if best_before - recent[-1].bits_per_byte > NOTICEABLE else "levelling off"


def _diverges(facts: Sequence[Fact]) -> bool:
    """Whether the loss has left its track, or steps had to be skipped just now."""
    steps = [fact for fact in facts if isinstance(fact, Stepped | StepSkipped)]
    if any(isinstance(fact, StepSkipped) for fact in steps[-3:]):
        return True
    losses = [fact.loss for fact in steps if isinstance(fact, Stepped)]
    if len(losses) < 3 * STEPS:
        return False
    window = losses[-10 * STEPS :]
    medians = [median(window[first : first + STEPS]) for first in range(0, len(window) - STEPS + 1, STEPS)]
    return median(losses[-STEPS:]) > FLIGHT * min(medians)
