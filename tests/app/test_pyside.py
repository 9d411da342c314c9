"""The Qt binding itself: why its version is pinned."""

import sys

from PySide6.QtCore import QObject

CALLS = 10_000


def test_a_call_that_returns_nothing_leaves_none_as_it_was() -> None:
    """PySide6 6.12.0 lost a reference to None at each such call on Python 3.11, and died of it within seconds."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("a")
    assert abs(sys.getrefcount(None) - before) < CALLS / 100
