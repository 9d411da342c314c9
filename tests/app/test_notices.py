"""A notice is at most two sentences and one button; a bug is no notice."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.notices import Notice, Notices
from app.theme import Theme
from app.views.notice_bar import NoticeBar
from core.errors import Busy


def test_trouble_becomes_its_two_sentences(qapp: QApplication) -> None:
    notices = Notices(qapp)
    notices.show(Busy("Somebody else trains.", fix="Wait a little."))
    assert notices.now == Notice("trouble", "Somebody else trains. Wait a little.")


def test_a_bug_is_handed_to_the_crash_sheet(qtbot: QtBot, qapp: QApplication) -> None:
    notices, bug = Notices(qapp), ZeroDivisionError()
    with qtbot.waitSignal(notices.broke) as blocker:
        notices.show(bug)
    assert (blocker.args, notices.now) == ([bug], None)


def test_the_strip_is_there_only_while_there_is_something_to_say(qtbot: QtBot, qapp: QApplication) -> None:
    notices, theme = Notices(qapp), Theme("light", 100, qapp)
    bar = NoticeBar(notices, theme)
    qtbot.addWidget(bar)
    assert bar.isHidden()
    pressed: list[str] = []
    notices.tell("Read this.", "Do it", lambda: pressed.append("done"))
    assert not bar.isHidden()
    assert bar.button.text() == "Do it"
    bar.button.click()
    assert pressed == ["done"]
    assert bar.isHidden()
    notices.tell("And this.")
    assert bar.button.isHidden()
    bar.close_button.click()
    assert bar.isHidden()
