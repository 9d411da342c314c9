"""Opens the window. The only place that wires things together; nothing here loads torch."""

import logging
import sys
from datetime import UTC, datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app import crash, environment, settings, words
from app.gathering import Gathering
from app.lanes import Lane
from app.notices import Notices
from app.services import Services
from app.settings import Keeper
from app.theme import Theme
from app.training import Training
from app.window import Window
from app.works import Works
from app.workspace import Workspace
from core.paths import Home, home

SWITCH = 0.001  # seconds after which a busy Python thread lets the window have its turn; the usual 5 ms are seen


def main() -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    app = application()
    where = home()
    logs = crash.keep_logs(where.logs)
    services = build(where, Works(), app)
    window = Window(services)
    crashes = crash.Crashes(window, services.theme)
    crash.catch(crashes.show)
    services.notices.broke.connect(crashes.show)
    window.show()
    code = app.exec()
    close(services)
    if logs is not None:
        crash.forget_logs(logs)
    return code


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
    disk, device = Lane("disk", parent), Lane("device", parent)
    workspace = Workspace(where, keeper, disk, notices, parent)
    return Services(
        keeper=keeper,
        theme=theme,
        notices=notices,
        disk=disk,
        device=device,
        works=works,
        workspace=workspace,
        gathering=Gathering(disk, workspace, works, notices, parent),
        training=Training(device, workspace, works, notices, parent),
    )


def close(services: Services) -> None:
    """End both threads; the window has seen to it that nothing runs on them."""
    for lane in (services.disk, services.device):
        lane.stop_all()
        lane.close()
