"""Speed is that of the last few seconds; time is that of all sittings."""

import time

import pytest

from core.train.pace import RECENT, Pace


def test_recent_speed_forgets_what_is_long_ago() -> None:
    pace = Pace(tokens=100, before=0.0)
    assert (pace.recent, pace.overall) == (0.0, 0.0)
    for _ in range(10):
        pace.add(1.0)
    assert (pace.recent, pace.overall) == (100.0, 100.0)
    for _ in range(20):
        pace.add(0.5)
    assert pace.recent == 200.0
    assert pace.overall == 3000 / 20


def test_a_step_longer_than_the_window_still_has_a_speed() -> None:
    pace = Pace(tokens=100, before=0.0)
    pace.add(1.0)
    pace.add(4 * RECENT)
    assert pace.recent == pytest.approx(100 / (4 * RECENT))


def test_time_counts_on_from_an_earlier_sitting(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 50.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pace = Pace(tokens=1, before=7.0)
    now = 52.5
    assert pace.seconds == 9.5
