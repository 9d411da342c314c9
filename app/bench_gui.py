"""How smooth the window stays: a 60 Hz timer beats in it while the whole way from import to chat is walked.

What is measured is the time between two beats. Everything runs as for a user, on the bundled sample, in a data
folder that is thrown away.
"""

import tempfile
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, SignalInstance

from app import main
from app.beats import Beats
from app.bench_messages import measure_messages
from app.bench_plot import measure_plot
from app.notices import Notices
from app.window import Window
from app.works import Works
from core.errors import Unsupported
from core.paths import Home

BEAT: Final = 16  # milliseconds: 60 a second
IDLE: Final = 4.0  # seconds, to know what this machine can do at best


class Heartbeat(QObject):
    """Beats for ever; the gaps are kept by the part of the way they belong to."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: dict[str, list[float]] = {}
        self._part: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self, interval=BEAT, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)

    def begin(self, part: str) -> None:
        self._part = self.gaps.setdefault(part, [])
        if not self._timer.isActive():
            self._last = time.perf_counter()
            self._timer.start()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self._part.append((now - self._last) * 1000)
        self._last = now


def measure(seconds: float) -> list[Beats]:
    """Walk from import to chat, with `seconds` of training in the middle; one row for each part of the way."""
    app = main.application()
    with tempfile.TemporaryDirectory() as folder:
        services = main.build(Home(Path(folder)), Works(), app)
        window = Window(services)
        window.show()
        beat = Heartbeat()
        walk(window, beat, seconds)
        window.close()
        drawn = measure_plot(services.theme) + measure_messages(services.theme)
        main.close(services)
    return drawn + [Beats.of(part, gaps) for part, gaps in beat.gaps.items() if gaps]


def walk(window: Window, beat: Heartbeat, seconds: float) -> None:
    """Everything a first user does, by the same buttons."""
    services, training = window.services, window.services.training
    beat.begin("idle")
    wait(IDLE)
    beat.begin("import")
    window.welcome.sample.click()
    until(services.gathering.ended, services.notices)
    until(services.workspace.surveyed, services.notices)
    beat.begin("getting ready")
    window.train.card.train.click()
    until(training.noted, services.notices)
    beat.begin("training")
    wait(seconds)
    while not window.chat.composer.isEnabled():  # until the first checkpoint is there
        wait(1)
    beat.begin("chat while training")
    window.chat.empty.openings[0].click()
    until(window.chat.replied, services.notices)
    beat.begin("stop and save")
    training.stop()
    until(training.ended, services.notices)
    until(services.workspace.surveyed, services.notices)
    beat.begin("chat")
    window.chat.again.click()
    until(window.chat.replied, services.notices)


def wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def until(signal: SignalInstance, notices: Notices) -> None:
    """Wait for `signal`. What the window would show as trouble or as a bug is raised instead."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    notices.changed.connect(loop.quit)
    errors: list[Exception] = []
    notices.broke.connect(errors.append)
    notices.broke.connect(loop.quit)
    loop.exec()
    if errors:
        raise errors[0]
    if notices.now is not None:
        raise Unsupported(notices.now.text, fix="Nothing was measured.")
