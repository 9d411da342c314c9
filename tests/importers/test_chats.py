"""Messages become turns, and each turn of the user's knows what it answers."""

from datetime import UTC, datetime, timedelta

import pytest

from core.documents import Document
from importers.chats import Message, Talk, documents

NOON = datetime(2023, 3, 6, 12, tzinfo=UTC)
TWO = Talk(source="test", thread="t")
GROUP = Talk(source="test", thread="t", is_group=True)


def message(author: str, text: str, minute: float | None, key: str = "", parent: str = "") -> Message:
    written = None if minute is None else NOON + timedelta(minutes=minute)
    return Message(key or f"{author}{minute}", author, text, written, author == "me", parent)


def shown(found: list[Document]) -> list[tuple[str, list[str]]]:
    return [(one.text, [f"{turn.author}: {turn.text}" for turn in one.context]) for one in found]


def turns(*messages: Message, talk: Talk = TWO) -> list[tuple[str, list[str]]]:
    return shown(list(documents(messages, talk)))


def test_what_is_said_in_one_go_is_one_turn() -> None:
    assert turns(
        message("you", "Hello?", 0), message("you", "Are you there?", 9),
        message("me", "Yes.", 10), message("me", "I am.", 19.5), message("me", "Later.", 40),
    ) == [
        ("Yes.\nI am.", ["you: Hello?\nAre you there?"]),
        ("Later.", ["you: Hello?\nAre you there?", "me: Yes.\nI am."]),
    ]  # fmt: skip


def test_a_picture_of_somebody_else_ends_a_turn_and_says_nothing() -> None:
    assert turns(message("me", "One.", 0), message("you", "", 1), message("me", "Two.", 2)) == [
        ("One.", []),
        ("Two.", []),
    ]


def test_a_turn_is_known_by_its_first_words_not_by_the_picture_before_them() -> None:
    (one,) = documents([message("me", "", 0, "picture"), message("me", "A bird.", 3, "words")], TWO)
    assert (one.key, one.written) == ("words", NOON + timedelta(minutes=3))


@pytest.mark.parametrize(
    ("talk", "minutes", "answers"), [(TWO, 1439, True), (TWO, 1441, False), (GROUP, 5, True), (GROUP, 6, False)]
)
def test_how_late_an_answer_may_come(talk: Talk, minutes: float, answers: bool) -> None:
    said = turns(message("you", "Well?", 0), message("me", "Well.", minutes), talk=talk)
    assert said == [("Well.", ["you: Well?"] if answers else [])]


def test_what_a_program_says_is_answered_is_answered_however_late() -> None:
    assert turns(
        message("you", "Which?", 0, key="q"), message("ann", "Rain.", 5_000), message("me", "This.", 5_001, parent="q"),
        talk=GROUP,
    ) == [("This.", ["you: Which?"])]  # fmt: skip


def test_context_ends_at_six_turns_and_at_four_thousand_characters() -> None:
    many = [message("you" if number % 2 == 0 else "me", f"{number}", number * 11) for number in range(13)]
    last = shown(list(documents([*many, message("me", "end", 150)], TWO)))[-1]
    assert last == ("end", ["me: 7", "you: 8", "me: 9", "you: 10", "me: 11", "you: 12"])
    long = turns(message("ann", "x" * 3_000, 0), message("you", "y" * 3_000, 1), message("me", "end", 2))
    assert long == [("end", ["you: " + "y" * 3_000])]


def test_without_dates_what_stands_before_is_answered() -> None:
    assert turns(message("you", "When?", None), message("me", "Then.", None)) == [("Then.", ["you: When?"])]


def test_a_conversation_is_private_unless_its_importer_says_otherwise() -> None:
    (one,) = documents([message("me", "Hm.", 0)], TWO)
    assert (one.visibility, one.kind, one.thread, one.role) == ("private", "message", "t", "me")


def test_what_comes_from_another_time_is_no_context_even_if_it_stands_before() -> None:
    """Some exports are not in order of time."""
    assert turns(message("you", "Next year.", 500_000), message("me", "Now.", 0)) == [("Now.", [])]
