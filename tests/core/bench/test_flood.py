"""The flood is measured: a training goes on beside it, and the strangers get nowhere."""

from dataclasses import replace

import pytest

from core.bench import flood
from core.bench.reports import FloodRow
from core.bench.task import training
from core.events import drain, never


def test_a_training_beside_a_flood_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = training("fp32")
    small = replace(recipe, shape=replace(recipe.shape, layers=1, width=32, heads=2, kv_heads=2, inner=64))
    monkeypatch.setattr(flood, "training", lambda precision: small)
    (row,) = drain(flood.measure(1, 0.2, never))[1]
    assert isinstance(row, FloodRow)
    assert min(row.quiet, row.flooded) > 0
    assert row.slower_percent == pytest.approx(100 * (1 - row.flooded / row.quiet))


def test_what_the_flood_costs_is_told_by_the_clock_and_by_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    quiet = [flood.Turn(tokens=1_000, seconds=2, training=4, server=0, stranger=0)] * 3
    flooded = [flood.Turn(tokens=900, seconds=2, training=4, server=0.1, stranger=0.2)] * 3
    row = flood.row(quiet, flooded)
    assert (row.quiet, row.flooded) == (500, 450)
    assert row.slower_percent == pytest.approx(10)
    assert row.dearer_percent == pytest.approx(100 * (1_000 / 900 - 1))
    assert (row.server_percent, row.stranger_percent) == pytest.approx((2.5, 5))


def test_stopped_it_tells_nothing() -> None:
    assert drain(flood.measure(1, 0.2, lambda: True))[1] == []
