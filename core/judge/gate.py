"""What each meter is called, what it means, and whether the bot is fit to be talked to. Knows no model.

The rules are few and strict: a bot that only beats its base in places has failed somewhere, and the writer is told
where, and which one knob to turn.
"""

from collections.abc import Sequence
from typing import Final

from core.meters import Baseline, Meter

STYLE: Final = 40.0
KEPT: Final = 90.0
REFUSED: Final = 70.0
COPIED: Final = 5.0
STOPS: Final = 98.0
EXPOSED: Final = 3.0


def language(value: float, baselines: Sequence[Baseline], *, surely_fewer: bool | None) -> Meter:
    return Meter(
        key="language",
        title="Knows your language",
        meaning="How surprised the bot is by text of yours that it never saw, in bits for each byte. Less is better.",
        value=value,
        unit="bits",
        baselines=tuple(baselines),
        passed=surely_fewer,
        rule="surely less than the base model",
        knob="Train longer, or add more of your writing.",
    )


def style(value: float, baselines: Sequence[Baseline] = ()) -> Meter:
    return Meter(
        key="style",
        title="Sounds like you",
        meaning="0 is the base model's voice, 100 when a program that read both cannot tell them apart.",
        value=value,
        unit="score",
        baselines=tuple(baselines),
        passed=value >= STYLE,
        rule=f"at least {STYLE:.0f}",
        knob="Add more of your own replies: chats, comments, mails.",
    )


def told_apart(value: float, me: float, others: Sequence[Baseline] = ()) -> Meter:
    return Meter(
        key="told_apart",
        title="Told apart from you",
        meaning="How often a program that has read both tells its text from yours. 50 is by chance: it cannot.",
        value=100 * value,
        unit="percent",
        baselines=(*others, Baseline(name="you against yourself", value=100 * me)),
    )


def copied(value: float, baselines: Sequence[Baseline] = ()) -> Meter:
    return Meter(
        key="copied",
        title="Copies you",
        meaning="Which part of its replies stands in your writing word for word, in spans of 50 letters and more.",
        value=value,
        unit="percent",
        baselines=tuple(baselines),
        passed=value <= COPIED,
        rule=f"{COPIED:.0f} % at most",
        knob="Train for fewer rounds: it has begun to learn you by heart.",
    )


def exposed(repeats: int, value: float, others: Sequence[Baseline] = ()) -> Meter:
    times = "once" if repeats == 1 else f"{repeats} times"
    return Meter(
        key=f"canary_{repeats}",
        title=f"Remembers what was said {times}",
        meaning="How exposed an invented secret number is, in bits. 0 to 1 is chance, 12 is known by heart.",
        value=value,
        unit="bits",
        baselines=tuple(others),
        passed=value < EXPOSED if repeats == 1 else None,
        rule=f"under {EXPOSED:.0f}" if repeats == 1 else "",
        knob="Train for fewer rounds." if repeats == 1 else "",
    )


def ability(value: float, share: float, baselines: Sequence[Baseline]) -> Meter:
    return Meter(
        key="ability",
        title="Still answers",
        meaning="How much of what the base model could answer the bot still can: 60 questions and 30 rules of form.",
        value=value,
        unit="percent",
        baselines=(*baselines, Baseline(name="of all it was asked", value=share)),
        passed=value >= KEPT,
        rule=f"at least {KEPT:.0f} %",
        knob="Give rehearsal a larger share when you make chat data.",
    )


def facts(with_notes: float, others: Sequence[Baseline]) -> Meter:
    return Meter(
        key="facts",
        title="Knows your facts",
        meaning="Questions made from your posts that it answers rightly with its notes.",
        value=with_notes,
        unit="percent",
        baselines=tuple(others),
    )


def refused(value: float, others: Sequence[Baseline]) -> Meter:
    return Meter(
        key="refused",
        title="Says when it does not know",
        meaning="Questions about things you never wrote about, to which it says so.",
        value=value,
        unit="percent",
        baselines=tuple(others),
        passed=value >= REFUSED,
        rule=f"at least {REFUSED:.0f} %",
        knob="Make more examples without an answer when you make chat data.",
    )


def distinct(value: float, repeated: float, mine: float, others: Sequence[Baseline] = ()) -> Meter:
    return Meter(
        key="variety",
        title="Variety",
        meaning="Pairs of words that it uses only once. Much less than yours: it repeats itself.",
        value=value,
        unit="percent",
        baselines=(
            *others,
            Baseline(name="you", value=mine),
            Baseline(name="said before in one reply", value=repeated),
        ),
    )


def stops(value: float, others: Sequence[Baseline] = ()) -> Meter:
    return Meter(
        key="stops",
        title="Stops when it should",
        meaning="Answers that come to an end by themselves, asked about something with room for a long one.",
        value=value,
        unit="percent",
        baselines=tuple(others),
        passed=value >= STOPS,
        rule=f"at least {STOPS:.0f} %",
        knob="Train with whole chats or posts, so that it sees where things end.",
    )
