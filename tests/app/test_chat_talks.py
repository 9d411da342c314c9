"""The Chat page with a bot that talks: every button does what it says, and everything is kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.chat import ChatPage
from app.views.reading import Reading
from app.window import Window
from app.words import chat as words
from core import feedback, shelf, weights
from core.asking import Answer, voice_file
from core.corpus import Corpus
from core.documents import Document
from core.events import drain, never
from core.journal import Saved
from core.paths import Home
from core.replies import UNTRAINED, Piece, Reply, Turn
from core.retrieval import Cited, Supported
from tests.app.conftest import Open
from tests.fakes.instruct import instruct_model
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

SAID = "The rent was low. I like fish."
NOTE = Cited(number=1, title="Moving", written=None, source="s", key="move", url="", text="The rent was low.")
ANSWER = Answer(
    reply=Reply(SAID, tokens=8, seconds=0.5, ended=True, stopped=False),
    notes=(NOTE,),
    supports=(Supported(0, 17, 1), Supported(18, 30, 0)),
)


@pytest.fixture
def script() -> Script:
    return Script(replied=[Piece(SAID)], answer=ANSWER)


@pytest.fixture
def open_chat(home: Home, open_window: Open, script: Script, tmp_path: Path) -> Callable[[], Window]:
    """Opens a window at its chat, with a base model on the shelf and a run of its own."""

    def opened() -> Window:
        drain(shelf.add(home, instruct_model(tmp_path / "tiny"), weights.look, never, link=True))
        plant_run(home.project(), [Saved(300)])
        with Corpus(home.project().corpus) as corpus:
            corpus.add(Document(source="s", key="move", title="Moving", text="The rent was low. So we went."))
        window = open_window(script.works())
        window.show_page(3)
        window.chat.speaker.setCurrentIndex(1)
        window.chat.speaker.activated.emit(1)
        return window

    return opened


def say(chat: ChatPage, qtbot: QtBot, said: str) -> None:
    QTest.keyClicks(chat.composer.field, said)
    with qtbot.waitSignal(chat.replied):
        QTest.keyClick(chat.composer.field, Qt.Key.Key_Return)


def texts(chat: ChatPage) -> list[str]:
    return [turn.text for turn in chat.conversation.turns]


def test_a_base_model_talks_at_once_and_is_labelled(
    open_chat: Callable[[], Window], qtbot: QtBot, script: Script
) -> None:
    window = open_chat()
    chat = window.chat
    assert chat.label.text() == UNTRAINED
    assert chat.now == "talk"
    say(chat, qtbot, "Hi")
    say(chat, qtbot, "And now?")
    assert texts(chat) == ["Hi", SAID, "And now?", SAID]
    assert script.talks[-1].turns == (Turn("user", "Hi"), Turn("assistant", SAID), Turn("user", "And now?"))
    assert script.talks[-1].notes
    assert chat.conversation.turns[-1].figures.text() == "8 tokens · 16 a second"


def test_a_source_opens_the_post_and_own_words_are_tinted(open_chat: Callable[[], Window], qtbot: QtBot) -> None:
    window = open_chat()
    say(window.chat, qtbot, "Hi")
    turn = window.chat.conversation.turns[-1]
    assert [button.text().strip() for button in turn.sources] == ["[1] Moving"]
    turn.sources[0].click()
    sheet = window.chat.sheet
    assert isinstance(sheet, Reading)
    qtbot.waitUntil(lambda: sheet.words.text == "The rent was low. So we went.")
    sheet.close()


def test_what_was_copied_is_shaded_and_leads_to_where_it_stands(
    open_chat: Callable[[], Window], qtbot: QtBot, script: Script
) -> None:
    script.copied = ((0, 17, "move", "Moving"),)
    window = open_chat()
    chat = window.chat
    QTest.keyClicks(chat.composer.field, "Hi")
    with qtbot.waitSignal(chat.looked):
        QTest.keyClick(chat.composer.field, Qt.Key.Key_Return)
    turn = chat.conversation.turns[-1]
    document = turn.bubble.words.document()
    shaded = [n for n in range(len(SAID)) if character(document, n).isAnchor()]
    assert shaded == list(range(16))  # the full stop is no word
    assert turn.sources[-1].text().strip() == "Word for word: Moving"
    turn.sources[-1].click()
    close_reading(chat, qtbot)
    turn.bubble.words.anchorClicked.emit(QUrl("copied:0"))
    close_reading(chat, qtbot)
    turn.bubble.words.anchorClicked.emit(QUrl("copied:7"))  # which no reply can make lead anywhere
    assert chat.sheet is None
    chat.talk.open(chat.talk.now.id)
    assert chat.talk.now.path()[-1].copied == ((0, 17, "move", "Moving"),)


def close_reading(chat: ChatPage, qtbot: QtBot) -> None:
    sheet, chat.sheet = chat.sheet, None
    assert isinstance(sheet, Reading)
    qtbot.waitUntil(lambda: sheet.words.text == "The rent was low. So we went.")
    sheet.close()


def character(document: QTextDocument, at: int) -> QTextCharFormat:
    cursor = QTextCursor(document)
    cursor.setPosition(at + 1)
    return cursor.charFormat()


def test_again_edit_and_branches(open_chat: Callable[[], Window], qtbot: QtBot, script: Script) -> None:
    window = open_chat()
    chat = window.chat
    say(chat, qtbot, "Hi")
    with qtbot.waitSignal(chat.replied):
        chat.again.click()
    assert chat.conversation.turns[-1].place.text() == "2 of 2"
    chat.conversation.turns[-1].earlier.click()
    assert chat.conversation.turns[-1].place.text() == "1 of 2"
    mine = chat.conversation.turns[0]
    mine.edit.click()
    assert mine.editor is not None
    mine.editor.field.setPlainText("Hello")
    with qtbot.waitSignal(chat.replied):
        mine.editor.save.click()
    assert texts(chat) == ["Hello", SAID]
    chat.conversation.turns[0].earlier.click()
    assert texts(chat)[0] == "Hi"


def test_what_the_bot_should_have_said_is_remembered(open_chat: Callable[[], Window], qtbot: QtBot, home: Home) -> None:
    window = open_chat()
    chat = window.chat
    say(chat, qtbot, "Hi")
    reply = chat.conversation.turns[-1]
    reply.edit.click()
    assert reply.editor is not None
    reply.editor.field.setPlainText("Ahoy!")
    reply.editor.save.click()
    assert texts(chat) == ["Hi", "Ahoy!"]
    assert feedback.edits(feedback.all_of(home.project())) == [((Turn("user", "Hi"),), "Ahoy!")]
    assert feedback.preferences(feedback.all_of(home.project()))[0].rejected == SAID


def test_thumbs_and_kept_replies_are_remembered(open_chat: Callable[[], Window], qtbot: QtBot, home: Home) -> None:
    window = open_chat()
    chat = window.chat
    say(chat, qtbot, "Hi")
    chat.conversation.turns[-1].up.click()
    chat.conversation.turns[-1].down.click()
    assert [each.kind for each in feedback.all_of(home.project())] == ["down"]
    with qtbot.waitSignal(chat.replied):
        chat.again.click()
    say(chat, qtbot, "Go on")
    assert sorted(each.kind for each in feedback.all_of(home.project())) == ["down", "kept"]


def test_the_voice_is_found_pushed_held_and_its_drift_is_shown(
    open_chat: Callable[[], Window], qtbot: QtBot, script: Script, home: Home
) -> None:
    window = open_chat()
    chat, project = window.chat, window.services.workspace.project
    base = chat._choices[1].speaker
    assert not chat.dials.steer.isEnabled()
    script.holds = True
    chat.dials.listen.click()
    qtbot.waitUntil(lambda: chat.dials.known.text().endswith("1 / 2"))
    assert chat.dials.listen.text() == words.STOP_FINDING
    chat.dials.listen.click()
    qtbot.waitUntil(lambda: chat.dials.known.text() == words.NO_VOICE_YET)
    voice_file(base, project.root).parent.mkdir(parents=True)
    voice_file(base, project.root).write_text("{}", "utf-8")  # as if it had been found
    script.holds = False
    chat.dials.listen.click()
    qtbot.waitUntil(lambda: chat.dials.known.text() == words.FOUND_VOICE)
    chat.dials.steer.slider.setValue(30)
    chat.drift.lock.click()
    assert chat.dials.lock.isChecked()
    for heard in (80.0, 12.0):
        script.answer = replace(ANSWER, voice=heard)
        say(chat, qtbot, "Hi")
    assert (script.talks[-1].voice, script.talks[-1].lock) == (1.0, True)
    assert chat.drift.figure.text() == "Voice 12, drifting away"
    high, low = chat.drift.line.points()
    assert high.y() < low.y()
    chat.dials.lock.click()
    assert not chat.drift.lock.isChecked()
    chat.new.click()
    assert not chat.drift.isVisible()
