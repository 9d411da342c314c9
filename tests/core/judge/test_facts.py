"""Questions made from posts, and how replies to them are marked."""

import pytest

from core.cloze import BLANK, Question, is_refusal, questions, unanswerable
from core.documents import Document
from core.judge.facts import Knowledge, is_right, knowledge
from tests.core.judge.conftest import BLOGS, Blogs

POST = Document(
    source="s",
    key="k",
    text="I moved to the old house by the harbour on 14 March with two cats. Somebody else said it was 99 years old.",
    quotes=((67, 105),),
)


def test_a_date_is_left_out_and_the_words_of_others_are_not_asked() -> None:
    assert questions([POST], 5) == [
        Question(f"I moved to the old house by the harbour on {BLANK} with two cats.", "14 March", "k")
    ]


@pytest.mark.parametrize("blog", BLOGS)
def test_two_hundred_questions_of_a_real_blog_can_be_answered_from_it(blog: str, blogs: Blogs) -> None:
    texts = {document.key: document.text for document in blogs[blog]}
    found = questions(blogs[blog], 200)
    assert len(found) == 200
    assert all(question.asked.replace(BLANK, question.answer) in texts[question.key] for question in found)
    assert not any(question.answer in question.asked for question in found)
    assert found == questions(reversed(blogs[blog]), 200)


def test_what_others_wrote_has_no_answer(blogs: Blogs) -> None:
    assert {question.answer for question in unanswerable(blogs["jessfraz"], 20)} == {""}


@pytest.mark.parametrize("reply", ["It was 14 March.", "14  march, I think", "On the 14 March!"])
def test_the_fact_in_a_sentence_is_right(reply: str) -> None:
    assert is_right(Question("", "14 March"), reply)


@pytest.mark.parametrize("reply", ["114 Marchers", "March 14", ""])
def test_other_words_are_not(reply: str) -> None:
    assert not is_right(Question("", "14 March"), reply)


def test_a_thousand_with_and_without_its_comma_is_one_number() -> None:
    assert is_right(Question("", "1,200"), "There were 1200 of them.")


@pytest.mark.parametrize(
    "reply",
    ["I don't know.", "No idea, honestly.", "I haven’t written about that.", "I can't say.", "I have not written"],
)
def test_a_refusal_is_heard(reply: str) -> None:
    assert is_refusal(reply)


@pytest.mark.parametrize("reply", ["I know it well.", "You know what? Paris.", "I wrote about it in May."])
def test_an_answer_is_no_refusal(reply: str) -> None:
    assert not is_refusal(reply)


def test_knowledge_counts_both_kinds() -> None:
    known, unknown = Question("a", "5"), Question("b", "")
    asked = [(known, "It is 5"), (known, "I don't know"), (unknown, "No idea"), (unknown, "It is 7")]
    assert knowledge(asked) == Knowledge(right=0.5, refused=0.5, refused_wrongly=0.5)
