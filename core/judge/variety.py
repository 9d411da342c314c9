"""Does it repeat itself, and does it stop? Counts over some replies. Knows no model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log


@dataclass(frozen=True, slots=True, kw_only=True)
class Variety:
    """`distinct`: share of pairs of words that occur once only (Li 1510.03055). `repeated`: share of runs of four words
    that one reply has said before. `alike`: mean BLEU of each reply against the others (Zhu 1802.01886)."""

    distinct: float
    repeated: float
    alike: float
    length_ratio: float  # of replies to the writer's own; 1 is as long


def variety(replies: Sequence[str], own: Sequence[str]) -> Variety:
    """Over replies to different prompts, and the writer's own replies to compare lengths with."""
    words = [reply.split() for reply in replies]
    pairs = [pair for reply in words for pair in grams(reply, 2)]
    fours = [grams(reply, 4) for reply in words]
    count = sum(len(reply) for reply in fours)
    mean, mean_own = (sum(len(text.split()) for text in texts) / max(1, len(texts)) for texts in (replies, own))
    return Variety(
        distinct=len(set(pairs)) / max(1, len(pairs)),
        repeated=sum(len(reply) - len(set(reply)) for reply in fours) / max(1, count),
        alike=self_bleu(words),
        length_ratio=mean / mean_own if mean_own else 0.0,
    )


def stops(ended: Sequence[bool]) -> float:
    """The share of replies that came to an end by themselves."""
    return sum(ended) / len(ended) if ended else 0.0


def grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(words[k : k + n]) for k in range(len(words) - n + 1)]


def self_bleu(replies: Sequence[Sequence[str]]) -> float:
    """The mean over replies; 0 where there are not two."""
    if len(replies) < 2:
        return 0.0
    scores = [_bleu(reply, [other for m, other in enumerate(replies) if m != n]) for n, reply in enumerate(replies)]
    return sum(scores) / len(scores)


def _bleu(reply: Sequence[str], others: Sequence[Sequence[str]]) -> float:
    """BLEU with up to two words at a time: most replies are too short for four. No brevity penalty."""
    logs: list[float] = []
    for n in (1, 2):
        own = Counter(grams(reply, n))
        if not own:
            return 0.0
        most: Counter[tuple[str, ...]] = Counter()
        for other in others:
            most |= Counter(grams(other, n))
        common = sum((own & most).values())
        if not common:
            return 0.0
        logs.append(log(common / sum(own.values())))
    return exp(sum(logs) / len(logs))
