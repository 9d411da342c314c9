"""The crash bench: nothing of ours is lost, and the same search finds what a naive saver loses. The campaign in full is
`mynah bench crash`; this is a small part of it."""

import pytest

from app.commands.crashes import is_proven, verdict
from core.bench.crash import every_operation, random_kills
from core.bench.reports import Crash
from core.events import drain, never
from tests.fakes import lives

pytestmark = pytest.mark.skipif(not lives.FORKED, reason="would import torch once for each life")


def test_t01_killed_at_random_a_training_loses_nothing() -> None:
    report = drain(random_kills(6, 1, naive=False, stop=never))[1]
    assert report.trials == 6
    assert report.runs >= 1
    assert report.faults == 0


def test_t07_killed_after_an_operation_a_training_loses_nothing() -> None:
    report = drain(every_operation("killed after", naive=False, stride=23, stop=never))[1]
    assert report.trials >= 5
    assert (report.faults, report.runs) == (0, report.trials)


def test_the_same_search_finds_out_a_naive_saver() -> None:
    report = drain(every_operation("killed before", naive=True, stride=4, stop=never))[1]
    assert report.faults > 0


def test_the_campaign_is_proof_only_when_the_control_was_found_out() -> None:
    ours = Crash(saver="Mynah", fault="killed at random", trials=5)
    control = Crash(saver="naive saver", fault="killed at random", trials=5, unreadable=2)
    assert is_proven([ours, control])
    assert not is_proven([ours])
    assert not is_proven([Crash(saver="Mynah", fault="", trials=5, other_weights=1), control])
    assert verdict([ours, control]) == "5 deaths, 0 of which lost something; the naive saver was found out 2 times."
