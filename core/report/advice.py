"""What to try next, from how a run went. Pure: facts in, sentences out; each names what in the curve it rests on."""

from collections.abc import Sequence
from typing import Final

from core.journal import Evaluated, Fact, Finished

EARLY: Final = 0.7  # of the steps made: a best look before that says that the rest was no help
APART: Final = 0.25  # bits per byte between known and unseen text that speak of learning by heart
STEEP: Final = 0.02  # bits per byte gained at the last look, above which more time pays
FEW: Final = 4  # passes: reading again is nearly as good as new text up to four times (Muennighoff 2305.16264)


def advice(facts: Sequence[Fact], *, passes: float, planned: int) -> tuple[str, ...]:
    """Two or three sentences, the most useful first."""
    looks = [fact for fact in facts if isinstance(fact, Evaluated)]
    if len(looks) < 2:
        return ("Let it train a little longer: there is not enough to judge it by yet.",)
    best = min(looks, key=lambda look: look.bits_per_byte)
    last, gap = looks[-1], best.bits_per_byte - best.train_bits_per_byte
    said: list[str] = []
    if not any(isinstance(fact, Finished) for fact in facts):
        done = last.step / planned if planned else 1.0
        said.append(f"It stopped at {done:.0%} of its way: continue it, the last part is where it settles.")
    if best.step < EARLY * last.step:
        said.append(
            f"Its best moment was step {best.step:,} of {last.step:,}; after that it learnt your text by heart. More"
            " time will not help. More writing will, or a smaller size."
        )
    elif gap > APART:
        said.append(
            f"It knows the text it learnt from {gap:.2f} bits per byte better than text it has never seen: more of your"
            " writing would help most."
        )
    elif looks[-2].bits_per_byte - last.bits_per_byte > STEEP:
        said.append("It was still getting better at the last look: give it twice the time and it will get further.")
    if passes < 1:
        said.append("It has not read all of your writing yet: give it more time, or a smaller size.")
    elif passes < FEW and best is last:
        said.append(
            f"It has read your writing about {passes:.1f} times; up to four times each reading counts like new."
        )
    if not said:
        said.append("It has got out of your writing about what is in it at this size. For more, add writing.")
    said.append("Talk to it at a lower temperature if it wanders, at a higher one if it repeats itself.")
    return tuple(said)
