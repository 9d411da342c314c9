"""Percentiles of the gaps between beats."""

from app.beats import Beats


def test_the_percentiles_are_gaps_that_were_there() -> None:
    gaps = [float(gap) for gap in range(100, 0, -1)]
    assert Beats.of("idle", gaps) == Beats("idle", p50=51.0, p95=96.0, p99=100.0, longest=100.0, seconds=5.05)


def test_one_gap_is_all_percentiles() -> None:
    assert Beats.of("idle", [16.0]) == Beats("idle", 16.0, 16.0, 16.0, 16.0, 0.016)
