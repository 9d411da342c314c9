"""What a comment answers, in threads of every shape."""

from core.documents import Turn
from importers.chats import CHARACTERS, TURNS
from importers.comments import Comment, Under, documents

POST = Turn("Wren", "A post. " * 1_000, "me")


def mine(key: str, parent: str = "") -> Comment:
    return Comment(key, "Wren", f"I said {key}.", None, mine=True, parent=parent)


def theirs(key: str, parent: str = "", text: str = "") -> Comment:
    return Comment(key, "Ann", text or f"She said {key}.", None, mine=False, parent=parent)


def answered(*comments: Comment) -> dict[str, list[str]]:
    """What each of the user's comments answers."""
    under = Under("blog", "post", "", "", POST, "")
    return {one.key: [turn.text for turn in one.context] for one in documents(comments, under)}


def test_a_comment_answers_those_that_led_to_it() -> None:
    found = answered(theirs("1"), theirs("2"), mine("3", "1"), theirs("4", "3"), mine("5", "4"))
    assert found == {"3": ["She said 1."], "5": ["She said 1.", "I said 3.", "She said 4."]}


def test_a_comment_without_a_parent_answers_the_post_as_far_as_it_fits() -> None:
    assert answered(mine("1"), mine("2", "nobody")) == {"1": [POST.text[:CHARACTERS]], "2": [POST.text[:CHARACTERS]]}


def test_comments_that_answer_each_other_in_a_ring_come_once() -> None:
    assert answered(mine("1", "2"), theirs("2", "1"), mine("3", "3")) == {
        "1": ["She said 2."],
        "3": [POST.text[:CHARACTERS]],
    }


def test_a_long_thread_is_remembered_from_its_end() -> None:
    chain = [theirs(str(n), str(n - 1)) for n in range(20)]
    assert answered(*chain, mine("last", "19"))["last"] == [f"She said {n}." for n in range(20 - TURNS, 20)]
    assert answered(theirs("1"), theirs("2", "1", "x" * CHARACTERS), mine("3", "2"))["3"] == ["x" * CHARACTERS]
