"""The most memory that something takes while it runs. Knows no model.

On a card the allocator remembers it, and holds more than it uses: that is what is missing elsewhere. On a processor it
is what the whole process had, looked at fifty times a second.
"""

from threading import Event, Thread
from typing import Final, Self

import psutil
import torch

from core.device import Device
from core.footprint import A_CARD

EVERY: Final = 0.02  # seconds


class Peak:
    """`with Peak(device) as peak: ...`, then `peak.bytes`, which can be compared with core/footprint.py's `process`."""

    def __init__(self, device: Device) -> None:
        self.bytes = 0
        self._kind = device.kind
        self._over, self._process = Event(), psutil.Process()

    def __enter__(self) -> Self:
        if self._kind == "cuda":
            torch.cuda.reset_peak_memory_stats()
            return self
        self._look()
        self._thread = Thread(target=self._watch, name="peak", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        if self._kind == "cuda":
            self.bytes = torch.cuda.max_memory_reserved() + A_CARD
            return
        self._over.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self._look()

    def _look(self) -> None:
        taken = self._process.memory_info().rss
        if self._kind == "mps":
            taken = max(taken, torch.mps.driver_allocated_memory())
        self.bytes = max(self.bytes, taken)
