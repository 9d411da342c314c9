"""Bugs: written into a log, shown once each as a plain sheet, sent to nobody. Knows no page."""

import contextlib
import faulthandler
import hashlib
import logging
import platform
import sys
import traceback
from collections.abc import Callable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app import words
from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text

log = logging.getLogger(__name__)

LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@contextlib.contextmanager
def logs_kept(folder: Path) -> Iterator[None]:
    """Inside it the log, Qt's messages and a dying interpreter's last words go to files in `folder`, if it can."""
    with contextlib.ExitStack() as kept:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(folder / "window.log", maxBytes=1 << 20, backupCount=2, encoding="utf-8")
            kept.callback(handler.close)
            last_words = kept.enter_context((folder / "last-words.log").open("a", encoding="utf-8"))
        except OSError:
            pass
        else:
            send_to(handler, last_words, kept)
        yield


def send_to(handler: logging.Handler, last_words: TextIO, kept: contextlib.ExitStack) -> None:
    """Begin with it, and let `kept` end it however the program ends: Qt still warns when Python is gone already, and a
    message handler in Python that is still there then ends the process with a segmentation fault."""
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    kept.callback(logging.getLogger().removeHandler, handler)
    faulthandler.enable(last_words)
    kept.callback(faulthandler.disable)
    qInstallMessageHandler(on_qt_message)
    kept.callback(qInstallMessageHandler, None)


def on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(LEVELS[kind], "%s", message)


def catch(show: Callable[[BaseException], None]) -> None:
    """Let every exception that nobody caught be logged and shown, instead of ending the program."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("a bug", exc_info=(kind, error, trace))
        show(error)

    sys.excepthook = hook


def details(error: BaseException) -> str:
    """What helps to find the bug: versions and the way to it, none of the user's text."""
    lines = traceback.format_exception(error)
    return f"Python {platform.python_version()}, {platform.platform()}\n{''.join(lines)}"


class Crashes:
    """Shows each bug once, however often it strikes."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        self._window, self._theme = window, theme
        self._seen: set[str] = set()

    def show(self, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        place = hashlib.sha256(repr([(type(error), *((f.filename, f.lineno) for f in frames))]).encode()).hexdigest()
        if place not in self._seen:
            self._seen.add(place)
            CrashSheet(self._window, self._theme, details(error)).open()


class CrashSheet(QDialog):
    """Says that it was our mistake, and offers the details to copy."""

    def __init__(self, window: QWidget, theme: Theme, report: str) -> None:
        super().__init__(window)
        self.setWindowTitle(words.CRASH_TITLE)
        self._report = report
        self.go_on = Button(theme, words.GO_ON, kind="primary")
        self.copy = Button(theme, words.COPY_DETAILS, drawing="copy")
        self.go_on.clicked.connect(self.accept)
        self.copy.clicked.connect(self._on_copy)
        buttons = Flow()
        buttons.addWidget(self.go_on)
        buttons.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for widget in (text(words.CRASH_TITLE, "heading"), text(words.CRASH_WHY, "quiet"), holder(buttons)):
            column.addWidget(widget)
        self.setMinimumWidth(round(440 * theme.scale))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self.copy.set_words(words.COPIED)
