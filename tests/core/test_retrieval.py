"""Notes for a question: the right ones are found, none is made up, and each sentence says where it comes from."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import retrieval
from core.corpus import Corpus
from core.documents import Document
from core.judge.facts import Question, questions
from core.paths import Project
from core.retrieval import Cited, Found, Supported
from tests.importers.fixture import run

BLOGS = ("ashfurrow", "jessfraz", "raphlinus", "rubenerd")

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


# ---- floors, on real blogs


@pytest.fixture(scope="module")
def asked(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Project, list[Question]]]:
    home = tmp_path_factory.mktemp("retrieval")
    made = {}
    for blog in BLOGS:
        project = Project(home / blog)
        made[blog] = (project, questions(run(shared_data / "blogs" / blog, project)[1], 75))
    return made


def test_of_two_hundred_cloze_questions_nine_in_ten_are_answered_by_the_first_five(
    asked: dict[str, tuple[Project, list[Question]]],
) -> None:
    hits = 0
    for project, made in asked.values():
        with Corpus(project.corpus) as corpus:
            for question in made[:50]:
                notes = retrieval.find(corpus, question.asked).notes
                assert len(notes) <= 5
                hits += any(note.key == question.key and question.answer in note.text for note in notes)
    assert hits / 200 >= 0.95  # 0.99 when this was written; the aim is 0.90


def test_of_a_hundred_questions_about_the_others_seven_in_ten_are_refused(
    asked: dict[str, tuple[Project, list[Question]]],
) -> None:
    refused = 0
    for blog, (project, made) in asked.items():
        strange = [q for other, (_, theirs) in asked.items() if other != blog for q in theirs[50:59]][:25]
        with Corpus(project.corpus) as corpus:
            least = retrieval.calibrate(corpus, [question.asked for question in made[:50]])
            refused += sum(retrieval.find(corpus, question.asked, least=least).is_unknown for question in strange)
    assert refused / 100 >= 0.85  # 0.95 when this was written; the aim is 0.70
