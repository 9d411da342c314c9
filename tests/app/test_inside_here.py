"""What `Look inside` says about the model on show is so in its report, and is not said of another."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.views.inside.learning import LearningPane
from app.views.inside.neighbours import NeighboursPane
from app.words import one_step
from app.words.inside_here import first_of, in_your_bot, likelier, odds, settles
from core.inside.reports import (
    VIEWS,
    Attention,
    Head,
    Layers,
    Learning,
    Mark,
    Near,
    Neighbours,
    Pairs,
    Report,
    Surprise,
    Token,
)
from core.journal import Evaluated
from tests.app.test_inside_page import OpenPage, open_page, show

__all__ = ["open_page"]  # the fixture
A = Token(1, "a")


def heads(*kinds: str) -> Attention:
    made = tuple(Head(0, n, kind, 0.5) for n, kind in enumerate(kinds))  # type: ignore[arg-type]  # of the kinds there are
    return Attention(of="", patterns=np.zeros((1,), np.float16), small=np.zeros((1,), np.uint8), heads=made, groups=1)


def pairs(bot: float, counting: float) -> Pairs:
    ruler = (Mark("guessing", 3.0), Mark("single pieces", 2.5), Mark("pairs", counting), Mark("your bot", bot))
    return Pairs(of="", given=A, seen=1, followers=(), model_says=(), frequent=(), counts=np.zeros((0, 0), np.int64),
                 by_counting="", by_model="", ruler=ruler)  # fmt: skip


def learning(*bits: float, learnt: float = 1.0) -> Learning:
    facts = tuple(Evaluated(step, learnt, unseen, True, float(step)) for step, unseen in enumerate(bits))
    return Learning(of="", facts=facts, steps=9, bits_per_nat=1.0, ruler=(), milestones=(), phases=(), jump=None)


def test_of_attention_only_habits_are_told_that_are_there() -> None:
    said = in_your_bot(heads("previous", "previous", "mixed", "first"))
    assert said.startswith("In your bot: of its 4 heads 2 look at the piece just before, 1 parks on the first piece.")
    assert "None copies yet" in said
    assert "copies what followed last time" in in_your_bot(heads("copying", "mixed"))
    assert "None copies yet" not in in_your_bot(heads("copying", "mixed"))
    assert "parks" not in in_your_bot(heads("previous", "broad"))
    assert "no head has a clear habit yet" in in_your_bot(heads("mixed", "broad"))


def test_a_bot_that_counting_still_beats_is_not_praised() -> None:
    assert "13\u00a0% less" in in_your_bot(pairs(1.66, 1.906))
    assert "counting still does better" in in_your_bot(pairs(2.4, 1.906))
    assert "about as well" in in_your_bot(pairs(1.9, 1.906))


@pytest.mark.parametrize(
    ("looks", "learnt", "said"),
    [
        ((3.0, 2.0, 1.5, 1.8), 1.0, "the best moment was step 2"),
        ((3.0, 2.0, 1.5), 1.0, "still getting better"),
        ((3.0, 1.51, 1.50), 1.0, "more of your writing"),
        ((3.0, 1.51, 1.50), 1.45, "it has settled"),
        ((3.0,), 1.0, ""),
    ],
)
def test_the_end_of_the_curve_is_read_from_the_curve(looks: tuple[float, ...], learnt: float, said: str) -> None:
    told = in_your_bot(learning(*looks, learnt=learnt))
    assert said in told
    assert bool(said) is bool(told)


def test_guesses_settle_where_they_stay() -> None:
    assert [settles(ranks) for ranks in ([0, 0, 0], [5, 0, 0], [0, 3, 0])] == [0, 1, 2]
    rank = np.array([[5, 0, 9, 2], [0, 0, 4, 1], [0, 0, 0, 0]])
    tops = ((A,) * 4,) * 3
    report = Layers(of="", rows=("embedding", "1 attention", "1 thinking"), columns=(0, 1, 2, 3), top=tops,
                    chance=rank.astype(np.float32), rank=rank, position=0, leaders=(),
                    leads=np.zeros((3, 0), np.float32))  # fmt: skip
    assert in_your_bot(report) == (
        "In your bot: half of these guesses stand from the row “1 look” on; 2 guesses change in the very last row."
    )


def test_a_word_that_is_no_piece_is_told_and_one_that_is_one_is_not() -> None:
    near = (Near(Token(2, "·b"), 0.1, 0.0, 0.0),)
    found = Neighbours(of="", centre=(Token(1, "·Sing"),), near=near, earlier=(), has_positions=False)
    assert first_of("Singapore", found).startswith("“Singapore” is more than one piece")
    assert first_of("Sing", found) == first_of("", found) == ""
    assert "nothing is really near" in in_your_bot(found)
    assert "used most like “·b”" in in_your_bot(replace(found, near=(replace(near[0], similarity=0.6),)))


def test_small_chances_are_told_as_odds_and_what_one_step_did_as_times() -> None:
    assert (odds(0.25), odds(0.00004), odds(0.0034)) == ("25\u00a0%", "one chance in 25,000", "one chance in 290")
    assert (likelier(0.1, 0.1), likelier(0.1, 0.15), likelier(0.001, 0.008)) == ("", "1.5 times likelier",
                                                                                "8 times likelier")  # fmt: skip
    assert one_step.was_hardest(A, 0.00004, 0.0004).endswith("one chance in 2,500 after it: 10 times likelier.")


def test_of_the_difference_between_two_sides_nothing_is_counted() -> None:
    nats, rank = np.array([np.nan, 1.0], np.float32), np.array([0, 0])
    one = Surprise(of="", tokens=(A, A), nats=nats, rank=rank, expected=(A, A), expected_chance=nats,
                   bits_per_byte=1.0, is_difference=False)  # fmt: skip
    assert in_your_bot(one) == "In your bot: it would have said 1 of 1 piece itself."
    assert in_your_bot(replace(one, is_difference=True)) == in_your_bot(Report(of="")) == ""


def test_every_view_says_what_is_seen_above_its_picture_and_something_of_this_bot(
    qtbot: QtBot, open_page: OpenPage
) -> None:
    page = open_page()
    for view in VIEWS:
        show(qtbot, page, view)
        story, here = page.said_above
        assert story.text() != ""
        assert here.text().startswith("In your bot: ")
        assert story.mapTo(page, story.rect().bottomLeft()).y() < page.pane.mapTo(page, page.pane.rect().topLeft()).y()


def test_a_moment_without_samples_shows_the_last_ones_before(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page()
    show(qtbot, page, "learning")
    pane = page.pane
    assert isinstance(pane, LearningPane)
    for index in range(pane.moment.maximum() + 1):
        pane.moment.setValue(index)
        assert pane.wrote != ""
        assert pane.has_samples == ("It was not let write" not in pane.wrote)


def test_the_neighbours_of_a_word_in_pieces_are_owned_to_be_those_of_its_beginning(
    qtbot: QtBot, open_page: OpenPage
) -> None:
    page = open_page()
    show(qtbot, page, "neighbours")
    pane = page.pane
    assert isinstance(pane, NeighboursPane)
    pane.word.setText("kettle")
    with qtbot.waitSignal(page.shown, timeout=60_000):
        page.look()
    assert (
        pane.beginning_only
        == "“kettle” is more than one piece to your bot: these are the neighbours of its beginning, “k”."
    )
