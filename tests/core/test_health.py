"""The sentence about a training follows from its curve."""

import pytest

from core.health import SENTENCES, Kind, verdict
from core.journal import Evaluated, Fact, Finished, Stepped, StepSkipped


def looks(unseen: list[float], learnt: list[float]) -> list[Fact]:
    return [Evaluated(n, b, a, True, n) for n, (a, b) in enumerate(zip(unseen, learnt, strict=True), start=1)]


def steps(*losses: float) -> list[Fact]:
    return [Stepped(n, loss, 1e-3, 1.0, n) for n, loss in enumerate(losses, start=1)]


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ([], "begins"),
        (looks([3.0], [3.0]), "begins"),
        (looks([3.0, 2.5, 2.3], [3.0, 2.4, 2.2]), "learning"),
        (looks([3.0, 2.301, 2.3, 2.3], [3.0, 2.3, 2.25, 2.24]), "levelling off"),
        (looks([3.0, 2.3, 2.4, 2.5], [3.0, 2.2, 1.9, 1.5]), "memorising"),
        (steps(*[2.0] * 60, *[3.0] * 20), "diverging"),
        (steps(*[2.0] * 60, *[2.2] * 20), "begins"),
        ([*steps(*[2.0] * 5), StepSkipped(6)], "diverging"),
        ([*looks([3.0, 2.5], [3.0, 2.5]), Finished(9, 2.5, 9.0, "")], "finished"),
    ],
)
def test_the_curve_says_how_it_is(facts: list[Fact], kind: Kind) -> None:
    assert verdict(facts).kind == kind
    assert verdict(facts).sentence == SENTENCES[kind]


def test_heat_and_silence_come_first() -> None:
    facts = looks([3.0, 2.5, 2.3], [3.0, 2.4, 2.2])
    assert verdict(facts, is_hot=True).kind == "hot"
    assert verdict(facts, silent_for=61.0).kind == "stalled"
    assert verdict(facts, silent_for=61.0, step_takes=10.0).kind == "learning"
