"""Ability, bits, variety, the gate and the quiz: what each makes of replies that are plainly good or bad."""

import json
import math
import re
from base64 import b64decode

import pytest

from core.judge import gate, quiz
from core.judge.ability import QUESTIONS, RULES, kept, says, tasks
from core.judge.bits import Surprise, bits, fewer, surely_fewer
from core.judge.variety import stops, variety
from core.meters import Baseline, Copy, Meters, Pair

GOOD = (
    "Yes.", "no", "APPLE", "7", "- apple\n- pear\n- plum", "- red\n- blue", "- a\n- b\n- c\n- d\n- e",
    "1. Rome\n2. Paris\n3. Oslo", "1. saw\n2. axe\n3. file\n4. rasp", "1. Boil water.\n2. Add tea.", "It is tall.",
    "Wet and grey.", "Deep and wide.", "The river runs and runs " * 7, "Snow is white and soft and " * 4,
    "a thing to sit on.", "A THING TO EAT AT.", "Dogs run.", "The sun is hot.", "I won!", "Will it rain?",
    "However, no.", "We are done.", "A lantern hung there.", "He ate bread by the river.", '"So it is."',
    '{"name": "Ann"}', "One.\n\nTwo.", "[The Long Night]", "1, 2, 3, 4, 5",
)  # fmt: skip


def test_a_reply_that_keeps_each_rule_passes_and_silence_passes_none() -> None:
    assert [rule.prompt for rule, reply in zip(RULES, GOOD, strict=True) if not rule.passes(reply)] == []
    assert [task.prompt for task in tasks() if task.passes("")] == []


def test_there_are_sixty_questions_and_thirty_rules_and_each_takes_its_answer() -> None:
    assert (len(QUESTIONS), len(RULES), len(tasks())) == (60, 30, 90)
    assert all(says(*answers.split("|"))(f"It is {answers.split('|')[0]}.") for _, answers in QUESTIONS)
    assert not says("ice")("It is nice.")


def test_kept_ability_is_a_share_of_what_there_was() -> None:
    assert kept([True, True, False, True], [True, False, True, False]) == pytest.approx(2 / 3)
    assert kept([False], [False]) == 1


def test_bits_per_byte_of_a_coin_for_each_byte_is_one() -> None:
    found = bits([Surprise(10 * math.log(2), 10)] * 4)
    assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1))


def test_fewer_bits_are_sure_only_where_the_ranges_lie_apart() -> None:
    base, bot = bits([Surprise(20, 10)] * 5), bits([Surprise(15, 10)] * 5)
    unsure = bits([Surprise(5, 10), Surprise(30, 10)])
    assert fewer(base, bot) == pytest.approx(25)
    assert surely_fewer(base, bot)
    assert not surely_fewer(base, unsure)
    with pytest.raises(ValueError, match="no text"):
        bits([])


def test_a_parrot_has_less_variety_than_a_talker() -> None:
    parrot = variety(["I like tea I like tea I like tea"] * 5, ["I like tea"])
    talker = variety(["one two three", "four five six", "seven eight nine"], ["a b c"])
    assert parrot.distinct < 0.2 < 0.9 < talker.distinct
    assert parrot.repeated > 0.3 > talker.repeated
    assert parrot.alike > 0.9 > talker.alike
    assert (talker.length_ratio, parrot.length_ratio) == (1, 3)
    assert variety([], []).alike == 0


def test_stops_are_counted() -> None:
    assert stops([True, False, True, True]) == 0.75
    assert stops([]) == 0


def test_the_gate_is_green_only_when_every_rule_was_asked_and_none_failed() -> None:
    shared = (gate.copied(1), gate.stops(99), gate.told_apart(0.6, 0.5))
    answering = (gate.language(1, (), surely_fewer=True), gate.style(60), gate.ability(95, 80, ()))
    good = (*shared, *answering, gate.refused(80, ()))
    assert Meters(run="r", meters=good).is_fit
    bad = Meters(run="r", meters=(*shared, *answering, gate.refused(20, ())))
    assert [meter.key for meter in bad.failed] == ["refused"]
    assert bad.failed[0].knob
    assert not bad.is_fit


def test_a_bot_that_only_goes_on_in_texts_gets_no_green_tick() -> None:
    writer = Meters(run="r", meters=(gate.language(1, (), surely_fewer=None), gate.copied(1), gate.stops(99)))
    assert (writer.failed, writer.missing) == ((), ("language", "style", "ability", "refused"))
    assert not writer.is_fit


def test_meters_on_disk_are_the_same_again() -> None:
    meters = Meters(
        run="r",
        meters=(gate.language(1.5, [Baseline(name="base", value=2)], surely_fewer=True), gate.exposed(1, 0.5)),
        copies=(Copy(text="x", name="post"),),
        pairs=(Pair(prompt="p", mine="m", bot="b"),),
    )
    assert Meters.from_json(meters.to_json()) == meters
    with pytest.raises(ValueError, match="another version"):
        Meters.from_json(meters.to_json().replace('"version": 1', '"version": 2'))


PAIRS = [Pair(prompt=f"p{n} </script>", mine=f"mine {n} <b>", bot=f"bot {n}") for n in range(20)]


def test_a_quiz_shows_both_replies_and_knows_the_writers() -> None:
    played = quiz.rounds(PAIRS, seed=3)
    assert len(played) == quiz.ROUNDS
    assert all(each.replies[each.mine].startswith("mine") for each in played)
    assert {each.mine for each in played} == {0, 1}
    assert quiz.rounds(PAIRS, seed=3) == played


def test_the_page_holds_the_quiz_and_asks_nobody() -> None:
    played = quiz.rounds(PAIRS, seed=3)
    page = quiz.as_page(played, "Ann <b>")
    assert "http" not in page.replace("http-equiv", "")
    assert "Ann &lt;b&gt;" in page
    assert "mine" not in page  # not readable by accident
    packed = re.search(r'atob\("([^"]+)"\)', page)
    assert packed is not None
    assert [each["p"] for each in json.loads(b64decode(packed[1]))] == [each.prompt for each in played]


def test_a_result_says_whether_guessing_would_do_as_well() -> None:
    assert quiz.result(8, 15).cannot_tell
    assert not quiz.result(15, 15).cannot_tell
    with pytest.raises(ValueError, match="cannot be right"):
        quiz.result(3, 2)
