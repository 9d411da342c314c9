"""Every control of the Chat page and its sheets, by mouse or keyboard, and what the user then sees."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app import words as common
from app.pages.chat import ChatPage
from app.views.reading import Question, Reading
from app.views.side_by_side import SideBySide
from app.views.talk_list import TalkList
from app.window import Window
from app.words import chat as words
from core import conversations, feedback, shelf, weights
from core.asking import Answer, voice_file
from core.corpus import Corpus
from core.documents import Document
from core.events import drain, never
from core.journal import Saved
from core.paths import Home
from core.replies import Piece, Reply, Sampling
from core.retrieval import Cited, Supported
from tests.app.conftest import Open, Watch
from tests.app.presses import hit, press, write
from tests.fakes.instruct import instruct_model
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

SAID = "The rent was low. I like fish."
NOTE = Cited(number=1, title="Moving", written=None, source="s", key="move", url="", text="The rent was low.")
ANSWER = Answer(
    reply=Reply(SAID, tokens=8, seconds=0.5, ended=True, stopped=False),
    notes=(NOTE,),
    supports=(Supported(0, 17, 1), Supported(18, 30, 0)),
    voice=64.0,
)


@pytest.fixture
def script() -> Script:
    return Script(replied=[Piece(SAID)], answer=ANSWER)


@pytest.fixture
def open_chat(home: Home, open_window: Open, watch: Watch, script: Script, tmp_path: Path) -> Callable[[], ChatPage]:
    """Opens a watched window at its chat, with a run of its own and a base model, to which the user turns by a key."""

    def opened() -> ChatPage:
        drain(shelf.add(home, instruct_model(tmp_path / "tiny"), weights.look, never, link=True))
        plant_run(home.project(), [Saved(300)])
        with Corpus(home.project().corpus) as corpus:
            corpus.add(Document(source="s", key="move", title="Moving", text="The rent was low. So we went."))
        window = open_window(script.works())
        watch(window)
        window.show_page(window.pages.index(window.chat))
        hit(window.chat.speaker, Qt.Key.Key_Down)
        return window.chat

    return opened


def say(chat: ChatPage, qtbot: QtBot, said: str) -> None:
    write(chat.composer.field, said)
    with qtbot.waitSignal(chat.replied):
        press(chat.composer.button)


def texts(chat: ChatPage) -> list[str]:
    return [turn.text for turn in chat.conversation.turns]


def test_who_answers_and_how_a_talk_begins(open_chat: Callable[[], ChatPage], qtbot: QtBot, script: Script) -> None:
    chat = open_chat()
    assert chat.speaker.currentText() == "tiny, not trained on you"
    for opening in chat.empty.openings:
        with qtbot.waitSignal(chat.replied):
            press(opening)
        assert texts(chat) == [opening.accessibleName(), SAID]
        press(chat.new)
        assert texts(chat) == []
    hit(chat.speaker, Qt.Key.Key_Up)
    assert chat.speaker.currentText() == words.BEST_BOT
    for opening in chat.empty.openings:
        with qtbot.waitSignal(chat.replied):
            press(opening)
        assert texts(chat) == [opening.accessibleName(), common.continued(SAID)]
        press(chat.new)


def test_the_three_modes_and_the_two_dials(open_chat: Callable[[], ChatPage], qtbot: QtBot, script: Script) -> None:
    chat = open_chat()
    for button, (mode, hint) in reversed([*zip(chat.mode.buttons, words.HINTS.items(), strict=True)]):
        press(button)
        assert button.isChecked()
        assert chat.composer.field.placeholderText() == hint
        say(chat, qtbot, "Ahoy")
        assert script.talks[-1].mode == mode
        assert (len(script.talks[-1].turns) == 1) == (mode != "talk")  # what is not talk stands alone
    hit(chat.composer.temperature.slider, Qt.Key.Key_Home)
    hit(chat.composer.top_k.slider, Qt.Key.Key_Right)
    say(chat, qtbot, "Ahoy")
    assert script.talks[-1].sampling == Sampling(temperature=0.0, top_k=1)


def test_a_reply_is_stopped(open_chat: Callable[[], ChatPage], qtbot: QtBot, script: Script) -> None:
    chat = open_chat()
    script.replies_hold = True
    for by_mouse in (True, False):
        write(chat.composer.field, "Hi")
        QTest.keyClick(chat.composer.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: texts(chat)[-1].startswith(SAID))
        assert chat.composer.button.accessibleName() == common.STOP_REPLY
        with qtbot.waitSignal(chat.replied):
            if by_mouse:
                press(chat.composer.button)
            else:
                QTest.keyClick(chat.window(), Qt.Key.Key_Escape)
        assert chat.composer.button.accessibleName() == common.SEND


def test_what_can_be_done_with_a_turn(open_chat: Callable[[], ChatPage], qtbot: QtBot, home: Home) -> None:
    chat = open_chat()
    say(chat, qtbot, "Hi")
    press(chat.copy)
    assert QGuiApplication.clipboard().text() == SAID
    assert chat.copy.text().strip() == common.COPIED
    reply = chat.conversation.turns[-1]
    press(reply.up)
    press(reply.down)
    assert (reply.up.isChecked(), reply.down.isChecked()) == (False, True)
    assert [each.kind for each in feedback.all_of(home.project())] == ["down"]
    with qtbot.waitSignal(chat.replied):
        press(chat.again)
    for step, place in (("earlier", "1 of 2"), ("later", "2 of 2")):
        press(getattr(chat.conversation.turns[-1], step))
        assert chat.conversation.turns[-1].place.text() == place
    press(chat.conversation.turns[-1].sources[0])
    assert isinstance(chat.sheet, Reading)
    sheet = chat.sheet
    qtbot.waitUntil(lambda: sheet.words.text == "The rent was low. So we went.")
    (close,) = chat.sheet.findChildren(QPushButton)
    press(close)


def test_a_turn_is_put_in_other_words(open_chat: Callable[[], ChatPage], qtbot: QtBot, home: Home) -> None:
    chat = open_chat()
    say(chat, qtbot, "Hi")
    for at, said in ((1, "Ahoy!"), (0, "Hello")):
        turn = chat.conversation.turns[at]
        press(turn.edit)
        assert turn.editor is not None
        press(turn.editor.cancel)
        assert turn.editor is None
        assert turn.bubble.isVisible()
        press(turn.edit)
        assert turn.editor is not None
        write(turn.editor.field, said)
        press(turn.editor.save)
        qtbot.waitUntil(lambda: not chat.is_replying)
    assert texts(chat) == ["Hello", SAID]
    assert [said for _, said in feedback.edits(feedback.all_of(home.project()))] == ["Ahoy!"]


def test_all_dials_and_ready_made_settings(open_chat: Callable[[], ChatPage], qtbot: QtBot, script: Script) -> None:
    chat = open_chat()
    press(chat.more)
    dials = chat.dials
    for button in reversed(dials.preset.buttons):
        press(button)
        assert button.isChecked()
    press(dials.preset.buttons[1])
    assert (chat.composer.temperature.value, chat.composer.top_k.value) == (50, 25)
    for dial in (dials.strength, dials.top_p, dials.min_p, dials.repetition, dials.length):
        hit(dial.slider, Qt.Key.Key_Home)
    hit(dials.length.slider, Qt.Key.Key_Right)
    write(dials.seed, "7")
    write(dials.persona, "A pirate.")
    press(dials.best_of)
    press(dials.notes)
    press(dials.close_button)
    assert not dials.isVisible()
    say(chat, qtbot, "Hi")
    asked = script.talks[-1]
    two = Sampling(temperature=0.5, top_k=25, top_p=0.01, min_p=0.0, repetition=1.0, length=2, seed=7)
    assert asked.sampling == two
    assert (asked.strength, asked.notes, asked.best_of, asked.persona) == (0.0, False, 3, "A pirate.")


def test_the_voice_is_looked_for_pushed_and_held(
    open_chat: Callable[[], ChatPage], qtbot: QtBot, script: Script
) -> None:
    chat = open_chat()
    dials = chat.dials
    press(chat.more)
    script.holds = True
    press(dials.listen)
    qtbot.waitUntil(lambda: dials.known.text().endswith("1 / 2"))
    press(dials.listen)
    qtbot.waitUntil(lambda: dials.known.text() == words.NO_VOICE_YET)
    known = voice_file(chat._choices[1].speaker, chat.services.workspace.project.root)
    known.parent.mkdir(parents=True)
    known.write_text("{}", "utf-8")  # as if it had been found
    script.holds = False
    press(dials.listen)
    qtbot.waitUntil(lambda: dials.known.text() == words.FOUND_VOICE)
    hit(dials.steer.slider, Qt.Key.Key_End)
    press(dials.lock)
    press(dials.close_button)
    say(chat, qtbot, "Hi")
    assert script.talks[-1].voice > 0
    assert script.talks[-1].lock
    press(chat.drift.lock)
    say(chat, qtbot, "Hi")
    assert not script.talks[-1].lock


def test_kept_talks_are_found_opened_exported_and_deleted(
    open_chat: Callable[[], ChatPage], qtbot: QtBot, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = open_chat()
    say(chat, qtbot, "About zebras")
    press(chat.new)
    say(chat, qtbot, "About rent")
    sheet = talks(chat)
    write(sheet.field, "zebra")
    assert sheet.list.count() == 1
    press(sheet.open_button)
    assert texts(chat) == ["About zebras", SAID]
    sheet = talks(chat)
    hit(sheet.list, Qt.Key.Key_Down)
    target = tmp_path / "talk.md"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(target), ""))
    press(sheet.export)
    assert "About zebras" in target.read_text("utf-8")
    press(sheet.delete)
    assert len(conversations.all_of(home.project())) == 2
    press(sheet.delete)
    assert [talk.title for talk in conversations.all_of(home.project())] == ["About rent"]
    press(sheet.close_button)
    assert not sheet.isVisible()
    assert texts(chat) == []


def talks(chat: ChatPage) -> TalkList:
    press(chat.talks)
    assert isinstance(chat.sheet, TalkList)
    return chat.sheet


def test_two_are_asked_and_each_vote_counts(open_chat: Callable[[], ChatPage], qtbot: QtBot, script: Script) -> None:
    chat = open_chat()
    press(chat.compare)
    sheet = chat.sheet
    assert isinstance(sheet, SideBySide)
    script.answer = replace(ANSWER, reply=replace(ANSWER.reply, text="**Low** rent."))
    for box, key in zip(sheet.boxes, (Qt.Key.Key_Down, Qt.Key.Key_Up), strict=True):
        hit(box, key)
    assert [box.currentIndex() for box in sheet.boxes] == [1, 0]
    write(sheet.prompt, "Who are you?")
    for button in sheet.choose:
        with qtbot.waitSignal(sheet.answered):
            press(sheet.ask)
        assert [name.text() for name in sheet.names] == [words.HIDDEN, words.HIDDEN]
        press(button)
        assert words.HIDDEN not in [name.text() for name in sheet.names]
        first, second = script.talks[-2:]
        assert first.sampling.seed == second.sampling.seed is not None
        assert first.turns == second.turns
    assert sum(sheet.votes.values()) == 3
    assert f"{words.SAME}: 1" in sheet.tally.text()
    assert {said.words.toPlainText() for said in sheet.said} == {"Low rent."}  # Markdown, laid out for both alike
    sheet.close()


def test_a_link_is_left_or_opened(
    open_chat: Callable[[], ChatPage], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = open_chat()
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    say(chat, qtbot, "Hi")
    for agrees in (False, True):
        chat.conversation.turns[-1].link_asked.emit("https://example.org/a")
        assert isinstance(chat.sheet, Question)
        press(chat.sheet.agree if agrees else chat.sheet.leave)
        assert opened == ["https://example.org/a"] * agrees


def test_without_a_bot_the_button_leads_to_training(open_window: Open, watch: Watch) -> None:
    window: Window = open_window(Script().works())
    watch(window)
    window.show_page(window.pages.index(window.chat))
    assert not window.chat.label.isVisible()  # which would tell of a bot
    press(window.chat.empty.train)
    assert window.train.isVisible()
