"""How many threads a look takes: as many cores as others leave free. Knows no model.

Threads of one product wait for each other. Beside a program that keeps a core busy two of them took 2.4 times as long
as one alone; on a machine with nothing else to do they take little more than half as long.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psutil
import torch

SMALL: Final = 8_000_000  # parameters below which one thread is quickest
SHORTEST: Final = 0.05  # seconds over which it can be said how busy the machine is


class Company:
    """What other programs take of the processor, between one look and the next."""

    def __init__(self) -> None:
        self._at = _now()
        self._others = 0.0

    def others(self) -> float:
        """Cores that other programs kept busy since the last question."""
        now = _now()
        wall, idle, own = (after - before for after, before in zip(now, self._at, strict=True))
        if wall >= SHORTEST:
            self._at = now
            self._others = max(0.0, (psutil.cpu_count() or 1) - (idle + own) / wall)
        return self._others

    @contextmanager
    def threads(self, parameters: int) -> Iterator[None]:
        """Inside the block torch computes with as many threads as help."""
        usual = torch.get_num_threads()
        torch.set_num_threads(1 if parameters < SMALL else max(1, min(usual, round(usual - self.others()))))
        try:
            yield
        finally:
            torch.set_num_threads(usual)


def _now() -> tuple[float, float, float]:
    """Seconds: by the clock, that all cores were idle, that this process computed."""
    cores, own = psutil.cpu_times(), psutil.Process().cpu_times()
    return time.monotonic(), cores.idle + getattr(cores, "iowait", 0.0), own.user + own.system
