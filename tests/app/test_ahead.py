"""The Chat page reads what a reply will begin with while the user writes, and stops when the message is sent."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.chat import ChatPage
from app.work import Task
from app.work.talk import Talking
from core import shelf, weights
from core.asking import Answer, Ask, Speaker
from core.events import Progress, Stop, Work, drain, never
from core.paths import Home
from core.replies import Piece, Reply, Turn
from tests.app.conftest import Open
from tests.fakes.instruct import instruct_model
from tests.fakes.works import Script

WAIT = 30_000  # milliseconds, against hanging


class Typed(Talking):
    """Answers at once, and tells what it is given to read; it reads until it is stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead: list[Ask] = []
        self.stopped: list[str] = []

    def __call__(self, speaker: Speaker, ask: Ask, corpus: Path | None) -> Task[Answer]:
        def make(stop: Stop) -> Work[Answer]:
            yield Piece("Yes.")
            return Answer(reply=Reply("Yes.", tokens=2, seconds=0.1, ended=True, stopped=False))

        return make

    def read_ahead(self, speaker: Speaker, ask: Ask, corpus: Path) -> Task[None]:
        def make(stop: Stop) -> Work[None]:
            self.ahead.append(ask)
            while not stop():
                yield Progress(0, 0)
            self.stopped.append(ask.question)

        return make


@pytest.fixture
def typed() -> Typed:
    return Typed()


@pytest.fixture
def chat(home: Home, open_window: Open, typed: Typed, tmp_path: Path) -> ChatPage:
    drain(shelf.add(home, instruct_model(tmp_path / "tiny"), weights.look, never, link=True))
    window = open_window(replace(Script().works(), talk=typed))
    window.show_page(3)
    return window.chat


def until(qtbot: QtBot, done: Callable[[], bool]) -> None:
    qtbot.waitUntil(done, timeout=WAIT)


def test_a_pause_in_the_writing_is_used_and_ends_with_the_next_letter(
    chat: ChatPage, typed: Typed, qtbot: QtBot
) -> None:
    QTest.keyClicks(chat.composer.field, "Why did")
    until(qtbot, lambda: [ask.question for ask in typed.ahead] == ["Why did"])
    QTest.keyClicks(chat.composer.field, " you")
    until(qtbot, lambda: typed.stopped == ["Why did"] and len(typed.ahead) == 2)
    assert typed.ahead[1].turns == (Turn("user", "Why did you"),)


def test_a_message_that_is_sent_is_answered_at_once_and_then_the_talk_is_read(
    chat: ChatPage, typed: Typed, qtbot: QtBot
) -> None:
    QTest.keyClicks(chat.composer.field, "Hi")
    until(qtbot, lambda: len(typed.ahead) == 1)
    with qtbot.waitSignal(chat.replied, timeout=WAIT):
        QTest.keyClick(chat.composer.field, Qt.Key.Key_Return)
    until(qtbot, lambda: len(typed.ahead) == 2)
    assert typed.stopped == ["Hi"]
    assert typed.ahead[1].turns == (Turn("user", "Hi"), Turn("assistant", "Yes."), Turn("user", ""))


def test_a_talk_that_is_opened_is_read(chat: ChatPage, typed: Typed, qtbot: QtBot) -> None:
    QTest.keyClicks(chat.composer.field, "Hi")
    with qtbot.waitSignal(chat.replied, timeout=WAIT):
        QTest.keyClick(chat.composer.field, Qt.Key.Key_Return)
    kept = chat.talk.now.id
    chat.new.click()
    chat.ahead.stop()
    asked = len(typed.ahead)
    chat._on_talks()
    chat.sheet.opened.emit(kept)  # type: ignore[union-attr]  # the list of talks
    until(qtbot, lambda: len(typed.ahead) > asked)
    assert [turn.text for turn in typed.ahead[-1].turns] == ["Hi", "Yes.", ""]


def test_nothing_is_read_where_nothing_is_said(chat: ChatPage, typed: Typed, qtbot: QtBot) -> None:
    QTest.keyClicks(chat.composer.field, "x")
    until(qtbot, lambda: len(typed.ahead) == 1)
    QTest.keyClick(chat.composer.field, Qt.Key.Key_Backspace)
    until(qtbot, lambda: typed.stopped == ["x"] and not chat.ahead.is_waiting)
    assert len(typed.ahead) == 1


def test_a_bot_reads_in_earnest_and_answers_the_same(home: Home, tmp_path: Path) -> None:
    folder = instruct_model(tmp_path / "tiny")
    speaker, talk, other = Speaker(base=folder), Talking(), Talking()
    ask = Ask(turns=(Turn("user", "Why did you move to the house? " * 9),))
    drain(talk.read_ahead(speaker, ask, tmp_path / "none.sqlite")(never))
    one, two = (drain(each(speaker, ask_with(ask), None)(never))[1] for each in (talk, other))
    assert one.reply.text == two.reply.text
    talk.end()
    other.end()


def ask_with(ask: Ask) -> Ask:
    return replace(ask, sampling=replace(ask.sampling, length=8, seed=1))
