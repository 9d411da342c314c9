"""The window's side of vigil.py: begins the process that sits beside it, and tells it that training lives.

Knows no widget. Called on the thread that trains, and on that of the window.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from typing import Any, Final, cast

from app.sitting import detached
from app.vigil import Orders
from core.events import Work, changed
from core.runs import Outcome

GOODBYE: Final = 5.0  # seconds that it may take to go


class Guardian:
    """One for each training."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Begin to be watched."""
        with self._lock:
            if self._process is not None:
                return
            self._process = subprocess.Popen(
                (sys.executable, "-m", "app.vigil"),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                **cast("dict[str, Any]", detached()),
            )
            self._write(self._orders.to_json())
            if os.name != "nt" and self._process.stdin is not None:  # one that sleeps must not hold up the training
                os.set_blocking(self._process.stdin.fileno(), False)

    def sign(self, kind: str) -> None:
        """Something of this kind happened: training lives."""
        with self._lock:
            self._write(json.dumps({"kind": kind}))

    def beat(self) -> None:
        """Something else runs on the device meanwhile, and lives."""
        self.sign("Progress")

    def hung(self) -> None:
        """The person says that it hangs: this window is ended, and training goes on."""
        self.begin()
        self.sign("Hung")

    def end(self) -> None:
        """Training has ended by itself, or by the wish of its owner."""
        with self._lock:
            self._write('{"kind": "Done"}')
            process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GOODBYE)

    def _write(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):  # somebody ended it, or it is behind: training goes on
                self._process.stdin.write(f"{line}\n".encode())


def watched(work: Work[Outcome], guardian: Guardian) -> Work[Outcome]:
    """The same work, of which the guardian hears; it is let go however the work ends, unless the process dies."""

    def hear(event: object) -> object:
        guardian.sign(type(event).__name__)
        return event

    guardian.begin()
    try:
        return (yield from changed(work, hear))
    finally:
        guardian.end()
