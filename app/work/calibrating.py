"""Finds out beside a talk what counts as written about, so that no reply waits for it. Knows no Qt.

It begins when a reply is whole and the corpus has changed, on a thread that ends with the process; until it is done
the corpus is asked by what was found before, or by the fixed value.
"""

import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from app.work import Task
from core import calibration
from core.errors import Trouble
from core.events import Progress, Stop, Work, drain

if TYPE_CHECKING:
    from core.embeddings import Near

R = TypeVar("R")

PAUSE: Final = 0.05  # seconds between two looks whether it is done


class Calibrating:
    """One for each that talks."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def after(self, work: Work[R], corpus: Path | None, near: "Near | None" = None) -> Work[R]:
        """The same work, after which the threshold is found for its corpus if that has changed."""
        outcome = yield from work
        self.begin(corpus, near)
        return outcome

    def begin(self, corpus: Path | None, near: "Near | None" = None) -> None:
        mark = near.mark if near is not None else ""
        if corpus is None or not corpus.is_file() or self.is_busy or calibration.is_current(corpus, mark):
            return
        near = near and near.apart()
        self._ended.clear()
        self._thread = threading.Thread(target=self._renew, args=(corpus, near), name="mynah-calibrate", daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def settle(self) -> Task[None]:
        """Wait for what is under way: for programs that end after one reply."""

        def make(stop: Stop) -> Work[None]:
            while self._thread is not None and self._thread.is_alive() and not stop():
                yield Progress(0, 0, "Finding out what you have written about")
                self._thread.join(PAUSE)

        return make

    def end(self) -> None:
        """Leave off: the next talk begins it anew."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _renew(self, corpus: Path, near: "Near | None") -> None:
        with contextlib.suppress(Trouble):  # the fixed value serves until the disk is well
            drain(calibration.renew(corpus, self._ended.is_set, near))
