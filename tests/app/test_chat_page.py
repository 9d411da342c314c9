"""Chat streams what the bot writes, as plain text, and stops when asked."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.composer import LONGEST
from app.window import Window
from app.words import chat as words
from core.errors import DiskTrouble
from core.events import Note
from core.journal import Saved
from core.paths import Home
from core.plan import Wish
from core.replies import Piece, Reply, Sampling
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

REPLY = Reply(" upon <b>a</b> time", tokens=5, seconds=0.1, ended=True, stopped=False)
PIECES = [Piece(" upon"), Piece(" <b>a</b>"), Piece(" time")]


def chatting(home: Home, open_window: Open, script: Script) -> Window:
    """A window at its chat, with a bot."""
    plant_run(home.project(), [Saved(300)])
    window = open_window(script.works())
    window.show_page(window.pages.index(window.chat))
    return window


def texts(window: Window) -> list[str]:
    return [turn.text for turn in window.chat.conversation.turns]


def test_a_text_is_begun_and_the_bot_goes_on(qtbot: QtBot, home: Home, open_window: Open) -> None:
    script = Script(replied=PIECES, reply=REPLY)
    window = chatting(home, open_window, script)
    QTest.keyClicks(window.chat.composer.field, "Once")
    with qtbot.waitSignal(window.chat.replied):
        QTest.keyClick(window.chat.composer.field, Qt.Key.Key_Return)
    assert texts(window) == ["Once", "… upon <b>a</b> time"]
    assert script.asked == [("Once", Sampling())]
    assert window.chat.composer.field.toPlainText() == ""
    window.chat.copy.click()
    assert QGuiApplication.clipboard().text() == "Once upon <b>a</b> time"


def test_a_bot_can_be_talked_to_as_soon_as_its_first_training_saved_it(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    window = open_window(Script(trained=[Saved(300)], holds=True, replied=PIECES, reply=REPLY).works())
    assert not window.chat.composer.isEnabled()
    plant_run(home.project(), [Saved(300)])
    window.services.training.begin(Wish())
    qtbot.waitUntil(window.chat.composer.isEnabled, timeout=30_000)
    assert window.services.training.is_running
    with qtbot.waitSignal(window.chat.replied):
        window.chat.empty.openings[0].click()
    assert len(texts(window)) == 2


def test_the_dials_are_asked_for(qtbot: QtBot, home: Home, open_window: Open) -> None:
    script = Script(replied=PIECES, reply=REPLY)
    window = chatting(home, open_window, script)
    window.chat.composer.temperature.slider.setValue(0)
    window.chat.composer.top_k.slider.setValue(40)
    with qtbot.waitSignal(window.chat.replied):
        window.chat.empty.openings[0].click()
    assert script.asked == [("It was early in the morning when", Sampling(temperature=0.0, top_k=40))]


def test_again_takes_the_place_of_the_last_reply(qtbot: QtBot, home: Home, open_window: Open) -> None:
    script = Script(replied=PIECES, reply=REPLY)
    window = chatting(home, open_window, script)
    with qtbot.waitSignal(window.chat.replied):
        window.chat.empty.openings[0].click()
    with qtbot.waitSignal(window.chat.replied):
        window.chat.again.click()
    assert len(texts(window)) == 2
    assert len(script.asked) == 2
    qtbot.waitUntil(lambda: window.chat.again.isVisible())


def test_escape_stops_the_reply(qtbot: QtBot, home: Home, open_window: Open) -> None:
    script = Script(replied=PIECES, reply=REPLY, replies_hold=True)
    window = chatting(home, open_window, script)
    window.chat.empty.openings[0].click()
    qtbot.waitUntil(lambda: "time" in texts(window)[-1])
    assert window.chat.composer.button.accessibleName() == "Stop writing"
    with qtbot.waitSignal(window.chat.replied):
        QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.chat.composer.button.accessibleName() == "Let the bot go on"


def test_a_long_run_without_a_space_is_shown_whole(qtbot: QtBot, home: Home, open_window: Open) -> None:
    endless = "x" * 12_000
    reply = Reply(endless, tokens=1, seconds=0.1, ended=True, stopped=False)
    window = chatting(home, open_window, Script(replied=[Piece(endless)], reply=reply))
    with qtbot.waitSignal(window.chat.replied):
        window.chat.empty.openings[0].click()
    assert texts(window)[-1].replace("\n", "") == f"…{endless}"
    assert window.chat.conversation.turns[-1].width() <= window.chat.width()


def test_what_is_too_long_for_a_message_is_cut_and_that_is_said(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = chatting(home, open_window, Script())
    field = window.chat.composer.field
    QTest.keyClicks(field, "So: ")
    QGuiApplication.clipboard().setText("x" * 1_000_000)
    QTest.keySequence(field, QKeySequence(QKeySequence.StandardKey.Paste))
    assert field.toPlainText() == "So: " + "x" * (LONGEST - 4)
    assert window.services.notices.now is not None
    assert window.services.notices.now.text == words.TOO_LONG


def test_trouble_and_news_of_the_bot_are_told(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = chatting(home, open_window, Script(replied=[Note("The best checkpoint is damaged.")], reply=REPLY))
    with qtbot.waitSignal(window.chat.replied):
        window.chat.empty.openings[0].click()
    assert window.services.notices.now is not None
    assert window.services.notices.now.text == "The best checkpoint is damaged."


def test_trouble_leaves_the_chat_ready(qtbot: QtBot, home: Home, open_window: Open) -> None:
    trouble = DiskTrouble("There is no whole checkpoint.", fix="Train again.")
    window = chatting(home, open_window, Script(replied=[trouble]))
    with qtbot.waitSignal(window.chat.replied):
        window.chat.empty.openings[0].click()
    assert window.services.notices.now is not None
    assert window.services.notices.now.text == "There is no whole checkpoint. Train again."
    assert not window.chat.is_replying


def test_without_a_bot_it_leads_to_training(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    window.show_page(window.pages.index(window.chat))
    assert not window.chat.composer.isVisible()
    window.chat.empty.train.click()
    assert window.train.isVisible()
