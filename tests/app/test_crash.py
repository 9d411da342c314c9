"""A bug is written down and shown once, with details to copy; nothing of it is sent."""

import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import crash
from app.crash import Crashes, CrashSheet
from app.theme import Theme
from core.errors import Trouble


def bug() -> ZeroDivisionError:
    try:
        raise ZeroDivisionError("planted")
    except ZeroDivisionError as error:
        return error


def test_the_same_bug_is_shown_once(qtbot: QtBot, qapp: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    crashes = Crashes(window, Theme("light", 100, qapp))
    for _ in range(3):
        crashes.show(bug())
    (sheet,) = window.findChildren(CrashSheet)
    sheet.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "ZeroDivisionError: planted" in copied
    assert copied.startswith("Python ")
    sheet.go_on.click()
    assert not sheet.isVisible()


def test_what_nobody_caught_is_logged_and_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    shown: list[BaseException] = []
    crash.catch(shown.append)
    error = bug()
    sys.excepthook(type(error), error, error.__traceback__)
    assert shown == [error]
    assert [(record.levelno, record.message) for record in caplog.records] == [(logging.CRITICAL, "a bug")]
    caplog.clear()


def test_qt_and_python_write_into_the_same_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    with crash.logs_kept(tmp_path / "logs"):
        qWarning("a warning of Qt")
        logging.getLogger("app").error("an error of ours")
    assert root.handlers == before
    text = (tmp_path / "logs" / "window.log").read_text("utf-8")
    assert [line.split(" ", 2)[2] for line in text.splitlines()] == [
        "WARNING qt: a warning of Qt",
        "ERROR app: an error of ours",
    ]
    caplog.clear()


def test_without_room_for_a_log_the_window_opens_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way", "utf-8")
    before = list(logging.getLogger().handlers)
    with crash.logs_kept(tmp_path / "logs"):
        assert logging.getLogger().handlers == before
    assert (tmp_path / "logs").read_text("utf-8") == "in the way"


def test_a_start_that_fails_leaves_nothing_of_python_for_qt_to_call(tmp_path: Path) -> None:
    """Qt warns while it is unloaded, after Python has ended: a handler that is still there then ends in SIGSEGV."""
    with pytest.raises(Trouble), crash.logs_kept(tmp_path / "logs"):
        raise Trouble("The window cannot open.", fix="Try again.")
    assert qInstallMessageHandler(None) is None
