"""What was measured of a bot, as data that is kept beside its run. Knows no model, and not what is good or bad.

meters.json    in the folder of a run: figures, what they mean, and what stands beside them
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

FILE: Final = "meters.json"
BASE: Final = "base model"
PROMPTED: Final = "base model told who you are"
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


GATE: Final = ("language", "style", "ability", "refused", "copied", "stops")  # keys of what a bot must pass


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
        """The green tick: every rule of the gate was asked, and none failed."""
        return not self.failed and not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """The rules of the gate that could not be asked: of a bot that only goes on in texts, all that need answers."""
        asked = {meter.key for meter in self.meters if meter.passed is not None}
        return tuple(key for key in GATE if key not in asked)

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


def in_words(value: float, unit: Unit) -> str:
    """A figure as it is shown."""
    match unit:
        case "bits":
            return f"{value:.2f} bits"
        case "percent":
            return f"{value:.0f} %" if value >= 10 or value == 0 else f"{value:.1f} %"
        case _:
            return f"{value:.0f}"


def kept(folder: Path) -> Meters | None:
    """The meters that were measured last of the run in a folder; None where there are none that can be read."""
    try:
        return Meters.from_json((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
