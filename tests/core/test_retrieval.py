"""Notes for a question: the right ones are found, none is made up, and each sentence says where it comes from."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import retrieval
from core.corpus import Corpus
from core.documents import Document
from core.retrieval import Cited, Found, Supported

HARBOUR = "We moved to the old house by the harbour because the rent was low and the light was good in the morning."
NOTE = Cited(
    number=1, title="Moving", written=datetime(2014, 3, 2, tzinfo=UTC), source="s", key="k", url="", text=HARBOUR
)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus(tmp_path / "corpus.sqlite") as opened:
        opened.add(Document(source="s", key="move", title="Moving", text=HARBOUR))
        opened.add(Document(source="s", key="tea", title="Tea", text="Green tea wants water that does not boil."))
        yield opened


def found(corpus: Corpus, question: str) -> tuple[list[str], bool]:
    result = retrieval.find(corpus, question)
    return [note.key for note in result.notes], result.is_unknown


def test_a_question_finds_its_post(corpus: Corpus) -> None:
    assert found(corpus, "Why did you move to the house by the harbour?")[0][0] == "move"
    assert found(corpus, "How do you make green tea?")[0] == ["tea"]


def test_what_was_never_written_about_is_unknown(corpus: Corpus) -> None:
    assert found(corpus, "Which synthesizer do you recommend for techno?") == ([], True)


@pytest.mark.parametrize("said", ["Hi!", "thanks", "Good morning", "", "???", "How are you?"])
def test_small_talk_asks_no_notes(said: str, corpus: Corpus) -> None:
    assert retrieval.find(corpus, said) == Found((), 0.0, asked=False)


BEFORE = "How do you make green tea?"


@pytest.mark.parametrize("said", ["Why?", "And then?", "Should it boil?", "Who told you about that?"])
def test_a_question_that_points_back_is_asked_with_what_it_points_at(said: str) -> None:
    assert retrieval.in_context(said, BEFORE) == (f"{BEFORE} {said}", BEFORE)
    assert retrieval.in_context(said, "") == (said,)


@pytest.mark.parametrize("said", ["How are you?", "Thanks for that!", "", "Why did you move to the harbour?"])
def test_any_other_is_asked_by_itself(said: str) -> None:
    assert retrieval.in_context(said, BEFORE) == (said,)


def test_what_a_bot_is_measured_on_is_not_found(corpus: Corpus) -> None:
    assert retrieval.find(corpus, "green tea water", without=[("s", "tea")]).notes == ()


def test_each_sentence_names_the_note_it_comes_from() -> None:
    reply = "Oh yes. The rent was low and the light was good in the morning. I like fish."
    said = [(reply[part.start : part.end], part.note) for part in retrieval.supports(reply, [NOTE])]
    assert said == [
        ("Oh yes.", 0),
        ("The rent was low and the light was good in the morning.", 1),
        ("I like fish.", 0),
    ]


def test_a_number_alone_proves_nothing() -> None:
    assert retrieval.supports("Cats hate trumpets [1].", [NOTE]) == [Supported(0, 23, 0)]
    assert retrieval.supports("The rent was low [1].", [NOTE]) == [Supported(0, 21, 1)]
    assert retrieval.supports("The rent was low [2].", [NOTE]) == [Supported(0, 21, 0)]


def test_a_heading_has_title_and_date() -> None:
    assert NOTE.heading == "Moving, 02 March 2014"
