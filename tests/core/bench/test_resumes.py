"""Stopped and killed, a training learns the same bits. Ten times, by all ways, is `mynah bench resumes`; here is one
that has everything that is rare in it, twice: a base, in four bits, and bf16."""

import pytest

from app.commands.bench_resumes import others, verdict
from core.bench.reports import ResumeRow
from core.bench.resumes import METHODS, PRECISIONS, WAYS, resumes
from core.events import drain, never
from core.recipe import ADAPTED
from tests.fakes import lives

NAME = "adapters on 4 bits, bf16"


@pytest.mark.skipif(not lives.FORKED, reason="would import torch once for each life")
def test_stops_and_kills_change_no_bit_of_adapters_on_four_bits() -> None:
    (row,) = drain(resumes({NAME: WAYS[NAME]}, 1, never, breaks=2))[1]
    assert (row.stops, row.other_losses, row.other_weights) == (2, 0, 0)
    assert 0 < row.kills <= 2  # a machine that is busy may let a life come to its end
    assert verdict([row]) == f"1 trainings, 2 stops, {row.kills} kills; 0 runs ended otherwise."


def test_every_method_is_tried_in_every_precision() -> None:
    assert len(WAYS) == len(METHODS) * len(PRECISIONS)
    assert {how.get("method", "scratch") for how in METHODS.values()} == {"scratch", "full", *ADAPTED}
    assert {how.get("optimizer", "adamw") for how in METHODS.values()} == {"adamw", "adamw8", "muon"}


def test_one_other_bit_is_told() -> None:
    row = ResumeRow(training="adapters", stops=10, kills=10, other_losses=0, other_weights=1)
    assert others([row]) == 1
    assert "1 runs ended otherwise" in verdict([row])
