"""Whether a bot comes to an end is asked with room for a long answer, about what people would ask."""

import pytest

from core.asking import Ask
from core.bot import Bot
from core.documents import Document
from core.events import drain, never
from core.examples.example import Example
from core.judge import endings, measure
from core.judge.endings import BY_ITSELF
from core.judge.speaking import LENGTH, Base, Writing
from core.meters import BASE, PROMPTED
from core.replies import Reply, Sampling, Turn
from tests.fakes import tiny
from tests.fakes.instruct import instruct_bot

POSTS = [Document(source="blog", key="1", title="Moss", text="It grows."),
         Document(source="blog", key="2", text="The kettle hums before it boils. " * 9)]  # fmt: skip


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return instruct_bot(tmp_path_factory.mktemp("models") / "instruct")


def test_one_who_was_asked_nothing_is_asked_about_unseen_posts() -> None:
    asks = endings.about(Writing(learnt=[], unseen=POSTS, asked=[]))
    assert [ask.question for ask in asks] == [
        "What do you think about “Moss”?",
        "What do you think about “The kettle hums before it boils. The kettle hums before it boils. The kettle …”?",
    ]
    assert len(endings.about(Writing(learnt=[], unseen=tiny.documents(30), asked=[]))) == endings.ASKED


def test_what_the_writer_was_asked_comes_first() -> None:
    answer = "It hums before it boils, slowly, and the moss sings."
    asked = [Example(kind="reply", turns=(Turn("user", f"And the kettle, {n}?"),), answer=answer) for n in range(20)]
    asks = endings.about(Writing(learnt=[], unseen=POSTS, asked=asked))
    assert [ask.question for ask in asks] == [f"And the kettle, {n}?" for n in range(endings.ASKED)]


def test_an_answer_has_room_and_each_is_heard_by_itself(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The base as it is never ends here, told who the writer is it does, and so does the bot, after 300 tokens."""
    strength = [1.0]

    def speak(it: Bot, ask: Ask, how: Sampling, stop: object, *, is_told: bool = True) -> Reply:
        ends = is_told and how.length is not None and how.length > 300
        return Reply(text="so", tokens=300, seconds=1.0, ended=ends, stopped=False)

    monkeypatch.setattr(endings, "speak", speak)
    monkeypatch.setattr(bot, "set_strength", strength.append)
    base = Base(bot, is_within=True)
    found = drain(endings.endings(bot, base, Writing(learnt=[], unseen=POSTS, asked=[]), never))[1]
    assert found == {BY_ITSELF: [True, True], BASE: [False, False], PROMPTED: [True, True]}
    assert endings.ENOUGH > 300 > LENGTH
    (meter,) = measure.stopping(found)
    assert (meter.value, [(each.name, each.value) for each in meter.baselines]) == (100, [(BASE, 0), (PROMPTED, 100)])
    assert measure.stopping({}) == []


def test_stopped_it_says_nothing(bot: Bot) -> None:
    assert drain(endings.endings(bot, None, Writing(learnt=[], unseen=POSTS, asked=[]), lambda: True))[1] is None
