"""The journal of a run: one JSON line a fact, written before the fact is shown. The plot reads it, after a crash too.

A resumed run goes back to its last checkpoint; the `Resumed` line makes the reader forget the steps after it, but not
what was decided for them (`Refitted`): the steps are made again as they were. A run that turned back by its own
decision (`TurnedBack`) forgets both. What happened to a person's night (`Happened`) is never forgotten.
"""

import errno
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TypeAlias, get_args

from core.atomic import disk_errors


@dataclass(frozen=True, slots=True)
class Stepped:
    """One optimizer step was made. `loss` is nats a token on its batch; `seconds` is training time so far."""

    step: int
    loss: float
    learning_rate: float
    tokens_per_second: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Held-out text was measured, in bits per byte, next to as much of the training text."""

    step: int
    train_bits_per_byte: float
    bits_per_byte: float
    best: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Sampled:
    """What the model writes at this step, from one of the run's prompts."""

    step: int
    prompt: str
    text: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint is on disk."""

    step: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """Training goes on from the checkpoint of `step`."""

    step: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The run made all its steps. The speed is that of all steps of its last sitting; 0 where nobody wrote it down."""

    step: int
    best_bits_per_byte: float
    seconds: float
    weights_sha256: str
    tokens_per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Refitted:
    """From `step` on the run is planned to have `steps` in all, so that it ends in time."""

    step: int
    steps: int


@dataclass(frozen=True, slots=True)
class TurnedBack:
    """Training went back to the checkpoint of `step` by its own decision, and goes on from there another way:
    at `rate` times the learning rate, in fp32 from now on if `full_precision`, cooling down at once if `cools`."""

    step: int
    rate: float = 1.0
    full_precision: bool = False
    cools: bool = False


@dataclass(frozen=True, slots=True)
class StepSkipped:
    """The loss or a gradient of this step was no finite number: the optimizer was not let near it."""

    step: int


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that a person reads in the morning. `at` is seconds since 1970 by the clock on the wall;
    `what` is one of began, waits, goes_on, turned_back, cools, refitted, finished, stopped, continued."""

    step: int
    what: str
    text: str
    at: float


Fact: TypeAlias = (
    Stepped | Evaluated | Sampled | Saved | Resumed | Finished | Refitted | TurnedBack | StepSkipped | Happened
)
KINDS: Final[dict[str, type[Fact]]] = {kind.__name__: kind for kind in get_args(Fact)}


class Journal:
    """Appends facts to a file. Lines reach the system at once; `sync` pushes them to the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with disk_errors("opening the journal of the run"):
            mend_tail(path)
            self._file = path.open("ab", buffering=0)
        self._torn = 0  # bytes of a line that found no room for its end

    def write(self, fact: Fact) -> None:
        """Append a line. DiskTrouble, and half a line at the end of the file, when the disk is full."""
        line = (json.dumps({"kind": type(fact).__name__, **asdict(fact)}) + "\n").encode("ascii")  # any text survives
        with disk_errors("writing the journal of the run"):
            if self._torn:
                self._file.truncate(self._path.stat().st_size - self._torn)
                self._torn = 0
            written = self._file.write(line)
            if written < len(line):  # a disk with a little room takes what it can, without an error
                self._torn = written
                raise OSError(errno.ENOSPC, "half a line")

    def sync(self) -> None:
        with disk_errors("writing the journal of the run"):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def mend_tail(path: Path) -> None:
    """Cut off a last line that a crash left without its end."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("rb+") as file:
            file.truncate(whole)


def read(path: Path) -> list[Fact]:
    """The facts that still hold, in order; unreadable lines are passed over. An absent file has none."""
    if not path.exists():
        return []
    return holding(read_from(path, 0)[0])


def holding(told: Iterable[Fact]) -> list[Fact]:
    """Of what was told in this order, the facts that still hold."""
    facts: list[Fact] = []
    for fact in told:
        if isinstance(fact, Resumed | TurnedBack):
            facts = [old for old in facts if _still_holds(old, fact)]
        facts.append(fact)
    return facts


def _still_holds(old: Fact, after: Resumed | TurnedBack) -> bool:
    if isinstance(old, Happened):
        return True
    if isinstance(old, Refitted | TurnedBack) and isinstance(after, Resumed):
        return True
    return old.step <= after.step and not isinstance(old, Finished)


def is_finished(facts: Sequence[Fact]) -> bool:
    """Whether the run that they tell of made all its steps."""
    return any(isinstance(fact, Finished) for fact in facts)


def planned(steps: int, facts: Sequence[Fact]) -> int:
    """How many steps the run is to make that was begun with so many: as they were last fitted to its time."""
    return next((fact.steps for fact in reversed(facts) if isinstance(fact, Refitted)), steps)


def step_of(facts: Sequence[Fact]) -> int:
    """How far the run that they tell of has come."""
    return max((fact.step for fact in facts if isinstance(fact, Stepped | Saved | Finished)), default=0)


def read_from(path: Path, place: int) -> tuple[list[Fact], int]:
    """All facts behind the first `place` bytes, and how many bytes are read by then: up to the end of a line."""
    with disk_errors("reading the journal of the run"), path.open("rb") as file:
        file.seek(place)
        data = file.read()
    whole = data.rfind(b"\n") + 1  # what has no end yet is being written, or was cut by a crash
    return list(_facts(data[:whole])), place + whole


def _facts(data: bytes) -> Iterator[Fact]:
    for line in data.splitlines():
        try:
            fields = json.loads(line)
            fact = KINDS[fields.pop("kind")](**fields)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # half a line from a crash, or a kind that a newer version writes
        yield fact
