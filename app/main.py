"""Opens the window. The only place that wires things together; nothing here loads torch."""

import logging
import signal
import sys
import time
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app import crash, environment, settings, words
from app.api import Api
from app.engines import Engines
from app.gathering import Gathering
from app.interrupt import stop_on_signal
from app.lanes import Lane
from app.mornings import Mornings
from app.notices import Notices
from app.services import Services
from app.settings import Keeper
from app.theme import Theme
from app.training import Training
from app.window import Window
from app.works import Works
from app.workspace import Workspace
from core.events import Stop
from core.paths import Home, home

LISTEN = 300  # milliseconds between two moments in which Python hears of a signal: Qt's own loop is deaf to them
MOMENT = 5.0  # seconds that a system gives a program at log-off
SWITCH = 0.001  # seconds after which a busy Python thread lets the window have its turn; the usual 5 ms are seen


def main() -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    app = application()
    where = home()
    with crash.logs_kept(where.logs):
        services = build(where, Works(), app)
        try:
            window = opened(services, app)
            return stay(app, window)
        finally:
            close(services)


def opened(services: Services, app: QApplication) -> Window:
    """The window on the screen, with what listens beside it."""
    window = Window(services)
    Mornings(services.training, services.keeper, services.notices, services.disk, services.works, app)
    crashes = crash.Crashes(window, services.theme)
    crash.catch(crashes.show)
    services.notices.broke.connect(crashes.show)
    window.show()
    return window


def stay(app: QApplication, window: Window) -> int:
    """Until the window is closed, by its user, by Ctrl+C or by a system that shuts down; returns the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what a second Ctrl+C finds: it ends the program, without a traceback
    with stop_on_signal() as stop:
        watch = Watch(stop, window)
        app.commitDataRequest.connect(watch.on_session_ends)
        code = app.exec()
        watch.end()
    return code


class Watch(QObject):
    """Lets Ctrl+C, and a system that shuts down, close the window: training is saved first, and nobody is asked."""

    def __init__(self, stop: Stop, window: Window) -> None:
        super().__init__(window)
        self._stop, self._window = stop, window
        self._timer = QTimer(self, interval=LISTEN)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def end(self) -> None:
        self._timer.stop()

    def _look(self) -> None:
        if self._stop():
            self.end()
            self._window.leave()

    def on_session_ends(self) -> None:
        """The system logs its owner off, and waits for a moment: whatever trains is saved. What cannot be saved in time
        is lost back to the last save, as in a power cut."""
        self._window.leave()
        until = time.monotonic() + MOMENT
        while self._window.is_busy and time.monotonic() < until:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 50)


def application() -> QApplication:
    """Qt and Python, set so that the window stays smooth while it trains."""
    environment.prepare()
    sys.setswitchinterval(SWITCH)
    logging.getLogger().setLevel(logging.INFO)
    app = QApplication(sys.argv[:1])
    app.setApplicationName(words.NAME)
    app.setStyle("Fusion")
    return app


def build(where: Home, works: Works, parent: QObject) -> Services:
    """Everything that a window has one of."""
    notices = Notices(parent)
    remembered, is_whole = settings.load(where.settings, datetime.now(UTC))
    keeper = Keeper(where.settings, remembered, notices.show)
    if not is_whole:
        notices.tell(words.SETTINGS_LOST)
    theme = Theme(remembered.scheme, remembered.text_size, parent)
    theme.apply()
    disk, device, net = Lane("disk", parent), Lane("device", parent), Lane("net", parent)
    workspace = Workspace(where, keeper, disk, notices, parent)
    return Services(
        keeper=keeper,
        theme=theme,
        notices=notices,
        disk=disk,
        device=device,
        net=net,
        works=works,
        workspace=workspace,
        gathering=Gathering(disk, workspace, works, notices, parent),
        training=Training(device, workspace, works, notices, parent),
        api=Api(workspace, keeper, notices, parent),
        engines=Engines(net, where, works, notices, parent),
    )


def close(services: Services) -> None:
    """End the threads; the window has seen to it that nothing runs on them."""
    services.api.end()
    services.works.end()
    for lane in (services.disk, services.device, services.net):
        lane.stop_all()
        lane.close()
