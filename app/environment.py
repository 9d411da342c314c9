"""What must be set before torch is loaded, for window and terminal alike. Knows neither."""

import os

from core.engine import ready
from core.paths import home


def prepare() -> None:
    """Show Python the engine, where it lies in a folder of its own, and let torch's idle threads sleep instead of spin,
    unless the user chose otherwise.

    Spinning threads took the window's 99th percentile from 20 to 28 ms a frame on two cores, and most of the speed
    when another program kept one core busy. They may spin for the moment between two products of a reply, some 50
    microseconds: waking them each time cost 40 % of its speed. OpenMP reads all of it once, when it is loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    ready.use(home())
