"""A bug is written down and shown once, with details to copy; nothing of it is sent."""

import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import crash
from app.crash import Crashes, CrashSheet
from app.theme import Theme


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
    logs = crash.keep_logs(tmp_path / "logs")
    assert logs is not None
    try:
        qWarning("a warning of Qt")
        logging.getLogger("app").error("an error of ours")
    finally:
        crash.forget_logs(logs)
    assert root.handlers == before
    text = (tmp_path / "logs" / "window.log").read_text("utf-8")
    assert [line.split(" ", 2)[2] for line in text.splitlines()] == [
        "WARNING qt: a warning of Qt",
        "ERROR app: an error of ours",
    ]
    caplog.clear()


def test_without_room_for_a_log_the_window_opens_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way", "utf-8")
    assert crash.keep_logs(tmp_path / "logs") is None
