"""Ctrl-C and SIGTERM as a question that work asks. Knows no work.

The first one asks the work to stop, which saves; a second one, from somebody who cannot wait, ends the program.
"""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from core.events import Stop

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def stop_on_signal() -> Iterator[Stop]:
    """Inside the block a signal only turns the given `Stop` true. For the main thread, as signals are."""
    asked = False
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        restore()

    for number in SIGNALS:
        signal.signal(number, ask)
    try:
        yield lambda: asked
    finally:
        restore()
