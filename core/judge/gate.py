"""The meters of one bot as data, what each means, and whether the bot is fit to be talked to. Knows no model.

The rules are few and strict: a bot that only beats its base in places has failed somewhere, and the writer is told
where, and which one knob to turn.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias

VERSION: Final = 1
Unit: TypeAlias = Literal["bits", "score", "percent", "count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The same measure of somebody else: the base model, or the base with a persona prompt."""

    name: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """One measure. `passed` is None where no rule is attached to it; `knob` is what to turn when it failed."""

    key: str
    title: str
    meaning: str
    value: float
    unit: Unit
    baselines: tuple[Baseline, ...] = ()
    passed: bool | None = None
    rule: str = ""
    knob: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A span of a reply that stands in the corpus word for word."""

    text: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A prompt, what the writer said to it, and what the bot says: what the blind quiz is made of."""

    prompt: str
    mine: str
    bot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """Everything that was measured of one run."""

    run: str
    meters: tuple[Meter, ...]
    copies: tuple[Copy, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def failed(self) -> tuple[Meter, ...]:
        return tuple(meter for meter in self.meters if meter.passed is False)

    @property
    def is_fit(self) -> bool:
        """The green tick: at least one rule was asked, and none failed."""
        return not self.failed and any(meter.passed for meter in self.meters)

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> "Meters":
        """What `to_json` wrote; ValueError, KeyError or TypeError when it is none."""
        fields: dict[str, Any] = json.loads(text)
        if fields.pop("version") != VERSION:
            raise ValueError("meters of another version")
        meters = [
            Meter(**{**meter, "baselines": tuple(Baseline(**base) for base in meter["baselines"])})
            for meter in fields["meters"]
        ]
        copies = tuple(Copy(**copy) for copy in fields["copies"])
        return cls(
            run=fields["run"],
            meters=tuple(meters),
            copies=copies,
            pairs=tuple(Pair(**pair) for pair in fields["pairs"]),
        )


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
        meaning="0 is the base model's voice, 100 is when a classifier cannot tell its replies from yours.",
        value=value,
        unit="score",
        baselines=tuple(baselines),
        passed=value >= STYLE,
        rule=f"at least {STYLE:.0f}",
        knob="Add more of your own replies: chats, comments, mails.",
    )


def told_apart(value: float, me: float) -> Meter:
    """Without a base model to start from there is no score, only how often a classifier finds out."""
    return Meter(
        key="told_apart",
        title="Told apart from you",
        meaning="How often a classifier tells its text from yours. 50 is by chance: it cannot.",
        value=100 * value,
        unit="percent",
        baselines=(Baseline(name="you against yourself", value=100 * me),),
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


def exposed(repeats: int, value: float) -> Meter:
    times = "once" if repeats == 1 else f"{repeats} times"
    return Meter(
        key=f"canary_{repeats}",
        title=f"Remembers what was said {times}",
        meaning="How exposed an invented secret number is, in bits. 0 to 1 is chance, 12 is known by heart.",
        value=value,
        unit="bits",
        passed=value < EXPOSED if repeats == 1 else None,
        rule=f"under {EXPOSED:.0f}" if repeats == 1 else "",
        knob="Train for fewer rounds." if repeats == 1 else "",
    )


def ability(value: float, baselines: Sequence[Baseline]) -> Meter:
    return Meter(
        key="ability",
        title="Still answers",
        meaning="How much of what the base model could answer the bot still can: 60 questions and 30 rules of form.",
        value=value,
        unit="percent",
        baselines=tuple(baselines),
        passed=value >= KEPT,
        rule=f"at least {KEPT:.0f} %",
        knob="Give rehearsal a larger share when you make chat data.",
    )


def facts(with_notes: float, without: float) -> Meter:
    return Meter(
        key="facts",
        title="Knows your facts",
        meaning="Questions made from your posts that it answers rightly with its notes.",
        value=with_notes,
        unit="percent",
        baselines=(Baseline(name="without notes", value=without),),
    )


def refused(value: float, wrongly: float) -> Meter:
    return Meter(
        key="refused",
        title="Says when it does not know",
        meaning="Questions about things you never wrote about, to which it says so.",
        value=value,
        unit="percent",
        baselines=(Baseline(name="refused although you wrote about it", value=wrongly),),
        passed=value >= REFUSED,
        rule=f"at least {REFUSED:.0f} %",
        knob="Make more examples without an answer when you make chat data.",
    )


def distinct(value: float, repeated: float, mine: float) -> Meter:
    return Meter(
        key="variety",
        title="Variety",
        meaning="Pairs of words that it uses only once. Much less than yours: it repeats itself.",
        value=value,
        unit="percent",
        baselines=(Baseline(name="you", value=mine), Baseline(name="said before in one reply", value=repeated)),
    )


def stops(value: float) -> Meter:
    return Meter(
        key="stops",
        title="Stops when it should",
        meaning="Replies that come to an end by themselves.",
        value=value,
        unit="percent",
        passed=value >= STOPS,
        rule=f"at least {STOPS:.0f} %",
        knob="Train with whole chats or posts, so that it sees where things end.",
    )
