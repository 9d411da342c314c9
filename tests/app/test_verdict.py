"""What is said of all meters together: whether the rules are kept, and what they leave unsaid."""

from dataclasses import replace

from app.words import meters as words
from core.meters import GATE, Meter, Meters

TOLD = Meter(key="told_apart", title="Told apart from you", meaning="", value=100.0, unit="percent")


def measured(*, passed: bool = True, told: float = 50.0, keys: tuple[str, ...] = GATE) -> Meters:
    gate = tuple(Meter(key=key, title=key, meaning="", value=1.0, unit="percent", passed=passed) for key in keys)
    return Meters(run="1", meters=(*gate, replace(TOLD, value=told)))


def test_a_bot_that_is_told_apart_each_time_is_not_called_all_well() -> None:
    assert words.verdict(measured()) == words.FIT
    assert words.verdict(measured(told=100.0)) == (
        f"{words.FIT} A program that compares texts still tells its text from yours, 100 times in 100."
    )
    assert words.verdict(measured(told=100.0, keys=GATE[:2])).startswith(words.PARTLY)


def test_what_a_bot_is_compared_with_is_said_so_that_one_knows_what_it_is() -> None:
    assert (words.beside("xz"), words.beside("base model")) == ("a program that packs files (xz)", "base model")


def test_what_failed_comes_first_and_without_rules_nothing_is_praised() -> None:
    assert words.verdict(measured(passed=False, told=100.0)) == words.NOT_FIT
    assert words.verdict(measured(keys=())) == words.NO_RULE
