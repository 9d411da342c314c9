"""A long talk opens with its newest turns at once, whole and in their places; the older ones come above them."""

from pytestqt.qtbot import QtBot

from app.pages.chat import ChatPage
from app.views.conversation import AT_ONCE
from app.views.talk_list import TalkList
from core import conversations
from core.conversations import Conversation
from core.journal import Saved
from core.paths import Home
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

TURNS = 30
TEXT = "The rent was *low* and the light was good in the morning, so we stayed. " * 5


def long_talk(turns: int = TURNS) -> Conversation:
    talk = conversations.new()
    for number in range(turns):
        path = talk.path()
        talk = talk.with_line("assistant" if number % 2 else "user", f"{number}. {TEXT}", path[-1].id if path else 0)
    return talk


def opened(home: Home, open_window: Open, turns: int = TURNS) -> ChatPage:
    """The chat page in a window, with a talk just opened in it."""
    plant_run(home.project(), [Saved(300)])
    window = open_window(Script().works())
    window.resize(1120, 800)
    chat = window.chat
    window.show_page(window.pages.index(chat))
    open_talk(chat, home, turns)
    return chat


def open_talk(chat: ChatPage, home: Home, turns: int) -> None:
    """Choose one in the list of talks."""
    kept = long_talk(turns)
    conversations.save(home.project(), kept)
    chat.talks.click()
    assert isinstance(chat.sheet, TalkList)
    chat.sheet.opened.emit(kept.id)
    chat.sheet.close()


def whole(qtbot: QtBot, chat: ChatPage) -> None:
    qtbot.waitUntil(lambda: chat.conversation.is_whole, timeout=30_000)


def numbers(chat: ChatPage) -> list[int]:
    return [int(turn.text.partition(".")[0]) for turn in chat.conversation.turns]


def test_the_newest_turns_are_there_at_once_and_the_others_follow_in_their_order(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    chat = opened(home, open_window)
    assert numbers(chat) == [*range(TURNS - AT_ONCE, TURNS)]
    whole(qtbot, chat)
    assert numbers(chat) == [*range(TURNS)]
    assert [turn.id for turn in chat.conversation.turns] == [line.id for line in chat.talk.now.path()]
    tops = [turn.y() for turn in chat.conversation.turns]
    assert tops == sorted(tops)


def test_what_is_seen_first_does_not_move_any_more(qtbot: QtBot, home: Home, open_window: Open) -> None:
    chat = opened(home, open_window)

    def places() -> list[tuple[int, int, int]]:
        newest = chat.conversation.turns[-2:]
        return [(turn.mapTo(chat, turn.rect().topLeft()).y(), turn.bubble.width(), turn.height()) for turn in newest]

    first = places()
    whole(qtbot, chat)
    bar = chat.conversation.bar
    assert bar is not None
    qtbot.waitUntil(lambda: bar.maximum() > 1_000 and bar.value() == bar.maximum(), timeout=30_000)
    assert places() == first


def test_who_scrolls_up_meanwhile_stays_there(qtbot: QtBot, home: Home, open_window: Open) -> None:
    chat = opened(home, open_window)
    bar = chat.conversation.bar
    assert bar is not None
    bar.setValue(bar.maximum() - 300)
    before = chat.conversation.turns[-1].mapTo(chat, chat.conversation.turns[-1].rect().topLeft()).y()
    newest = chat.conversation.turns[-1]
    whole(qtbot, chat)
    qtbot.waitUntil(lambda: newest.mapTo(chat, newest.rect().topLeft()).y() == before, timeout=30_000)


def test_what_is_said_while_older_turns_come_stands_at_the_end(qtbot: QtBot, home: Home, open_window: Open) -> None:
    chat = opened(home, open_window)
    with qtbot.waitSignal(chat.replied):
        chat.composer.sent.emit("And now?")
    whole(qtbot, chat)
    assert [turn.id for turn in chat.conversation.turns] == [line.id for line in chat.talk.now.path()]
    assert chat.conversation.turns[-2].text == "And now?"


def test_another_talk_takes_the_place_of_one_that_is_still_being_made(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    chat = opened(home, open_window)
    open_talk(chat, home, 6)
    whole(qtbot, chat)
    assert numbers(chat) == [*range(6)]
