"""What the Meters page says, and how figures of meters become words. Knows no widget."""

from typing import Final

from app import words as common
from app.words import counted
from core.judge.quiz import Result
from core.meters import Meters

METERS: Final = "Meters"
LEAD: Final = "How good your bot is, in figures, measured here on writing of yours that it never saw."
MEASURE: Final = "Measure"
MEASURE_AGAIN: Final = "Measure again"
STOP: Final = common.STOP
WHICH: Final = "Which bot"
NOTHING: Final = "Nothing is measured yet"
NOTHING_WHY: Final = "It takes a minute or two, and a training may go on meanwhile."
NO_BOT: Final = "There is no bot to measure yet"
NO_BOT_WHY: Final = "Train one first. Then you see how near it comes to you, whether it copies you, and what to change."
GO_TRAIN: Final = common.GO_TRAIN
FIT: Final = "It passes every rule: your bot is fit to be talked to."
NOT_FIT: Final = "Not everything is well yet. What failed says which one thing to change."
PARTLY: Final = (
    "Nothing is wrong with what could be measured. The other rules are for bots that answer: this one goes on with "
    "texts, or the base model it came from is no longer here."
)
NO_RULE: Final = "No rule applies to this bot; the figures tell what it is like."
SHOULD_BE: Final = "Should be"
BESIDE: Final = {"xz": "a program that packs files (xz)"}  # others, by the names that are kept with the figures
COPIES: Final = "What it said in your very words"
QUIZ: Final = "Which one is you?"
QUIZ_WHY: Final = "Two answers to one beginning, one yours and one the bot's. Can you tell?"
PLAY: Final = "Play"
SEND: Final = "Save for a friend…"
SEND_WHY: Final = "One web page that needs no connection"
SAVED: Final = "The quiz was saved as one web page. It needs no connection."
THIS_ONE: Final = "This one is me"
FIRST_OR_SECOND: Final = ("The first one is me", "The second one is me")
CLOSE: Final = common.CLOSE
FOUND_OUT: Final = "You were told apart more often than guessing would."
CANNOT_TELL: Final = "Guessing would do as well: nobody can tell."


ALWAYS: Final = 95.0  # percent of its texts, from which a bot is told apart nearly always


def verdict(meters: Meters) -> str:
    """Whether the rules are kept; and where they are, what they do not say: that it is told apart all the same."""
    if meters.failed:
        return NOT_FIT
    if not any(meter.passed is not None for meter in meters.meters):
        return NO_RULE
    told = next((meter.value for meter in meters.meters if meter.key == "told_apart"), 0.0)
    said = FIT if meters.is_fit else PARTLY
    if told < ALWAYS:
        return said
    return f"{said} A program that compares texts still tells its text from yours, {told:.0f} times in 100."


def beside(name: str) -> str:
    """Another to compare with, said so that one knows what it is."""
    return BESIDE.get(name, name)


def round_of(number: int, count: int) -> str:
    return f"{number} of {count}"


def outcome(result: Result) -> str:
    found = counted(result.right, "time", "times")
    verdict = CANNOT_TELL if result.cannot_tell else FOUND_OUT
    return f"Found {found} of {result.asked}. {verdict}"
