"""Samples of a few tokens: how much is written changes nothing that is tested here, but takes half of the time."""

from dataclasses import replace

import pytest

from core.train import loop
from core.train.samples import HOW


@pytest.fixture(autouse=True)
def short_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "HOW", replace(HOW, length=4))
