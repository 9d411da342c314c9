"""Exposure follows how often a canary was planted; a model of letters stands in for ours."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import pytest

from core.judge.canaries import DIGITS, REPEATS, Canary, canaries, exposure, exposures
from tests.core.judge.conftest import Blogs

ORDER = 1  # a forgetful reader: one that looks back two letters knows every canary after one reading


class Letters:
    """How surprising a text is to counts of letters, from one letter before down to none (Witten-Bell)."""

    def __init__(self, text: str) -> None:
        self._after: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for at in range(len(text)):
            for n in range(min(ORDER, at) + 1):
                self._after[text[at - n : at]][text[at]] += 1

    def surprise(self, before: str, texts: Sequence[str]) -> list[float]:
        return [self._of(before, text) for text in texts]

    def _of(self, before: str, text: str) -> float:
        whole = before + text
        return -sum(
            math.log(self._chance(whole[max(0, at - ORDER) : at], whole[at])) for at in range(len(before), len(whole))
        )

    def _chance(self, before: str, letter: str) -> float:
        counts = self._after.get(before, Counter())
        rest = self._chance(before[1:], letter) if before else 1 / 256
        total = counts.total()
        return (counts[letter] + len(counts) * rest) / (total + len(counts)) if total else rest


def planted(text: str, found: Sequence[Canary]) -> str:
    """The text with each canary so often, at even distances."""
    lines = [canary.text for canary in found for _ in range(canary.repeats)]
    step = len(text) // len(lines)
    return "\n".join(f"{text[n * step : (n + 1) * step]}\n{line}" for n, line in enumerate(lines))


def test_exposure_follows_repetitions(blogs: Blogs) -> None:
    text = "\n\n".join(document.text for document in blogs["jessfraz"])[:120_000]
    found = canaries()
    bits = exposures(found, Letters(planted(text, found)).surprise, count=200)
    assert list(bits) == list(REPEATS)
    assert bits[1] + 0.3 < bits[4] < bits[16] - 0.3, bits
    chance = exposures(found, Letters(text).surprise, count=200)
    assert max(chance.values()) + 1 < bits[16], chance


def test_exposure_of_the_first_and_of_the_middle() -> None:
    others = [float(n) for n in range(1, 16)]
    assert exposure(0.5, others) == 4
    assert exposure(8.0, others) == pytest.approx(math.log2(16 / 8.5))
    assert exposure(99.0, others) == 0


def test_ten_canaries_with_secrets_of_their_own() -> None:
    found = canaries()
    assert len({canary.secret for canary in found}) == 10
    assert all(len(canary.secret) == DIGITS and canary.text.startswith(canary.before) for canary in found)
    assert canaries() == found != canaries(seed=2)
