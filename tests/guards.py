"""What no test may do, though nobody asks: log an unexpected warning, reach outside, leave something running.

A test that means to provoke a log record takes `caplog`, looks at the record, and calls `caplog.clear()`.
"""

import gc
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

PATIENCE: Final = 60_000  # milliseconds that a test waits for what must come; pytest-qt's 5,000 are too few under load
GRACE: Final = 2.0  # seconds that a thread which is on its way out is given
OUR_OWN: Final = ("localhost", "::1", "", None)


# ---- nothing reaches outside


def pytest_configure() -> None:
    sys.addaudithook(stay_inside)


def stay_inside(event: str, args: tuple[Any, ...]) -> None:
    """Fails a test that asks for another computer. A hook of the interpreter: no library can go round it."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None  # a file name is a socket on this computer
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return
    if not is_here(host):
        pytest.fail(f"This test asked for {host!r}: tests reach no other computer.", pytrace=False)


def is_here(host: object) -> bool:
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    return host in OUR_OWN or str(host).startswith("127.")


# ---- nothing is logged that was not meant


@pytest.fixture(autouse=True)
def quiet_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    loud = [f"{record.name}: {record.getMessage()}" for record in records if record.levelno >= logging.WARNING]
    if loud:
        pytest.fail("This test logged what it did not expect:\n" + "\n".join(loud), pytrace=False)


# ---- no test fails because the computer is slow


def pytest_sessionstart() -> None:
    for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitExposed, QtBot.waitCallback):
        wait.__kwdefaults__ = {**(wait.__kwdefaults__ or {}), "timeout": PATIENCE}


# ---- Python's end is not the end of Qt


def pytest_unconfigure() -> None:
    """pytest-qt hears Qt's messages while a test runs, and where one is skipped by a fixture, for ever. Qt's last
    warnings come when it is unloaded, after Python has ended: they then ended a green run with SIGSEGV."""
    qInstallMessageHandler(None)


# ---- nothing is left behind


class Started:
    """Threads and timers in the order they were started, each with the line that started it."""

    def __init__(self) -> None:
        self.things: dict[int, tuple[Any, str]] = {}

    def noting(self, start: Callable[..., Any]) -> Callable[..., Any]:
        def noted(thing: Any, *args: Any) -> Any:
            self.things[id(thing)] = (thing, caller())
            return start(thing, *args)

        return noted

    def running(self) -> list[str]:
        return [f"{describe(thing)}, started at {place}" for thing, place in self.things.values() if is_running(thing)]


def caller() -> str:
    """The innermost line that is neither this file nor the standard library's threading."""
    frames = [frame for frame in traceback.extract_stack() if frame.filename not in (__file__, threading.__file__)]
    return f"{frames[-1].filename}:{frames[-1].lineno}"


def is_running(thing: Any) -> bool:
    match thing:
        case threading.Thread():
            return thing.is_alive()
        case QThread():
            return isValid(thing) and thing.isRunning()
        case QTimer():
            return isValid(thing) and thing.isActive()
    return False


def describe(thing: Any) -> str:
    name = thing.name if isinstance(thing, threading.Thread) else thing.objectName()
    return f"{type(thing).__name__} {name!r}"


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    started = Started()
    windows = set(top_level_widgets())
    with pytest.MonkeyPatch.context() as patch:
        for kind in (threading.Thread, QThread, QTimer):
            patch.setattr(kind, "start", started.noting(kind.start))
        yield
    left = [*still_running(started), *(describe(widget) for widget in widgets_left(windows))]
    if left:
        pytest.fail("This test left behind:\n" + "\n".join(left), pytrace=False)


def still_running(started: Started) -> list[str]:
    deadline = time.monotonic() + GRACE
    while started.running() and time.monotonic() < deadline:
        tidy()
        time.sleep(0.01)
    return started.running()


def widgets_left(before: set[QWidget]) -> list[QWidget]:
    if set(top_level_widgets()) - before:
        tidy()
    return [widget for widget in top_level_widgets() if widget not in before]


def top_level_widgets() -> list[QWidget]:
    return QApplication.topLevelWidgets() if QApplication.instance() else []


def tidy() -> None:
    """Let go of what only a reference cycle or a pending deleteLater still holds."""
    gc.collect()
    if QCoreApplication.instance():
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()
